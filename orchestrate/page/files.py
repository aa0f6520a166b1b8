"""The files of the pages of runs: where they are, how they are put in place, and when they have to go."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from pathlib import Path

from orchestrate.store.output_file import drafts

LATEST = "latest.html"
HEAD_BYTES = 2_000  # of a page; the date is among its first tags
OF_A_RUN = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}(\.open)?\.html")  # by the time of its start
DELETE_BY = re.compile(rb'<meta name="delete-by" content="([0-9T:.-]+)">')


def page_path(directory: Path, run_id: str, *, is_open: bool = False) -> Path:
    return directory / f"{run_id}{'.open' if is_open else ''}.html"


def write_page(target: Path, text: str) -> None:
    """Put a page in place at once. Raises DiskFullError and UsageError."""
    with drafts(target.parent) as held:
        held.path_for(target).write_text(text, encoding="utf-8")


def make_latest(page: Path) -> None:
    """Let `latest.html` beside the page have the same content: a link where the disk knows links, or a copy."""
    latest, draft = page.with_name(LATEST), page.with_name(f".{LATEST}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        draft.hardlink_to(page)
    except OSError:
        shutil.copyfile(page, draft)
    draft.replace(latest)


def remove_old_pages(directory: Path, kept: int) -> int:
    """Delete the pages of all runs but the last `kept`; 0 keeps all. Returns how many. Other files stay."""
    pages = sorted((page for page in directory.glob("*.html") if OF_A_RUN.fullmatch(page.name)), reverse=True)
    runs = sorted({page.name.partition(".")[0] for page in pages}, reverse=True)
    old = [page for page in pages if kept and page.name.partition(".")[0] in runs[kept:]]
    for page in old:
        page.unlink(missing_ok=True)  # another command may do the same
    return len(old)


def remove_overdue_pages(directory: Path, as_of: datetime) -> int:
    """Delete each page that a source's terms do not allow to be kept beyond `as_of`. Returns how many."""
    overdue = [page for page in sorted(directory.glob("*.html")) if _is_overdue(page, as_of)]
    for page in overdue:
        page.unlink()
    return len(overdue)


def _is_overdue(page: Path, as_of: datetime) -> bool:
    with page.open("rb") as file:
        found = DELETE_BY.search(file.read(HEAD_BYTES))
    return found is not None and datetime.fromisoformat(found[1].decode()) <= as_of
