"""The comparison of two engines sees what differs, and nothing else."""

from __future__ import annotations

import hashlib
import sys

import pytest

from engines.spark.parity import add_rows, columns_with_other_digits, first_difference, main

ROWS: list[dict[str, object]] = [{"a": 1, "b": 0.5, "c": ["x", "y"]}, {"a": 2, "b": None, "c": None}]


def changed(column: str, value: object) -> list[dict[str, object]]:
    return [{**ROWS[0], column: value}, ROWS[1]]


def test_rows_in_another_order_and_a_last_digit_are_no_difference():
    assert first_difference(ROWS, changed("b", 0.5 + 1e-12)[::-1]) is None


def test_a_value_a_null_an_item_and_a_row_are_differences():
    assert first_difference(ROWS, changed("b", 0.5 + 1e-6)) is not None
    assert first_difference(ROWS, changed("b", None)) is not None
    assert first_difference(ROWS, changed("c", ["y", "x"])) is not None
    assert first_difference(ROWS, ROWS[:1]) == "2 rows and 1"


def test_the_digest_of_a_mart_counts_each_digit_and_no_order():
    def digest(rows: list[dict[str, object]]) -> str:
        found = hashlib.sha256()
        add_rows(found, "mart", rows)
        return found.hexdigest()

    assert digest(ROWS) == digest(ROWS[::-1]) == digest([{**row, "build_id": "other"} for row in ROWS])
    assert digest(ROWS) != digest(changed("b", 0.5 + 1e-12))


def test_the_columns_with_other_last_digits_are_named():
    one_digit = 0.5 + 1e-12

    assert columns_with_other_digits(ROWS, ROWS[::-1]) == {}
    assert columns_with_other_digits(ROWS, changed("b", one_digit)) == {"b": f"1 of 2 rows, first 0.5 and {one_digit}"}


def test_without_a_warehouse_it_says_what_to_do_first(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["parity", str(tmp_path / "warehouse.duckdb")])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 2
    assert "there is no warehouse" in capsys.readouterr().err
