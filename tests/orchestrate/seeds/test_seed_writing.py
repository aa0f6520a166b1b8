"""A row is added to a seed in one step and keeps the other bytes. A failure removes the row."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestrate.errors import UsageError
from orchestrate.seeds.files import read_seed
from orchestrate.seeds.writing import change_seed, check_can_write_seed, seeds_locked, take_back, write_rows

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


def test_a_change_is_taken_back_to_the_letter(tmp_path):
    (seed := tmp_path / "seed.csv").write_bytes(b'name,why\n"a",b\nc,d\n')

    take_back(change_seed(seed, ROWS, without_lines=[2]))

    assert seed.read_bytes() == b'name,why\n"a",b\nc,d\n'


def test_a_change_that_is_taken_back_leaves_what_others_wrote_since(tmp_path):
    (seed := tmp_path / "seed.csv").write_bytes(b"name,why\na,b\n")

    written = change_seed(seed, ROWS, without_lines=[2])
    write_rows(seed, [{"name": "other", "why": "f"}])
    take_back(written)

    assert seed.read_bytes() == b"name,why\nother,f\na,b\n"


def test_writers_of_one_seed_wait_for_each_other(tmp_path):
    (seed := tmp_path / "seed.csv").write_bytes(b"name,why\n")

    def append(number: int) -> None:
        with seeds_locked(tmp_path):
            write_rows(seed, [{"name": str(number), "why": "e"}])

    with ThreadPoolExecutor(8) as people:
        list(people.map(append, range(40)))

    assert {row["name"] for row in read_seed(seed)} == {str(number) for number in range(40)}
    assert list(tmp_path.iterdir()) == [seed]


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
