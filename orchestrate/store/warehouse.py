"""The work file of one mode: who may write it, and how it is opened."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from orchestrate.errors import WarehouseError
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.disk import no_room
from orchestrate.store.sources import read_sources

DDL = Path(__file__).with_name("warehouse.sql")
# One shape for every source: the payload as it came, where it came from and, in time, that it is gone.
RAW_TABLE = """
create table if not exists raw."{source}" (
    run_id varchar,
    source_record_id varchar,
    payload varchar,
    payload_hash varchar,
    request_id varchar,
    fetched_at timestamp,
    result_rank bigint,
    purged_at timestamp -- when its content was deleted, its time being over
)
"""
LOCKED = "Could not set lock on file"  # how DuckDB begins it; its IOException has no code to go by
UNFIT_FOR_PATHS = "'?\\"  # dlt does not quote the first, and DuckDB takes what follows the others for something else


def prepare_directory(directory: Path) -> None:
    """Make the data directory, or say why it cannot be used."""
    if unfit := set(UNFIT_FOR_PATHS).intersection(str(directory)):
        raise WarehouseError(
            f"The data directory {directory} cannot be opened: its path has {' '.join(sorted(unfit))} in it. "
            "Set TRIGPOINT_DATA_DIR to another."
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f".write-probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WarehouseError(
            f"The data directory {directory} cannot be written ({error.strerror}). "
            "Set TRIGPOINT_DATA_DIR to a directory that can."
        ) from None


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file; a file that is something else, or is locked, gives one clear sentence."""
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) and LOCKED in str(error):
            raise WarehouseError(
                f"{path} is open in another program; close it there and run again. "
                "To look at results while a run is going on, open the published file trigpoint.duckdb."
            ) from None
        raise WarehouseError(
            f"{path} is not a DuckDB database this version can read. Move it away and run again; "
            "a new one is made from the sources."
        ) from None


def sql_text(text: str) -> str:
    """A literal, for statements that take no parameters: a data directory may hold a quote."""
    return "'" + text.replace("'", "''") + "'"


def create_tables(connection: duckdb.DuckDBPyConnection, seeds_dir: Path = SEEDS_DIR) -> None:
    """Make every table that Python writes, where it is not there: those of the sources as the seed lists them."""
    connection.execute(DDL.read_text())
    for source in read_sources(seeds_dir):
        create_raw_table(connection, source.name)


def create_raw_table(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    connection.execute(RAW_TABLE.format(source=source.replace('"', '""')))


class Warehouse:
    """The work file: open while Python writes it, closed while dbt does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: duckdb.DuckDBPyConnection | None = None

    def open(self) -> None:
        """Open the file, with every table that Python writes in place."""
        self._connection = connect(self.path)
        create_tables(self._connection)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection; opened now if it is not."""
        if self._connection is None:
            self.open()
        return self._connection  # type: ignore[return-value]

    def rewrite(self) -> None:
        """Copy the file and put the copy in its place: what was deleted from a table stays in the old file's pages."""
        self.close()
        copy = self.path.with_name(f".{self.path.name}.copy")
        copy.unlink(missing_ok=True)
        with duckdb.connect() as connection:
            connection.execute(f"attach {sql_text(str(self.path))} as held (read_only)")
            connection.execute(f"attach {sql_text(str(copy))} as copied")
            connection.execute("copy from database held to copied")
        copy.replace(self.path)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@asynccontextmanager
async def sole_writer(
    directory: Path, what: str, timeout_seconds: float, on_wait: Callable[[str], object]
) -> AsyncIterator[None]:
    """Hold the mode's lock for the block. Waits its turn, says who holds it, and gives up in the end.

    Whatever is written is written in such a block: a disk that is full is found here, and said in one sentence.
    """
    try:
        async with _held(directory, what, timeout_seconds, on_wait):
            yield
    except Exception as error:
        if full := no_room(error, directory):
            raise full from error
        raise


@asynccontextmanager
async def _held(
    directory: Path, what: str, timeout_seconds: float, on_wait: Callable[[str], object]
) -> AsyncIterator[None]:
    lock = FileLock(directory / "warehouse.lock", thread_local=False)
    holder_file = directory / "warehouse.holder.json"
    await _acquire(lock, holder_file, timeout_seconds, on_wait)
    try:
        _remove_drafts(directory)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder_file.write_text(json.dumps({"pid": os.getpid(), "what": what, "since": since}))
        yield
    finally:
        holder_file.unlink(missing_ok=True)
        lock.release()


def _remove_drafts(directory: Path) -> None:
    """Remove what a command that was killed while it wrote a database left half written; the lock is ours."""
    for draft in directory.glob(".*.duckdb.*"):
        if draft.is_dir():  # where DuckDB put what did not fit in memory
            shutil.rmtree(draft, ignore_errors=True)
        else:
            draft.unlink(missing_ok=True)


async def _acquire(lock: FileLock, holder_file: Path, timeout_seconds: float, on_wait: Callable[[str], object]) -> None:
    deadline = time.monotonic() + timeout_seconds
    is_announced = False
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            holder = _describe_holder(holder_file)
            if time.monotonic() >= deadline:
                raise WarehouseError(
                    f"Another run holds the warehouse: {holder}. Waited {timeout_seconds:g} s "
                    "(TRIGPOINT_LOCK_TIMEOUT_SECONDS). Try again when it is done."
                ) from None
            if not is_announced:
                on_wait(f"waiting for the warehouse, held by {holder}")
                is_announced = True
            await asyncio.sleep(0.2)
        else:
            return


def _describe_holder(holder_file: Path) -> str:
    try:
        holder = json.loads(holder_file.read_text())
        return f"process {holder['pid']}, {holder['what']}, since {holder['since']}"
    except (OSError, ValueError, KeyError):
        return "a process that left no name"
