"""A row is added to a seed in one step and keeps the other bytes. A failure removes the row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestrate.errors import GateError, UsageError
from orchestrate.seeds.files import read_seed
from orchestrate.seeds.writing import check_can_write_seed, taken_back_on_failure, write_rows

ROWS = [{"why": 'a "quote", a comma', "name": "new"}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"name,why\na,b\n", b'name,why\na,b\nnew,"a ""quote"", a comma"\n', id="lf"),
        pytest.param(b"name,why\r\na,b\r\n", b'name,why\r\na,b\r\nnew,"a ""quote"", a comma"\r\n', id="crlf"),
        pytest.param(b"name,why\na,b", b'name,why\na,b\nnew,"a ""quote"", a comma"\n', id="no end of line"),
        pytest.param(
            b"\xef\xbb\xbfwhy,name\n", b'\xef\xbb\xbfwhy,name\n"a ""quote"", a comma",new\n', id="byte order mark"
        ),
    ],
)
def test_a_row_is_appended_and_the_other_bytes_stay(tmp_path, before, after):
    (seed := tmp_path / "seed.csv").write_bytes(before)

    (line,) = write_rows(seed, ROWS)

    assert seed.read_bytes() == after
    assert line == len(after.splitlines())
    assert read_seed(seed)[-1] == ROWS[0]
    assert list(tmp_path.iterdir()) == [seed]


def test_a_row_that_takes_the_place_of_another_leaves_the_rest(tmp_path):
    (seed := tmp_path / "seed.csv").write_bytes(b'name,why\na,b\nold,"two\nlines"\nc,d\n')

    write_rows(seed, [{"name": "new", "why": "e"}], without_lines=[3])

    assert seed.read_bytes() == b"name,why\na,b\nc,d\nnew,e\n"


def test_what_fails_takes_the_row_back(tmp_path):
    (seed := tmp_path / "seed.csv").write_bytes(b"name,why\n")

    def write_and_fail() -> None:
        with taken_back_on_failure(seed):
            write_rows(seed, ROWS)
            raise GateError("a check failed")

    with pytest.raises(GateError):
        write_and_fail()

    assert seed.read_bytes() == b"name,why\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (seed := tmp_path / "seed.csv").write_bytes(b"name,why\n")
    tmp_path.chmod(0o500)

    with pytest.raises(UsageError, match="cannot be written"):
        check_can_write_seed(seed)
    tmp_path.chmod(0o700)


def test_a_seed_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        check_can_write_seed(Path(tmp_path / "none.csv"))
