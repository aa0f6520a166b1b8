"""The two records of a pair, and the sentence for a key that no record has."""

from __future__ import annotations

from typing import Any

import duckdb

from orchestrate.errors import UsageError
from orchestrate.store.queries import first_row, query_rows
from orchestrate.store.sql_macros import rendered_sql

SUGGESTIONS = 8

Connection = duckdb.DuckDBPyConnection


def read_record(connection: Connection, key: str) -> dict[str, Any]:
    found = first_row(
        connection,
        """
        select
            records.record_key, records.source_name, coalesce(records.entity_name, '(no name)') as entity_name,
            nullif(concat_ws(', ', records.street_address, records.locality, records.city, records.postcode), '')
                as address,
            records.latitude, records.longitude, records.phone, records.website_url as website,
            array_to_string(features.place_types, ', ') as kind,
            records.is_sub_venue, records.loss_reason, features.record_no,
            entities.entity_id, entities.match_role, entities.matched_by
        from intermediate.int_records as records
        left join intermediate.int_match_features as features on records.record_key = features.record_key
        left join intermediate.int_record_entities as entities on records.record_key = entities.record_key
        where records.record_key = ?
        """,
        [key],
    )
    if not found:
        raise UsageError(_unknown_record(connection, key))
    point = None if found["latitude"] is None else f"{found['latitude']:.5f}, {found['longitude']:.5f}"
    return {**found, "point": point}


def _unknown_record(connection: Connection, key: str) -> str:
    """The sentence for an unknown key: the records of the entity with that name, or records with similar keys."""
    listed = "select record_key, coalesce(entity_name, '(no name)') as entity_name from intermediate.int_records"
    of_entity = query_rows(
        connection,
        f"{listed} inner join intermediate.int_record_entities using (record_key) where entity_id = ? "
        "order by record_key",
        [_entity_id(connection, key)],
    )
    if of_entity:
        return f'"{key}" is an entity, but this command compares records. Its records: {_names(of_entity)}.'
    near = query_rows(
        connection,
        f"{listed} where contains(lower(record_key), lower($1)) or contains(lower(entity_name), lower($1)) "
        "order by record_key",
        [key],
    )
    if near and key.strip():
        return f'There is no record "{key}". Similar records: {_names(near)}.'
    return f'There is no record "{key}". The key of a record is source:id, as `trigpoint explain` shows it.'


def _entity_id(connection: Connection, wanted: str) -> str:
    """The id of the entity with this slug or unique name. For an absorbed id, the id that absorbed it."""
    for sql in (
        "select entity_id from intermediate.int_entity_redirects where old_entity_id = $1",
        "select min(entity_id) as entity_id from marts.entities where slug = $1 or lower(entity_name) = lower($1) "
        "having count(*) = 1",
    ):
        try:
            rows = connection.execute(sql, [wanted]).fetchall()
        except duckdb.CatalogException:  # a build may stop before the marts
            continue
        if rows:
            return str(rows[0][0])
    return wanted


def _names(records: list[dict[str, Any]]) -> str:
    shown = [f"{record['record_key']} ({record['entity_name']})" for record in records[:SUGGESTIONS]]
    return ", ".join(shown) + (f" and {len(records) - SUGGESTIONS} more" if len(records) > SUGGESTIONS else "")


def metres_between(connection: Connection, left: dict[str, Any], right: dict[str, Any]) -> float | None:
    """The distance that the models compute. None if one of the two has no point."""
    apart = rendered_sql("select {{ metres_between('$1::double', '$2::double', '$3::double', '$4::double') }}")
    points = [record[degrees] for record in (left, right) for degrees in ("latitude", "longitude")]
    ((metres,),) = connection.execute(apart, points).fetchall()
    return None if metres is None else float(metres)
