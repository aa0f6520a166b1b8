"""The published tables as Parquet files, for programs that do not open the published file.

The folder `parquet` beside the published file is a link to the files of one publication. A new export makes new files
and then turns the link, so a reader never sees the tables of two publications together.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from orchestrate.contracts.export import ExportedFile, ExportReport
from orchestrate.errors import UsageError
from orchestrate.export.selection import opened, publication
from orchestrate.store.disk import no_room
from orchestrate.store.output_file import ADVICE, turn_link
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import connect, sql_text

LINK, FILES = "parquet", ".parquet-"


def export_marts(published: Path, now: datetime) -> ExportReport:
    """Write every published table to `parquet/<table>.parquet` beside the published file.

    Raises UsageError if nothing is published yet or `parquet` is no folder of ours, and DiskFullError for a full disk.
    """
    check_was_built(published)
    link = published.with_name(LINK)
    if link.exists() and not link.is_symlink():
        raise UsageError(f"{link} is in the way: it is no folder of an earlier export. Move it away.")
    draft = published.with_name(f"{FILES}{now:%Y%m%dT%H%M%S%f}")
    try:
        draft.mkdir()
        files = tuple(_write_tables(published, draft, link))
        with opened(published) as connection:
            numbered = publication(connection)
        turn_link(link, draft)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        if full := no_room(error, draft.parent, ADVICE):
            raise full from error
        raise
    for older in set(published.parent.glob(f"{FILES}*")) - {draft}:
        shutil.rmtree(older, ignore_errors=True)
    return ExportReport(
        format="parquet",
        query=None,
        run_id=None,
        licence="all",
        share_alike="include",
        next_best=False,
        **numbered,
        exported_at=now,
        files=files,
        entities=next((file.rows for file in files if file.path.endswith("/entities.parquet")), 0),
        entities_left_out=0,
        cells=0,
        cells_from_next_best=0,
        sources=(),
        left_out=(),
    )


def remove_marts(directory: Path) -> bool:
    """Remove the folder, for a purge. True if there was one."""
    link = directory / LINK
    was_there = link.is_symlink()
    if was_there:
        link.unlink()
    for files in directory.glob(f"{FILES}*"):
        shutil.rmtree(files)
    return was_there


def _write_tables(published: Path, draft: Path, link: Path) -> Iterator[ExportedFile]:
    with connect(published, read_only=True) as marts:
        tables = marts.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
        ).fetchall()
        for (table,) in tables:
            path = draft / f"{table}.parquet"
            ((rows,),) = marts.execute(
                f'copy marts."{table}" to {sql_text(str(path))} (format parquet, compression zstd)'
            ).fetchall()
            yield ExportedFile(path=str(link / path.name), holds="table", rows=rows, bytes=path.stat().st_size)
