"""Decides for each golden cell whether it may be passed on, by the licence of the claim that won it.

The work is done for a stretch of entities at a time, so that memory does not grow with their number. The SQL fills
two tables: `judged` has each cell with the reason why it is withheld, and `kept` has the cells that an export holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from orchestrate.export.counts import Counts

# A losing claim with one of these is known to be wrong or unfit for its cell.
NEVER_NEXT = ["placeholder", "other_entity", "expired", "closed", "no_eligible_claim", "other_address", "override"]

# The name of the licence without the provider in brackets, which a source of several licences adds.
FAMILY = "regexp_replace(licence, ' *\\([^()]*\\)$', '')"

FAMILIES = f"""
create table families as
select coalesce(list(distinct {FAMILY}), []) as names from published.marts.entity_claims
where licence_class = 'share_alike' and source_name != 'derived'
"""  # noqa: S608 (the expression is ours)

STATED = f"""
create or replace temp table stated as
with claims as (
    select
        stretch.position, claims.*,
        case
            when licence_class != 'share_alike' then []
            when source_name != 'derived' then [{FAMILY}]
            else list_filter(
                list_transform(string_split(licence, '; '), lambda part: regexp_replace(part, ' *\\([^()]*\\)$', '')),
                lambda part: list_contains(known.names, part)
            )
        end as families
    from published.marts.entity_claims as claims
    inner join stretch on claims.entity_id = stretch.entity_id
    cross join families as known
)

select
    claim_id, position, entity_id, field_name, item, value, claim_rank, is_winner, lost_because, strategy, verification,
    source_name, source_record_id, licence, licence_class, quote, expires_at,
    families[1] as family,
    case
        when expires_at <= $now then 'expired'
        when $is_osm and not fits_osm then 'not_for_osm'
        when $is_all then null
        when licence_class = 'restricted' then 'restricted'
        when licence_class = 'share_alike' and $share_alike = 'exclude' then 'share_alike'
        when len(list_distinct(families)) > 1 and not $is_osm then 'share_alike_twice'
    end as withheld
from claims
"""  # noqa: S608 (the expressions are ours)

# A point is passed on as a pair or not at all. The slug is made of the name and of the locality that a source states.
JUDGED = """
create or replace temp table judged as
with winners as (
    select * from stated where is_winner
),

points as (
    select
        * replace (coalesce(
            withheld,
            max(withheld) over same_point,
            case
                when count(*) over same_point < 2 then 'half_a_point'
                when count(distinct family) over same_point > 1 and not $is_all then 'share_alike_twice'
            end
        ) as withheld, max(family) over same_point as family)
    from winners
    where field_name in ('latitude', 'longitude')
    window same_point as (partition by entity_id)
),

slugs as (
    select
        any_value(position) as position, entity_id,
        arg_max(
            { 'source': source_name, 'licence': licence, 'class': licence_class },
            (withheld is not null, licence_class = 'share_alike', field_name)
        ) as strictest,
        min(expires_at) as expires_at,
        max(family) as family,
        coalesce(
            max(withheld), case when count(distinct family) > 1 and not $is_all then 'share_alike_twice' end
        ) as withheld
    from winners
    where field_name = 'entity_name' or (field_name = 'locality' and strategy != 'derived')
    group by entity_id
    having bool_or(field_name = 'entity_name')
)

select * from winners where field_name not in ('latitude', 'longitude')
union all by name
select * from points
union all by name
select
    slugs.* exclude (strictest), strictest.source as source_name, strictest.licence as licence,
    strictest['class'] as licence_class, 'slug' as field_name, true as is_winner, 'trust' as strategy,
    entities.slug as value
from slugs inner join published.marts.entities as entities on slugs.entity_id = entities.entity_id
where entities.slug is not null
"""

# The best claim that may be passed on. A field of an address takes only the winner's value in other words, because
# the parts of two addresses do not fit together. A point takes both numbers from one record.
NEXT_BEST = """
create or replace temp table next_best as
with fit as (
    select * from stated
    where not is_winner and withheld is null and verification != 'rejected'
        and not list_contains($never, coalesce(lost_because, ''))
),

candidates as (
    select * from fit
    where field_name not in ('latitude', 'longitude') and (strategy != 'group' or lost_because = 'duplicate')
    union all by name
    select fit.* replace (
        max(fit.claim_rank) over (partition by fit.entity_id, fit.source_name, fit.source_record_id) as claim_rank
    )
    from fit
    where field_name in ('latitude', 'longitude')
    qualify count(distinct field_name) over (partition by entity_id, source_name, source_record_id) = 2
)

select candidates.*
from judged
inner join candidates
    on judged.entity_id = candidates.entity_id and judged.field_name = candidates.field_name
    and judged.item is not distinct from candidates.item
where judged.withheld is not null
qualify row_number() over (
    partition by candidates.entity_id, candidates.field_name, candidates.item
    order by candidates.claim_rank, candidates.source_name, candidates.source_record_id, candidates.value
) = 1
"""

KEPT = """
create or replace temp table kept as
select *, false as is_next_best from judged where withheld is null and field_name in (from unnest($fields))
union all by name
select *, true as is_next_best from next_best where $is_next_best and field_name in (from unnest($fields))
"""

# What fills its place counts as kept.
LEFT_OUT = """
select
    judged.source_name, judged.field_name, judged.licence, judged.withheld, count(*), count(next_best.entity_id)
from judged
left join next_best
    on judged.entity_id = next_best.entity_id and judged.field_name = next_best.field_name
    and judged.item is not distinct from next_best.item
where
    judged.withheld is not null and judged.field_name in (from unnest($fields))
    and not ($is_next_best and next_best.entity_id is not null)
group by all
"""

USED = """
select family, source_name, licence, licence_class, count(*), count(*) filter (where is_next_best), min(expires_at)
from kept group by all
"""

# The sources behind a derived value: those of the point and the postcode.
BEHIND = """
select distinct licence, source_name from stated
where is_winner and field_name in ('latitude', 'longitude', 'postcode') and licence is not null
"""


@dataclass(frozen=True)
class Policy:
    """What may be passed on, and which fields are asked for."""

    fields: tuple[str, ...]
    now: datetime
    share_alike: str = "include"
    is_all: bool = False
    is_osm: bool = False
    is_next_best: bool = False


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(FAMILIES)


def judge(connection: duckdb.DuckDBPyConnection, policy: Policy, counts: Counts) -> None:
    """Fill `kept` for the entities of the table `stretch`, and add to the counts."""
    is_next_best, fields = policy.is_next_best, list(policy.fields)
    connection.execute(
        STATED,
        {
            "now": policy.now,
            "is_all": policy.is_all,
            "is_osm": policy.is_osm,
            "share_alike": policy.share_alike,
        },
    )
    connection.execute(JUDGED, {"is_all": policy.is_all or policy.is_osm})
    connection.execute(NEXT_BEST, {"never": NEVER_NEXT})
    connection.execute(KEPT, {"is_next_best": is_next_best, "fields": fields})
    _add_left_out(connection, {"is_next_best": is_next_best, "fields": fields}, counts)
    _add_used(connection, counts)


def _add_left_out(connection: duckdb.DuckDBPyConnection, parameters: dict[str, Any], counts: Counts) -> None:
    for *key, cells, fillable in connection.execute(LEFT_OUT, parameters).fetchall():
        cell = tuple(key)
        counts.left_out[cell] += cells
        counts.fillable[cell] += fillable


def _add_used(connection: duckdb.DuckDBPyConnection, counts: Counts) -> None:
    for *key, cells, next_best, expires_at in connection.execute(USED).fetchall():
        counts.used[tuple(key)] += cells
        counts.next_best += next_best
        if expires_at and (counts.delete_by is None or expires_at < counts.delete_by):
            counts.delete_by = expires_at
    ((entities,),) = connection.execute("select count(distinct entity_id) from kept").fetchall()
    counts.entities += entities
    counts.behind.update(connection.execute(BEHIND).fetchall())
