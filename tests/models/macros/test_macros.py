"""Macros that check their arguments, rendered without dbt."""

from types import SimpleNamespace

import duckdb
import pytest
from jinja2 import Environment, StrictUndefined

from orchestrate.settings import PROJECT_ROOT


def rendered(expression: str) -> str:
    """Render `expression` with the project's macros. A compiler error of dbt becomes a ValueError."""

    def refuse(message: str) -> None:
        raise ValueError(message)

    macros = "".join(path.read_text() for path in (PROJECT_ROOT / "dbt_project" / "macros").glob("*.sql"))
    environment = Environment(undefined=StrictUndefined, extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701
    template = environment.from_string(macros + "{{ " + expression + " }}")
    return template.render(exceptions=SimpleNamespace(raise_compiler_error=refuse))


def test_an_unknown_staged_column_is_refused_by_name():
    with pytest.raises(ValueError, match="`entity_nam`"):
        rendered("place_columns(['phone', 'entity_nam'])")


def test_a_column_that_a_source_lacks_is_null():
    sql = rendered("place_columns(['phone', 'operating_status'])")

    assert "try_cast(phone as varchar) as phone" in sql
    assert "try_cast(null as varchar) as email" in sql
    assert "coalesce(operating_status, 'unknown') as operating_status" in sql


def test_read_by_uses_the_callers_alias():
    sql = rendered("read_by('c.extractor', 'readings')")

    assert "readings.model" in sql
    assert "extractions." not in sql


def test_points_on_both_sides_of_greenwich_agree():
    sql = rendered("normalised_value(\"'longitude'\", 'value')")
    with duckdb.connect() as connection:
        values = connection.execute(f"select {sql} from (values ('-0.0003'), ('0.0002'), ('-8e-05')) t (value)")

        assert values.fetchall() == [("0.0",)] * 3
