"""The comparison of two engines sees what differs, and nothing else."""

from __future__ import annotations

from engines.spark.parity import first_difference

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
