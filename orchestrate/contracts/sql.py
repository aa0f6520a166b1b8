"""`trigpoint sql --json`: the rows of a statement."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from orchestrate.contracts.base import Document


class SqlResult(Document):
    """What `trigpoint sql` prints for each statement that returns rows."""

    schema_: Literal["trigpoint.sql/2"] = Field("trigpoint.sql/2", alias="schema")
    rows: tuple[dict[str, Any], ...] = Field(description="the columns are those of the statement")
