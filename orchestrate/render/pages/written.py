"""Writes the page of a run to its file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from orchestrate.page.files import make_latest, page_path, remove_old_pages, write_page
from orchestrate.page.model import Licence
from orchestrate.page.reading import read_run_page
from orchestrate.render.pages.run_page import run_page
from orchestrate.settings import Settings


def write_run_page(settings: Settings, run_id: str, now: datetime) -> Path:
    """Write the page of the run that just ended, also as `latest.html`, and delete old ones. Returns its path."""
    path = write_page_of(settings, run_id, now, "all", None)
    make_latest(path)
    remove_old_pages(settings.runs_dir, settings.keep_pages)
    return path


def write_page_of(settings: Settings, run_id: str, now: datetime, licence: Licence, target: Path | None) -> Path:
    """Write the page of any run to `target`, or to its place among the pages. Returns the path.

    Raises UsageError for an unknown run or a file that cannot be written, and WarehouseError if the warehouse is in
    use.
    """
    path = target or page_path(settings.runs_dir, run_id, is_open=licence == "open")
    if target is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    write_page(path, run_page(read_run_page(settings.warehouse_path, settings.published_path, run_id, now, licence)))
    return path
