"""The letters of other scripts are in the warehouse in Latin letters, for the matching of names."""

from __future__ import annotations

import duckdb
import pytest

from extract.values.latin_letters import VERSION, write_latin_letters


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        connection.execute("create schema extract")
        connection.execute(
            "create table extract.latin_letters (letter varchar, latin varchar, library_version varchar)"
        )
        yield connection


def spelled(connection, text: str) -> str:
    letters = dict(connection.execute("select letter, latin from extract.latin_letters").fetchall())
    return "".join(letters.get(letter, letter) for letter in text)


def test_letters_of_many_scripts_are_spelled_as_usual(warehouse):
    write_latin_letters(warehouse)

    assert spelled(warehouse, "кофейня") == "kofeynya"
    assert spelled(warehouse, "αθηνα") == "athina"
    assert spelled(warehouse, "北京") == "beijing"
    assert spelled(warehouse, "すし") == "sushi"
    assert spelled(warehouse, "한강") == "hangang"
    assert spelled(warehouse, "მზე cafe") == "mze cafe"


def test_the_letters_of_another_version_are_written_again(warehouse):
    warehouse.execute("insert into extract.latin_letters values ('ж', 'old', 'anyascii-0')")

    write_latin_letters(warehouse)
    write_latin_letters(warehouse)

    found = warehouse.execute("select latin, library_version from extract.latin_letters where letter = 'ж'").fetchall()
    assert found == [("zh", VERSION)]
