"""Writes the Latin spelling of the letters of other scripts into the warehouse: the matching compares names with it."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.metadata import version

import duckdb
import pyarrow as pa
from anyascii import anyascii

FIRST, LAST = 0x0370, 0xFFFF  # from Greek to the end of the letters in use; Latin letters stand before
VERSION = f"anyascii-{version('anyascii')}"


def write_latin_letters(cursor: duckdb.DuckDBPyConnection) -> None:
    """Make `extract.latin_letters` hold the spelling of this version of the library."""
    if cursor.execute("select 1 from extract.latin_letters where library_version = ? limit 1", [VERSION]).fetchone():
        return
    cursor.register("spelled", _spelled())
    cursor.execute("delete from extract.latin_letters")
    cursor.execute("insert into extract.latin_letters select letter, latin, $1 from spelled", [VERSION])
    cursor.unregister("spelled")


@cache
def _spelled() -> pa.Table:
    letters = [letter for code in range(FIRST, LAST + 1) if _is_letter(letter := chr(code))]
    return pa.table({"letter": letters, "latin": [anyascii(letter).lower() for letter in letters]})


def _is_letter(character: str) -> bool:
    """Whether it is a letter or a mark of one, as most vowels of Indian scripts are."""
    return unicodedata.category(character)[0] in "LM"
