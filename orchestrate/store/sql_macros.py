"""The project's SQL phrases for queries that are no model, so that values are compared outside dbt as inside it."""

from __future__ import annotations

from jinja2 import Environment, StrictUndefined

from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import project_vars


def rendered_sql(sql: str) -> str:
    """`sql` with the project's macros and vars written out, as dbt would."""
    macros = "".join(path.read_text() for path in sorted((PROJECT_ROOT / "dbt_project" / "macros").glob("*.sql")))
    # It is SQL of ours that is rendered, not a page: there is nothing to escape.
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(macros + sql)  # noqa: S701
    return template.render(var=project_vars().__getitem__).strip()
