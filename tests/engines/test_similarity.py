"""The similarities of names: one reference, by hand, for DuckDB's functions and the project's macros."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from engines.spark.similarity import jaro_winkler_similarity
from orchestrate.store.sql_macros import rendered_sql

LETTERS = {
    "latin": "abcdeg hk", "accents": "aéèöß ñ", "greek": "αβγδ ε", "arabic": "قهوةكا ", "thai": "กขคง จ",
    "han": "京都市上区", "kana": "モアナアイ ", "hangul": "서울시강남", "beyond": "𠀀𠀁a😀b",
}  # fmt: skip


def pairs(letters: str) -> Iterator[tuple[str, str]]:
    """Texts that share nothing, a part, or all letters in another order."""
    dice = random.Random(letters)
    for _ in range(150):
        one = "".join(dice.choices(letters, k=dice.randint(0, 24)))
        other = "".join(dice.choices(letters, k=dice.randint(0, 24)))
        yield one, other
        yield one, "".join(dice.sample(one, len(one)))
        yield one, one[: len(one) // 2] + other[:3] + one[len(one) // 2 :]


def letter_pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def dice_similarity(one: str, other: str) -> float:
    """Twice the letter pairs that both have, of all their letter pairs (Dice 1945)."""
    both, all_of_them = letter_pairs(one) & letter_pairs(other), len(letter_pairs(one)) + len(letter_pairs(other))
    return 2.0 * len(both) / all_of_them if all_of_them else 0.0


def shorter_share(one: str, other: str) -> float:
    shorter = min(len(letter_pairs(one)), len(letter_pairs(other)))
    return len(letter_pairs(one) & letter_pairs(other)) / shorter if shorter else 0.0


def edit_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, of_other in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != of_other))
    return row[-1]


def computed(script: str, expression: str) -> list[tuple[str, str, float]]:
    with duckdb.connect() as connection:
        connection.execute("create table pairs (one varchar, other varchar)")
        connection.executemany("insert into pairs values (?, ?)", [list(pair) for pair in pairs(LETTERS[script])])
        return connection.execute(f"select one, other, {expression} from pairs").fetchall()


@pytest.mark.parametrize("script", LETTERS)
def test_jaro_winkler_is_that_of_duckdb_to_the_last_digit(script):
    assert [
        row
        for row in computed(script, "jaro_winkler_similarity(one, other)")
        if jaro_winkler_similarity(*row[:2]) != row[2]
    ] == []


@pytest.mark.parametrize("script", LETTERS)
@pytest.mark.parametrize(
    ("macro", "reference"), [("letter_pair_similarity", dice_similarity), ("shorter_text_share", shorter_share)]
)
def test_the_similarities_by_letters_are_those_of_the_reference(script, macro, reference):
    rows = computed(script, rendered_sql(f"{{{{ {macro}('one', 'other') }}}}"))

    assert [row for row in rows if row[2] != reference(*row[:2])] == []


def test_the_edit_distance_of_plain_letters_is_that_of_the_reference():
    rows = computed("latin", "levenshtein(one, other)")

    assert [row for row in rows if row[2] != edit_distance(*row[:2])] == []
