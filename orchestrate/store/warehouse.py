"""The warehouse file of one mode: its lock, and how it is opened."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from orchestrate.errors import WarehouseError
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.disk import no_room
from orchestrate.store.sources import read_sources

DDL = Path(__file__).with_name("warehouse.sql")
# All sources have the same table: the payload, its origin and, after a purge, the moment of deletion.
RAW_TABLE = """
create table if not exists raw."{source}" (
    run_id varchar,
    source_record_id varchar,
    payload varchar,
    payload_hash varchar,
    request_id varchar,
    fetched_at timestamp,
    result_rank bigint,
    purged_at timestamp -- when its content was deleted, because its retention limit had passed
)
"""
LOCKED = "Could not set lock on file"  # the start of DuckDB's message; its IOException has no code
QUIET = "set enable_progress_bar = false"  # DuckDB prints the bar to stdout, among what a command prints
UNFIT_FOR_PATHS = "'?\\"  # dlt does not quote the first; DuckDB misreads the text after the others


def prepare_directory(directory: Path) -> None:
    """Make the data directory. Raises WarehouseError if it cannot be used."""
    if unfit := set(UNFIT_FOR_PATHS).intersection(str(directory)):
        raise WarehouseError(
            f"The data directory {directory} cannot be opened: its path contains {' '.join(sorted(unfit))}. "
            "Set TRIGPOINT_DATA_DIR to another directory."
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe = directory / f".write-probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WarehouseError(
            f"The data directory {directory} cannot be written ({error.strerror}). "
            "Set TRIGPOINT_DATA_DIR to a directory that you can write."
        ) from None


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file. Raises WarehouseError if the file is locked or is no DuckDB file."""
    try:
        connection = duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        if isinstance(error, duckdb.IOException) and LOCKED in str(error):
            raise WarehouseError(
                f"{path} is open in another program. Close it there and run again. "
                "To read results during a run, open the published file trigpoint.duckdb."
            ) from None
        raise WarehouseError(
            f"{path} is not a DuckDB database that this version can read. Move it away and run again: "
            "the run makes a new one from the sources."
        ) from None
    connection.execute(QUIET)
    return connection


@contextmanager
def opened_between_runs(path: Path) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """The warehouse of a mode, read only, or None while another command writes it.

    It holds the lock of the mode, so that no run finds the file open. A run that starts meanwhile waits.
    """
    lock = FileLock(path.with_name("warehouse.lock"), thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield None
        return
    try:
        with connect(path, read_only=True) as connection:
            yield connection
    finally:
        lock.release()


def sql_text(text: str) -> str:
    """A quoted literal, for statements without parameters. The path of a data directory may contain a quote."""
    return "'" + text.replace("'", "''") + "'"


def create_tables(connection: duckdb.DuckDBPyConnection, seeds_dir: Path = SEEDS_DIR) -> None:
    """Make every missing table that Python writes, and one raw table for each source of the seed."""
    connection.execute(DDL.read_text())
    for source in read_sources(seeds_dir):
        create_raw_table(connection, source.name)


def create_raw_table(connection: duckdb.DuckDBPyConnection, source: str) -> None:
    connection.execute(RAW_TABLE.format(source=source.replace('"', '""')))


class Warehouse:
    """The warehouse file. It is open while Python writes it, and closed while dbt writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: duckdb.DuckDBPyConnection | None = None

    def open(self) -> None:
        """Open the file, and make every missing table that Python writes."""
        self._connection = connect(self.path)
        create_tables(self._connection)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection. Opens it if needed."""
        if self._connection is None:
            self.open()
        return self._connection  # type: ignore[return-value]

    def rewrite(self) -> None:
        """Replace the file by a copy of its tables, because deleted rows stay in the pages of the old file."""
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
    """Hold the lock of the mode for the block. Waits for another holder, names it, and gives up after the timeout.

    All writes happen in such a block, so it also turns the errors of a full disk into DiskFullError.
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
    """Remove the unfinished databases of killed commands. This process holds the lock."""
    for draft in directory.glob(".*.duckdb.*"):
        if draft.is_dir():  # DuckDB's temporary files
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
        return "an unknown process"
