"""The forms of targets, each found by the name of its module: the name of the source. It loads no connector."""

from __future__ import annotations

from ingest.calls import TargetForm
from ingest.discovery import found_by_name

TARGET_FORMS: dict[str, TargetForm] = found_by_name(__name__, __path__, "FORM")
