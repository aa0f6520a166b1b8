"""The views of the published file, in the schema `views`: short names for what analysts ask most often.

A view holds no data. `entities_open` uses the SQL by which an export decides what may be passed on.
"""

from __future__ import annotations

import logging

import duckdb

from orchestrate.export.cells import FAMILIES, JUDGED, STATED
from orchestrate.store.warehouse import sql_text

logger = logging.getLogger(__name__)

# The policy of an export without options.
_POLICY = {"$is_all": "false", "$is_osm": "false", "$share_alike": "'include'", "$now": "now()::timestamp"}
_OPEN_TEXTS = (
    *("slug", "entity_name", "entity_class", "operating_status", "street_address", "locality", "city", "postcode"),
    *("country", "latitude", "longitude", "phone", "email", "website_url", "opening_hours", "wifi"),
    *("parking_available", "disabled_access", "rating", "rating_count", "summary", "description"),
)
_OPEN_LISTS = ("canonical_activities", "canonical_place_types", "alternate_names")


def _body(statement: str) -> str:
    """The query of a `create table ... as` of the export, about the published file itself and under its policy."""
    query = statement.partition(" as\n")[2].strip().replace("published.", "")
    for parameter, value in _POLICY.items():
        query = query.replace(parameter, value)
    return query


def _steps(name: str, statement: str) -> str:
    """A query with steps of its own as steps of a longer one. Older DuckDBs lose the steps inside a step of a view."""
    steps, _, last = _body(statement).removeprefix("with ").rpartition("\n)\n\nselect")
    return f"{steps}\n),\n{name} as (select{last})"


def _open_entities() -> str:
    texts = ",\n".join(f"max(value) filter (where field_name = '{field}') as {field}" for field in _OPEN_TEXTS)
    lists = ",\n".join(
        f"coalesce(list(coalesce(item, value) order by value) filter (where field_name = '{field}'), []) as {field}"
        for field in _OPEN_LISTS
    )
    return f"""
        with families as ({_body(FAMILIES)}),
        stretch as (select entity_id, 1 as position from marts.entities),
        {_steps("stated", STATED)},
        {_steps("judged", JUDGED)}
        select
            entity_id, {texts}, {lists},
            list_sort(list_distinct(list(licence) filter (where licence is not null))) as licences,
            list_sort(list_distinct(list(source_name))) as sources
        from judged where withheld is null group by entity_id
    """  # noqa: S608 (the names are ours)


# Each with its description. Hours past midnight belong to the day on which they begin.
VIEWS = {
    "open_now": (
        "Entities that are open at this moment by the clock of this session, which `set timezone` changes.",
        """
        with moment as (
            select
                ['mo', 'tu', 'we', 'th', 'fr', 'sa', 'su'] as days, isodow(current_date) as day,
                strftime(now(), '%H:%M') as clock
        ),
        spans as (
            select
                entity_id, clock, is_today, unnest((opening_hours->>('$.' || one_day))::json::varchar[][]) as span
            from marts.entities, moment,
            lateral (values (days[day], true), (days[(day + 5) % 7 + 1], false)) as asked (one_day, is_today)
            where opening_hours is not null and operating_status not in ('closed_permanently', 'closed_temporarily')
        )
        select entity_id, slug, entity_name, street_address, postcode, phone, operating_status, opening_hours
        from marts.entities
        where entity_id in (
            select entity_id from spans
            where
                (is_today and span[1] <= clock and (clock < span[2] or span[2] <= span[1]))
                or (not is_today and span[2] <= span[1] and clock < span[2])
        )
        """,
    ),
    "pairs_near": (
        "Two entities within a kilometre of each other, with the metres between them; each pair is there both ways.",
        """
        select
            one.entity_id, one.entity_name, other.entity_id as near_id, other.entity_name as near_name,
            other.canonical_place_types as near_place_types, other.canonical_activities as near_activities,
            round(6371000 * 2 * asin(sqrt(
                pow(sin(radians(other.latitude - one.latitude) / 2), 2)
                + cos(radians(one.latitude)) * cos(radians(other.latitude))
                * pow(sin(radians(other.longitude - one.longitude) / 2), 2)
            )))::bigint as metres
        from marts.entities as one, marts.entities as other
        where
            one.entity_id != other.entity_id and abs(one.latitude - other.latitude) < 0.009
            and metres <= 1000
        """,
    ),
    "source_coverage": (
        "For each source: the entities that have a record of it, and the share of all entities.",
        """
        select
            source_name, count(distinct entity_id) as entities,
            round(count(distinct entity_id) / (select count(*) from marts.entities), 3) as share,
            count(*) as records
        from marts.entity_records group by source_name
        """,
    ),
    "wins": (
        "For each field and source: the cells that it wins, and the share of the field's cells.",
        """
        select
            field_name, source_name, count(*) as won,
            round(count(*) / sum(count(*)) over (partition by field_name), 3) as share
        from marts.entity_claims where is_winner group by field_name, source_name
        """,
    ),
    "latest_changes": (
        "The cells that the last publication changed, with the value before and the cause.",
        """
        select
            entity_id, entity_name, field_name, value_before, value, hand, why
        from (
            select
                *, lag(value) over (partition by entity_id, field_name order by publication_no) as value_before,
                max(publication_no) over () as last_no
            from marts.published_changes
        )
        where publication_no = last_no and value is distinct from value_before
        """,
    ),
    "closed_places": (
        "Entities that are closed, for good or for a time, with the words that say so.",
        """
        select entity_id, slug, entity_name, operating_status, operating_status_evidence, street_address, postcode
        from marts.entities where operating_status in ('closed_permanently', 'closed_temporarily')
        """,
    ),
    "entities_open": (
        "Golden records with the values that may be passed on, as `trigpoint export` decides, and their licences.",
        _open_entities(),
    ),
}


def create_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the views in the file that is in use. A project of one's own may lack a column: its views are left out."""
    connection.execute("drop schema if exists views cascade")  # the draft may be a copy of an earlier publication
    connection.execute("create schema views")
    for name, (description, query) in VIEWS.items():
        try:
            connection.execute(f"create view views.{name} as {query}")
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            logger.warning("the view %s is left out: %s", name, str(error).splitlines()[0])
            continue
        connection.execute(f"comment on view views.{name} is {sql_text(' '.join(description.split()))}")
