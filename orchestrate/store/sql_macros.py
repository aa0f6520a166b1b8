"""Renders the project's macros for queries outside dbt, so that they compare values as the models do."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined

from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import project_vars


def rendered_sql(sql: str) -> str:
    """`sql` with the project's macros and vars rendered, as dbt renders them."""
    macros = "".join(path.read_text() for path in sorted((PROJECT_ROOT / "dbt_project" / "macros").glob("*.sql")))
    # This renders our own SQL and no page, so there is nothing to escape.
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(macros + sql)  # noqa: S701
    return template.render(var=project_vars().__getitem__).strip()
