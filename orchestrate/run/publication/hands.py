"""Finds what changed a golden cell between two publications (its "hand"), from the evidence that each cause leaves.

- a correction: its record is among the winners
- a match: records moved between entities
- a source: a record has a new version
- trust: the seed, or the yml of a list, has another number
- a reading: a text was read again
- a rule: another file changed

If none applies, the cause is time, because trust decays and claims expire. If several apply, `hand` names the cause
that is nearest to the cell, and `why` lists all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import duckdb


def find_hands(connection: duckdb.DuckDBPyConnection, made_by: str, claims: str = "marts.entity_claims") -> None:
    """Fill `hand` and `why` of the temporary table `changed_cells`. In the first publication the hand is `source`.

    `claims` is a table or a subquery of the claims about the entities of these cells.
    """
    last = connection.execute(
        "select as_of, published_at, trust, made_by from ops.publications order by publication_no desc limit 1"
    ).fetchall()
    if not last:
        connection.execute("update changed_cells set hand = 'source', why = 'source: published for the first time'")
        return
    as_of, published_at, trust, made_before = last[0]
    connection.execute(_SINCE, {"as_of": as_of, "published_at": published_at})
    connection.execute(_MOVES, {"as_of": as_of})
    connection.execute(_TRUSTED, {"trust": trust})
    rules = _other_rules(json.loads(made_before), json.loads(made_by))
    connection.execute(_EVIDENCE.replace("$claims", claims), {"rules": rules})
    connection.execute(_VERDICT)


def _other_rules(before: Mapping[str, str], now: Mapping[str, str]) -> str | None:
    """The other inputs of the cells that changed: rules, models and seeds."""
    if not before:
        return "the previous publication has no record of its rules"
    other = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return f"{', '.join(other)} changed" if other else None


# Records that have a new version, were replayed, or were read again since the last publication.
_SINCE = """
    create or replace temp table records_since as
    with landed as (
        select record_key from intermediate.int_record_versions where valid_from > $as_of
        union
        select source || ':' || source_record_id from raw.rejects where replayed_at > $published_at
    )

    select record_key, true as has_landed from landed
    union all by name
    select distinct source_name || ':' || source_record_id as record_key, false as has_landed
    from extract.extractions
    where extracted_at > $published_at and record_key not in (from landed)
"""

_MOVES = """
    create or replace temp table moves_since as
    with moves as (
        select
            *,
            lag(entity_id) over (partition by record_key order by assigned_at, run_id) as from_entity
        from intermediate.int_entity_id_log
        where record_key in (select record_key from intermediate.int_entity_id_log where assigned_at > $as_of)
    )

    select
        record_key, from_entity, entity_id as to_entity,
        exists (
            from seeds.match_overrides where moves.record_key in (left_record_key, right_record_key)
        ) as is_decided
    from moves
    where assigned_at > $as_of and from_entity is not null
"""

# A field without its own trust has the trust of its source. The fields of an address change together.
_TRUSTED = """
    create or replace temp table trust_since as
    with then_given as (
        select unnest(
            from_json($trust, '[{"source_name": "VARCHAR", "field_name": "VARCHAR", "trust": "DOUBLE"}]'),
            recursive := true
        )
    ),

    pairs as (
        select source_name, field_name, strategy
        from (select source_name from intermediate.int_source_trust union select source_name from then_given) as sources
        cross join seeds.field_strategies
    )

    select distinct
        source_name,
        if(strategy = 'group', 'address', field_name) as topic,
        coalesce(then_own.trust, then_general.trust) as before,
        coalesce(now_own.trust, now_general.trust) as now
    from pairs
    left join intermediate.int_source_trust as now_own using (source_name, field_name)
    left join (from intermediate.int_source_trust where field_name = '*') as now_general using (source_name)
    left join then_given as then_own using (source_name, field_name)
    left join (from then_given where field_name = '*') as then_general using (source_name)
    where before != now -- a source that came or went changed nobody's trust
"""

# One row per changed cell, hand and piece of evidence. The nearest cause has the lowest rank.
_EVIDENCE = """
    create or replace temp table evidence as
    with topics as (
        select field_name, if(strategy = 'group', 'address', field_name) as topic from seeds.field_strategies
    ),

    cells as (
        select
            entity_id, field_name, coalesce(topic, field_name) as topic, records, records_then,
            list_distinct(list_concat(records, records_then)) as all_records
        from changed_cells
        left join topics using (field_name)
    ),

    winners as (select entity_id, field_name, topic, unnest(all_records) as record_key from cells),

    -- Who won the cell, then or now, and who else has a claim about it.
    heard as (
        select entity_id, field_name, record_key, true as is_winner from winners
        union
        select distinct cells.entity_id, cells.field_name, source_name || ':' || source_record_id, false
        from $claims as claims
        join topics using (field_name)
        join cells on claims.entity_id = cells.entity_id and topics.topic = cells.topic
    ),

    corrections as (
        select
            winners.entity_id, winners.field_name, 1 as rank, 'correction' as hand,
            regexp_replace(winners.record_key, '^manual_override:', '') || case
                when list_contains(cells.records, winners.record_key)
                    then coalesce(' by ' || overrides.author, '') || coalesce(', ' || overrides.reason, '')
                when overrides.retired_at is not null then ' retired'
                else ' is taken back'
            end as why
        from winners
        join cells using (entity_id, field_name)
        left join intermediate.int_overrides as overrides
            on winners.record_key = 'manual_override:' || overrides.override_id
        where
            starts_with(winners.record_key, 'manual_override:')
            and list_contains(cells.records, winners.record_key)
            != list_contains(cells.records_then, winners.record_key)
    ),

    matched as (
        select
            cells.entity_id, cells.field_name,
            if(bool_or(list_contains(cells.all_records, moves_since.record_key)), 2, 6) as rank, 'match' as hand,
            array_to_string(list_sort(list(distinct if(
                moves_since.to_entity = cells.entity_id,
                'records came from ' || moves_since.from_entity, 'records went to ' || moves_since.to_entity
            ) || if(is_decided, ', as a person decided', ''))), '; ') as why
        from cells
        join moves_since on cells.entity_id in (moves_since.from_entity, moves_since.to_entity)
        group by cells.entity_id, cells.field_name
    ),

    -- First those without a version: they are few, and often none, so the lists need not be read.
    without_version as materialized (
        select * from winners
        anti join intermediate.int_record_versions as versions using (record_key)
    ),

    -- Its list is not declared any more.
    withdrawn as (
        select
            entity_id, field_name, 3 as rank, 'source' as hand,
            array_to_string(list_sort(list(distinct record_key))[:3], ', ') || ' is in no source any more' as why
        from without_version as winners
        semi join raw.lists as landed
            on winners.record_key = landed.source_name || ':' || landed.source_record_id
        group by entity_id, field_name
    ),

    sourced as (
        select
            entity_id, field_name, if(bool_or(is_winner), 3, 5) as rank, 'source' as hand,
            array_to_string(list_sort(list(distinct record_key))[:3], ', ') || ' said something new' as why
        from heard
        semi join (from records_since where has_landed) using (record_key)
        group by entity_id, field_name
    ),

    trusted as (
        select distinct
            heard.entity_id, heard.field_name, 4 as rank, 'trust' as hand,
            concat_ws(
                ' ', source_name, coalesce(format('{:g}', before), 'none'), '->', coalesce(format('{:g}', now), 'none')
            ) as why
        from heard
        join cells using (entity_id, field_name)
        join trust_since
            on split_part(heard.record_key, ':', 1) = trust_since.source_name and cells.topic = trust_since.topic
    ),

    reread as (
        select
            entity_id, field_name, 5 as rank, 'reading' as hand,
            array_to_string(list_sort(list(distinct record_key))[:3], ', ') || ' was read anew' as why
        from heard
        semi join (from records_since where not has_landed) using (record_key)
        group by entity_id, field_name
    )

    select * from corrections
    union all select * from matched
    union all select * from withdrawn
    union all select * from sourced
    union all select * from trusted
    union all select * from reread
    union all
    select entity_id, field_name, 7, 'rules', $rules from cells where $rules is not null
"""

_VERDICT = """
    update changed_cells
    set
        hand = coalesce(verdicts.hand, 'time'),
        why = coalesce(verdicts.why, 'time: nothing else changed, but statements age and some expire')
    from (
        select
            changed_cells.entity_id, changed_cells.field_name,
            min_by(evidence.hand, (evidence.rank, evidence.hand)) as hand,
            string_agg(evidence.hand || ': ' || evidence.why, '; ' order by evidence.rank, evidence.why) as why
        from changed_cells
        left join (select distinct * from evidence) as evidence using (entity_id, field_name)
        group by changed_cells.entity_id, changed_cells.field_name
    ) as verdicts
    where changed_cells.entity_id = verdicts.entity_id and changed_cells.field_name = verdicts.field_name
"""
