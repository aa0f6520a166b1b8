"""Newton's method and the system that each of its steps solves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrate.learn.statistics.newton import minimise, solve

NUMBERS = st.floats(-5, 5)


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(*[st.lists(NUMBERS, min_size=n, max_size=n)] * (n + 1))))
def test_a_solution_gives_the_right_side_back(drawn):
    *rows, right = drawn
    size = len(right)
    # A matrix times its transpose, and one on the diagonal: symmetric and positive definite.
    matrix = [
        [sum(a * b for a, b in zip(rows[i], rows[j], strict=True)) + (i == j) for j in range(size)] for i in range(size)
    ]

    solution = solve(matrix, right)

    back = [sum(matrix[i][j] * solution[j] for j in range(size)) for i in range(size)]
    assert back == pytest.approx(right, abs=1e-6)


def test_a_quadratic_is_at_its_minimum_after_one_whole_step():
    found = minimise([9.0, -9.0], lambda at: ([2 * (at[0] - 1), 4 * (at[1] - 2)], [[2, 0], [0, 4]]), whole, 1e-9, 50)

    assert found.point == pytest.approx([1, 2])
    assert found.iterations == 2, "one step there, and one that does not move"


def test_a_step_is_taken_by_the_share_that_is_asked_for():
    found = minimise([8.0], lambda at: ([at[0]], [[1.0]]), lambda point, step: 0.5, 1e-9, 3)

    assert found == ([1.0], 3)


def whole(point, step):
    return 1.0
