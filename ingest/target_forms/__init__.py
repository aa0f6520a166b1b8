"""The forms of targets, each found by the name of its module: the name of the source. It loads no connector."""

from __future__ import annotations

from ingest.discovery import found_by_name
from ingest.target_form import TargetForm

TARGET_FORMS: dict[str, TargetForm] = found_by_name(__name__, __path__, "FORM")
