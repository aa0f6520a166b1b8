"""The columns of a list against those of its contract: what is missing, what is new, what is gone."""

from __future__ import annotations

from collections.abc import Collection

from ingest.errors import SourceError
from ingest.lists.declaration.contract import MADE, ListContract
from ingest.lists.mapping import Mapping
from ingest.lists.readers import OpenList

SHOWN = 12  # columns in a sentence


def check_columns(contract: ListContract, opened: OpenList, before: Collection[str] | None) -> tuple[str, ...]:
    """The mapped columns that the list had before and has no more. Raises SourceError if it cannot do without one.

    `before` has the columns of the last load; None: there was none, so every mapped column must be there.
    """
    ids = () if contract.id == MADE else contract.id
    missing = [name for name in (*ids, *Mapping(contract).names) if not _has(opened.columns, name)]
    for name in missing:
        if before is None or not _has(before, name):
            raise _refused(contract, opened, f"has no column `{name}`, which sources/{contract.source}.yml names")
        if name in ids:
            raise _refused(contract, opened, f"has lost the column `{name}`, which makes the id")
    if "entity_name" in contract.columns and missing:
        of_name = Mapping(
            contract.model_copy(update={"columns": {"entity_name": contract.columns["entity_name"]}})
        ).names
        if of_name and set(of_name) <= set(missing):
            raise _refused(contract, opened, f"has lost the column `{of_name[0]}`, which holds the name")
    return tuple(dict.fromkeys(missing))


def new_columns(contract: ListContract, opened: OpenList, before: Collection[str] | None) -> tuple[str, ...]:
    """The columns that neither the last load nor the mapping had. Their values are in the payloads."""
    if before is None:
        return ()
    mapped = Mapping(contract).names
    return tuple(name for name in opened.columns if name not in before and name not in mapped)


def _has(columns: Collection[str], name: str) -> bool:
    return name in columns or ("/" in name and name.split("/")[0] in columns)


def _refused(contract: ListContract, opened: OpenList, reason: str) -> SourceError:
    names = ", ".join(opened.columns[:SHOWN]) + (", ..." if len(opened.columns) > SHOWN else "")
    return SourceError("bad_request", f"{contract.location} {reason}; it has {names}.")
