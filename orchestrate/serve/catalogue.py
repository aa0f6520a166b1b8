"""Reads the published file. Each request opens it, so a new publication shows at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.store.queries import check_was_built, query_rows
from orchestrate.store.warehouse import connect

# ruff: noqa: S608 (every piece of a statement is ours; what a person types is a parameter)

PAGE = 50
MOST_POINTS = 3_000
MOST_EVENTS = 500
NEAR = 12  # entities proposed for a join
FACETS = {"entity_class": "class", "city": "city", "operating_status": "status"}
ORDERS = {
    "name": "entity_name, entity_id",
    "sources": "source_count desc, entity_name, entity_id",
    "incomplete": "completeness, entity_name, entity_id",
    "changed": "updated_at desc, entity_name, entity_id",
}

_FOUND = """
    with contested as (select entity_id, count(*) as contested from marts.entity_conflicts group by entity_id),
    found as (
        select
            entities.entity_id, slug, entity_name, entity_class, city, operating_status, completeness, source_count,
            updated_at, latitude, longitude, coalesce(contested, 0) as contested,
            nullif(concat_ws(', ', street_address, locality, city, postcode), '') as address,
            coalesce(canonical_place_types[1], canonical_activities[1], canonical_roles[1], entity_class) as kind
        from marts.entities as entities
        left join contested on entities.entity_id = contested.entity_id
        where
            list_bool_and(list_transform(
                string_split_regex(lower(trim($words)), '\\s+'),
                lambda word: contains(
                    lower(concat_ws(
                        ' ', entities.entity_id, slug, entity_name, array_to_string(alternate_names, ' '),
                        street_address, locality, city, postcode, phone, website_url
                    )),
                    word
                )
            ))
            and (not $contested or contested > 0)
    )
"""


@dataclass(frozen=True)
class Search:
    """What a person asks the list or the map for."""

    words: str = ""
    facets: tuple[tuple[str, str], ...] = ()  # column and value
    is_contested: bool = False
    order: str = "name"
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Search:
        number = query.get("page", "1")
        order = query.get("order", "name")
        return cls(
            words=query.get("q", "")[:200],
            facets=tuple((column, query[name]) for column, name in FACETS.items() if query.get(name)),
            is_contested=query.get("contested") == "1",
            order=order if order in ORDERS else "name",
            page=max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1,
        )

    def as_query(self, **changes: Any) -> dict[str, Any]:
        """The query of a link to this search with changes. None removes a part; a change goes to the first page."""
        own = {"q": self.words, "contested": "1" if self.is_contested else "", "order": self.order}
        own |= {FACETS[column]: value for column, value in self.facets}
        return {name: value for name, value in {**own, **changes}.items() if value not in ("", None)}


@dataclass(frozen=True)
class Found:
    """A page of the entities that fit, and the facets of all that fit."""

    entities: list[dict[str, Any]]
    total: int
    facets: dict[str, list[tuple[str, int]]]


class Catalogue:
    def __init__(self, published: Path) -> None:
        self.published = published

    @contextmanager
    def open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Raises UsageError if nothing is published, or if the file is another version's."""
        check_was_built(self.published)
        with connect(self.published, read_only=True) as marts:
            try:
                yield marts
            except (duckdb.BinderException, duckdb.CatalogException):
                raise UsageError(
                    f"{self.published} comes from another version. Publish again: trigpoint build"
                ) from None

    def search(self, search: Search) -> Found:
        with self.open() as marts:
            facets = {name: self._facet(marts, search, column) for column, name in FACETS.items()}
            rows = self._found(marts, search, f"limit {PAGE} offset {(search.page - 1) * PAGE}")
            ((total,),) = marts.execute(*self._statement(search, "count(*)", "")).fetchall()
        return Found(rows, total, facets)

    def points(self, search: Search) -> list[dict[str, Any]]:
        """The entities with a point that fit."""
        with self.open() as marts:
            return [row for row in self._found(marts, search, f"limit {MOST_POINTS}") if row["latitude"] is not None]

    def _found(self, marts: duckdb.DuckDBPyConnection, search: Search, limit: str) -> list[dict[str, Any]]:
        return query_rows(marts, *self._statement(search, "*", f"order by {ORDERS[search.order]} {limit}"))

    def _statement(self, search: Search, columns: str, rest: str, but: str = "") -> tuple[str, dict[str, Any]]:
        """The statement and its parameters. The facet of the column `but` does not count."""
        kept = [(column, value) for column, value in search.facets if column != but]
        where = "".join(f" and {column} = ${FACETS[column]}" for column, _ in kept)
        parameters = {"words": search.words, "contested": search.is_contested}
        parameters |= {FACETS[column]: value for column, value in kept}
        return f"{_FOUND} select {columns} from found where true{where} {rest}", parameters

    def _facet(self, marts: duckdb.DuckDBPyConnection, search: Search, column: str) -> list[tuple[str, int]]:
        """The values of a column with their number, as they would be without the choice in this column."""
        sql, parameters = self._statement(
            search, f"{column}, count(*)", f"and {column} is not null group by all order by 2 desc, 1 limit 12", column
        )
        return marts.execute(sql, parameters).fetchall()

    def conflicts(self, page: int) -> tuple[list[dict[str, Any]], int]:
        """The contested cells, the narrowest first, and how many there are."""
        with self.open() as marts:
            rows = query_rows(
                marts,
                "select conflicts.*, entities.slug, entities.entity_name from marts.entity_conflicts as conflicts "
                f"inner join marts.entities using (entity_id) order by narrowness limit {PAGE} offset $offset",
                {"offset": (page - 1) * PAGE},
            )
            ((total,),) = marts.execute("select count(*) from marts.entity_conflicts").fetchall()
        return rows, total

    def events(self) -> list[dict[str, Any]]:
        """The latest events of entity ids."""
        with self.open() as marts:
            return query_rows(
                marts,
                "select events.*, entities.entity_name, entities.slug, runs.query "
                "from marts.entity_id_events as events left join marts.entities using (entity_id) "
                "left join marts.runs as runs on events.run_id = runs.run_id "
                f"order by happened_at desc, event, entity_id limit {MOST_EVENTS}",
                {},
            )

    def life(self, entity_id: str) -> dict[str, list[dict[str, Any]]]:
        """What an entity page shows beside the cells: records, events of the id, and the values of the past."""
        with self.open() as marts:
            records = query_rows(
                marts,
                "select record_key, match_role, matched_by, match_probability, source_name, entity_name, fetched_at "
                "from marts.entity_records where entity_id = ? order by match_role, record_key",
                [entity_id],
            )
            events = query_rows(
                marts,
                "select event, other_entity_id, run_id, happened_at from marts.entity_id_events "
                "where entity_id = $1 or other_entity_id = $1 order by happened_at, event",
                [entity_id],
            )
            history = query_rows(
                marts,
                "select field_name, value, sources, confidence, valid_from, valid_to from marts.entity_history "
                "where entity_id = ? order by field_name, valid_from desc, valid_to desc nulls first, value",
                [entity_id],
            )
        return {"records": records, "events": events, "history": history}

    def near(self, entity_id: str, words: str) -> list[dict[str, Any]]:
        """Entities that may be the same place: those with the words, or the nearest with the most similar names."""
        with self.open() as marts:
            return query_rows(marts, _NEAR, {"id": entity_id, "words": words.strip(), "most": NEAR})


_NEAR = """
    with own as (select entity_name, latitude, longitude from marts.entities where entity_id = $id),
    others as (
        select
            entities.entity_id, entities.slug, entities.entity_name,
            nullif(concat_ws(', ', street_address, city, postcode), '') as address,
            111195 * sqrt(
                (entities.latitude - own.latitude) ** 2
                + ((entities.longitude - own.longitude) * cos(radians(own.latitude))) ** 2
            ) as metres,
            jaro_winkler_similarity(lower(entities.entity_name), lower(own.entity_name)) as likeness
        from marts.entities as entities, own
        where
            entities.entity_id != $id
            and contains(lower(concat_ws(' ', entities.entity_name, slug, entities.entity_id)), lower($words))
    )
    select * from others
    order by likeness - least(coalesce(metres, 3000), 3000) / 3000 desc, entity_id
    limit $most
"""
