"""The files of an export: all of them or none, and never in the place of our own data."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestrate.clock import utc_now
from orchestrate.errors import DiskFullError, UsageError
from orchestrate.export.formats.csv_file import CsvWriter
from orchestrate.export.marts_parquet import export_marts, remove_marts
from tests.orchestrate.export.conftest import Exporting
from tests.orchestrate.export.planted import Planted

LIMITED = """
import resource, signal, sys
sys.dont_write_bytecode = True  # Python would keep the first 100 bytes of what it compiles, and later fail to read them
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from orchestrate.cli import main
main()
"""


@pytest.fixture
def data_dir(few: Planted, tmp_path) -> Path:
    (tmp_path / "data" / "sandbox").mkdir(parents=True)
    shutil.copy(few.path, tmp_path / "data" / "sandbox")
    return tmp_path / "data"


def test_a_failure_leaves_the_files_of_before(exported_few: Exporting, tmp_path, monkeypatch):
    exported_few("csv")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(self: CsvWriter) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(CsvWriter, "close", fail)
    with pytest.raises(DiskFullError, match=r"There is no room left to write in .*No file was changed"):
        exported_few("csv", has_bom=True)

    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "geoparquet", "ndjson", "osc"])
def test_a_full_disk_is_one_sentence(data_dir, form):
    """No file may grow beyond 100 bytes. Files fail at their first block, as on a disk that is full."""
    target = data_dir.parent / f"out.{form}"

    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "export", "--format", form, "--output", str(target)],
        env={**os.environ, "TRIGPOINT_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "There is no room left to write in" in done.stderr
    assert not list(data_dir.parent.glob("*out*"))


@pytest.mark.parametrize("name", ["data/sandbox/trigpoint.duckdb", "link.csv", "hard.csv", "other.duckdb"])
def test_a_database_is_never_replaced(command, data_dir, name):
    published = data_dir / "sandbox" / "trigpoint.duckdb"
    (data_dir.parent / "link.csv").symlink_to(published)
    (data_dir.parent / "hard.csv").hardlink_to(published)
    shutil.copy(published, data_dir.parent / "other.duckdb")
    before = published.read_bytes()

    code, _, err = command(data_dir, "export", "--format", "csv", "--output", str(data_dir.parent / name))

    assert (code, published.read_bytes()) == (2, before)
    assert "holds the data that would be exported. Name another file with --output." in err


@pytest.mark.parametrize(
    ("name", "words"),
    [("nowhere/out.csv", "name a file in a directory that exists"), (".", "name a file"), ("fifo", "no regular file")],
)
def test_a_target_that_cannot_be_written_is_one_sentence(command, data_dir, name, words):
    os.mkfifo(data_dir.parent / "fifo")

    code, _, err = command(data_dir, "export", "--output", str(data_dir.parent / name))

    assert (code, err.count("\n")) == (2, 1)
    assert words in err


def test_the_command_names_its_files_and_what_it_left_out(command, data_dir, monkeypatch):
    monkeypatch.chdir(data_dir.parent)

    code, out, err = command(data_dir, "export", "courts edinburgh", "--format", "xlsx")

    assert code == 0
    assert "courts-edinburgh.xlsx, 2 entities" in out
    assert "courts-edinburgh.attribution.txt" in out
    assert sorted(path.name for path in data_dir.parent.glob("courts*")) == [
        "courts-edinburgh.attribution.txt",
        "courts-edinburgh.xlsx",
    ]
    code, _, err = command(data_dir, "export", "--output", "all.csv")
    assert "Left out of google_places: 4 cells, may not be passed on (" in err
    assert "1 entity left out: no cell of theirs may be passed on." in err


def test_json_is_one_object_and_the_notes_are_on_stderr(command, data_dir, monkeypatch):
    monkeypatch.chdir(data_dir.parent)

    code, out, err = command(data_dir, "export", "--json")  # the fixture checks it against its schema

    assert (code, '"trigpoint.export/1"' in out, "Left out of" in err) == (0, True, True)


def test_nothing_published_is_one_sentence(command, tmp_path):
    code, _, err = command(tmp_path, "export")

    assert (code, "Nothing has been built yet" in err) == (2, True)


def test_the_tables_are_written_as_parquet_of_one_publication(data_dir):
    published = data_dir / "sandbox" / "trigpoint.duckdb"
    export_marts(published, utc_now())
    report = export_marts(published, utc_now())

    folder = published.parent / "parquet"
    with duckdb.connect(str(published), read_only=True) as marts:
        tables = dict(marts.execute("select table_name, estimated_size from duckdb_tables()").fetchall())
    assert {path.stem: pq.read_table(path).num_rows for path in folder.iterdir()} == tables
    assert {Path(file.path).stem: file.rows for file in report.files} == tables
    assert len(list(published.parent.glob(".parquet-*"))) == 1, "the files of before are gone"


def test_a_purge_removes_the_parquet_files(data_dir):
    published = data_dir / "sandbox" / "trigpoint.duckdb"
    export_marts(published, utc_now())

    assert (remove_marts(published.parent), remove_marts(published.parent)) == (True, False)
    assert [path.name for path in published.parent.iterdir()] == ["trigpoint.duckdb"]


def test_a_folder_of_someone_else_is_not_replaced(data_dir):
    (data_dir / "sandbox" / "parquet").mkdir()

    with pytest.raises(UsageError, match="is in the way"):
        export_marts(data_dir / "sandbox" / "trigpoint.duckdb", utc_now())
