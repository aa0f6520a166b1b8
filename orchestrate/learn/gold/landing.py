"""Lands the records of known places, and their right values, as records of lists.

The right values go through the same readers and models as the records, so a phone in another form is the same phone.
Each right value is an entity of its own: it says nothing about its place.
"""

# ruff: noqa: S608 (the columns and tables are ours)
from __future__ import annotations

import duckdb

from orchestrate.learn.gold.files import list_fields
from orchestrate.run.ledger import start_run
from orchestrate.seeds.files import read_seed
from orchestrate.settings import SEEDS_DIR

RUN_ID = "evaluation"
# Every record of a right value has these: without a name it is lost, and its phone is read by the country.
CONTEXT = ("entity_name", "country")
# One cell may hold several values of these.
SEVERAL = ("raw_categories", "alternate_names", "floors")


def land_gold(connection: duckdb.DuckDBPyConnection) -> None:
    """Land `gold_records` and `gold_rows`, and make the table that stands in for matching.

    The build is as of the latest moment in the records, so that the result does not depend on today's date.
    """
    ((as_of,),) = connection.execute(LATEST).fetchall()
    start_run(connection, {"run_id": RUN_ID, "query": "evaluation", "mode": "sandbox", "started_at": as_of})
    connection.execute("insert into ops.build_context values (?, ?)", [RUN_ID, as_of])
    connection.execute(GOLD_VALUES)
    connection.execute(_landing(connection), {"as_of": as_of})
    ranked = [*{row["source_name"] for row in read_seed(SEEDS_DIR / "source_trust.csv")}]
    connection.execute(LISTS, {"ranked": ranked})
    for statement in (LOADS, LANDED, _fields(connection), *STAND_IN):
        connection.execute(statement)


def _landing(connection: duckdb.DuckDBPyConnection) -> str:
    """The records, and a record for each right value that a list could state."""
    fields = list_fields(connection)
    stated = ", ".join(f"if(field = '{name}', value, null) as {name}" for name in fields if name not in CONTEXT)
    return LANDING.format(fields=list(fields), stated=stated)


def _fields(connection: duckdb.DuckDBPyConnection) -> str:
    given = {name for name, *_ in connection.execute("describe landing").fetchall()}
    texts = ", ".join(f"{_texts(name)} as {name}" for name in list_fields(connection) if name in given)
    return (
        "insert into raw.list_fields by name select source_name, source_record_id, payload_hash, "
        f"'' as mapping_version, []::varchar[] as as_is, {texts} from landing"
    )


def _texts(column: str) -> str:
    """The texts of a cell as a list; null if it is blank."""
    texts = f"string_split_regex({column}, ' *[;|] *')" if column in SEVERAL else f"[{column}]"
    return f"nullif([text for text in {texts} if text is not null and text != ''], [])"


LATEST = """
select coalesce(greatest(max(try_cast(fetched_at as timestamp)), max(try_cast(source_updated_at as timestamp))), now())
from gold_records
"""
# A right value may be written in several ways, which a stroke separates. `gold_no` is one way of one right value.
GOLD_VALUES = """
create or replace temp table gold_values as
select row_number() over (order by row_no, value) as gold_no, *
from (
    select * replace (unnest(string_split_regex(value, ' *[|] *')) as value)
    from gold_rows
    where value is not null
)
"""
LANDING = """
create or replace temp table landing as
with countries as (

    select
        records.place_id,
        coalesce(any_value(gold_values.value), mode(records.country)) as country
    from (select * from gold_records union all by name (select null::varchar as country where false)) as records
    left join gold_values
        on records.place_id = gold_values.place_id and gold_values.field = 'country'
    group by records.place_id

),

stated as (

    select
        gold_records.* exclude (source, row_no, fetched_at, trust),
        gold_records.source as source_name,
        coalesce(try_cast(gold_records.fetched_at as timestamp), $as_of) as fetched_at,
        try_cast(gold_records.trust as integer) as trust
    from gold_records
    union all by name
    select
        'right value' as source_name,
        gold_no::varchar as source_record_id,
        'right value:' || gold_no as place_id,
        if(field = 'entity_name', value, 'right value') as entity_name,
        if(field = 'country', value, countries.country) as country,
        {stated},
        $as_of as fetched_at
    from gold_values
    inner join countries using (place_id)
    where list_contains({fields}, field)

)

select
    *,
    row_number() over (order by source_name, source_record_id) as result_rank,
    to_json(stated)::varchar as payload,
    sha256(to_json(stated)::varchar) as payload_hash
from stated
"""
# As for a declared list, which has a trust of 50 if it states none. A source of the seed has the trust of the seed.
LISTS = """
insert into ops.lists by name
select
    source_name, 'csv' as format, '' as location, 'append' as rows_kept, 'own' as licence, false as republish,
    false as share_alike, 'rarely' as repeats_places, '{}' as columns,
    case
        when any_value(trust) is not null then json_object('*', any_value(trust))
        when list_contains($ranked, source_name) then json('{}')
        else json('{"*": 50}')
    end as trust
from landing
group by source_name
"""
LOADS = """
insert into raw.list_loads by name
select
    source_name, 'evaluation' as run_id, '' as location, '' as sha256, '[]' as files, '' as read_as,
    []::varchar[] as columns, count(*) as rows_landed, max(fetched_at) as fetched_at, max(fetched_at) as checked_at
from landing
group by source_name
"""
LANDED = """
insert into raw.lists by name
select 'evaluation' as run_id, source_name, source_record_id, payload, payload_hash, fetched_at, result_rank
from landing
"""
# The models of survivorship read these three tables of matching.
STAND_IN = (
    "create schema if not exists intermediate",
    "create or replace table intermediate.int_record_entities as select source_name || ':' || source_record_id as "
    "record_key, place_id as entity_id, 'member' as match_role, 'known' as matched_by, 1.0 as match_probability "
    "from landing",
    "create or replace table intermediate.int_entities_reached as select distinct place_id as entity_id from landing",
    "create or replace table intermediate.int_entity_redirects (old_entity_id varchar, entity_id varchar)",
)
