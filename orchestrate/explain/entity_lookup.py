"""Finds a published entity by id (it may be retired), slug or name."""

from __future__ import annotations

import duckdb

from orchestrate.contracts.explain import EntityName
from orchestrate.errors import UsageError
from orchestrate.store.queries import query_rows

# ruff: noqa: S608 (every condition is ours; the user's text is a parameter)

SUGGESTIONS = 8

_ENTITIES = "select entity_id, slug, entity_name, entity_class from marts.entities"

# The cheapest first: an id or a slug needs no search in names.
_LOOKUPS = (
    "where entity_id = $1",
    "where slug = $1",
    "where lower(entity_name) = lower($1) order by slug",
    # Every word is in one of the names of its records: "powerleague portobello" finds "Powerleague (Portobello)".
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

# Jaro-Winkler, because the beginning of a misspelt or shortened name is usually right. Compares the name, the slug
# and each word of the slug.
_LIKENESS = """
    list_max([
        jaro_winkler_similarity(words, lower($1))
        for words in list_concat([lower(entity_name), slug], string_split(slug, '-'))
    ])
"""
_NEAREST = f"where {_LIKENESS} >= 0.8 order by {_LIKENESS} desc, slug limit 3"


def find_entity(marts: duckdb.DuckDBPyConnection, wanted: str) -> tuple[EntityName, str | None]:
    """The entity with this id, slug or name. If `wanted` is a retired id, that id is the second result.

    Raises UsageError if none or more than one matches; the sentence says what to do.
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
        raise UsageError(f'No published entity has the id, slug or name "{wanted}". {_suggestions(marts, wanted)}')
    slugs = ", ".join(e.slug for e in fitting[:SUGGESTIONS]) + (", ..." if len(fitting) > SUGGESTIONS else "")
    raise UsageError(f'{len(fitting)} entities match "{wanted}": {slugs}. Give one of these slugs.')


def _entities(marts: duckdb.DuckDBPyConnection, lookup: str, wanted: str) -> list[EntityName]:
    return [EntityName(**row) for row in query_rows(marts, f"{_ENTITIES} {lookup}", [wanted])]


def _suggestions(marts: duckdb.DuckDBPyConnection, wanted: str) -> str:
    """The nearest slugs and how to list all, or the sentence that nothing is published."""
    ((published,),) = marts.execute("select count(*) from marts.entities").fetchall()
    if not published:
        return 'No entity is published yet, because no run found a place. Run: make run QUERY="..."'
    near = _entities(marts, _NEAREST, wanted)
    named = f"Nearest: {', '.join(entity.slug for entity in near)}. " if near else ""
    return (
        f"{named}To list all {published}: "
        'trigpoint sql "select slug, entity_name from marts.entities order by entity_name"'
    )
