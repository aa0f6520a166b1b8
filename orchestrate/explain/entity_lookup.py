"""Finds a published entity by what a person calls it: an id (a retired one too), a slug or a name."""

from __future__ import annotations

import duckdb

from orchestrate.contracts.explain import EntityName
from orchestrate.errors import UsageError
from orchestrate.store.queries import query_rows

# ruff: noqa: S608 (every condition is ours; what is looked for is a parameter)

SUGGESTIONS = 8

_ENTITIES = "select entity_id, slug, entity_name, entity_class from marts.entities"

# The cheapest first: an id or a slug is found without looking at a name.
_LOOKUPS = (
    "where entity_id = $1",
    "where slug = $1",
    "where lower(entity_name) = lower($1) order by slug",
    # In one of the names that its records give it: "powerleague portobello" finds "Powerleague (Portobello)".
    """
    where entity_id in (
        select entity_id from marts.entity_records
        where trim($1) != '' and list_bool_and(list_transform(
            string_split_regex(trim(lower($1)), '\\s+'), lambda word: contains(lower(entity_name), word)
        ))
    )
    order by entity_name, entity_id
    """,
)

# Jaro-Winkler: what is misspelt or cut short begins right, as a rule. Of a name, its slug or any word of it.
_LIKENESS = """
    list_max([
        jaro_winkler_similarity(words, lower($1))
        for words in list_concat([lower(entity_name), slug], string_split(slug, '-'))
    ])
"""
_NEAREST = f"where {_LIKENESS} >= 0.8 order by {_LIKENESS} desc, slug limit 3"


def find_entity(marts: duckdb.DuckDBPyConnection, wanted: str) -> tuple[EntityName, str | None]:
    """The entity of this id, slug or name, and the id by which it was asked for if that one is retired.

    Raises UsageError when none or more than one fits, with a way on.
    """
    absorbed = _entities(
        marts,
        "where entity_id = (select entity_id from marts.entity_redirects where old_entity_id = $1)",
        wanted,
    )
    if absorbed:
        return absorbed[0], wanted
    fitting: list[EntityName] = []
    for lookup in _LOOKUPS:
        fitting = _entities(marts, lookup, wanted)
        if fitting:
            break
    if len(fitting) == 1:
        return fitting[0], None
    if not fitting:
        raise UsageError(f'No published entity has the id, slug or name "{wanted}". {_way_on(marts, wanted)}')
    slugs = ", ".join(e.slug for e in fitting[:SUGGESTIONS]) + (", ..." if len(fitting) > SUGGESTIONS else "")
    raise UsageError(f'{len(fitting)} entities fit "{wanted}": {slugs}. Give one of these slugs.')


def _entities(marts: duckdb.DuckDBPyConnection, lookup: str, wanted: str) -> list[EntityName]:
    return [EntityName(**row) for row in query_rows(marts, f"{_ENTITIES} {lookup}", [wanted])]


def _way_on(marts: duckdb.DuckDBPyConnection, wanted: str) -> str:
    """The nearest names and how to list all; or that there are none."""
    ((published,),) = marts.execute("select count(*) from marts.entities").fetchall()
    if not published:
        return 'None is published yet: the runs so far found no place. Run: make run QUERY="..."'
    near = _entities(marts, _NEAREST, wanted)
    named = f"Nearest: {', '.join(entity.slug for entity in near)}. " if near else ""
    return (
        f"{named}All {published}, by name: "
        'trigpoint sql "select slug, entity_name from marts.entities order by entity_name"'
    )
