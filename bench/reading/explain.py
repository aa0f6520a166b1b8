"""Measures `explain` on a large published file: python -m bench.reading.explain [claims].

It builds the project's marts over an empty warehouse, fills them with invented entities of ten claims each and
publishes them as a run does. It times whole calls in this process, with the opening of the file. It prints the median
of RUNS calls, each about another entity. The first call is shown apart.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from orchestrate.explain.entity import explain
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.publication.publish import publish
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse

RUNS = 20
PER_ENTITY = 10  # claims: five fields from each of two records, a page and a register's
FIELDS = ["entity_name", "phone", "postcode", "street_address", "website_url"]

FILL = f"""
create temp table made as
select
    n,
    'tp_' || md5(n::varchar)[:16] as entity_id,
    'place-' || n as slug,
    'Place number ' || lpad(n::varchar, 6, '0') as entity_name,
    'https://place-' || n || '.example/' as page,
    'rec/' || n as register_id,
    md5('text' || n) || md5('reading' || n) as extraction_id
from range($entities) as numbers (n);

insert into marts.entities by name
select
    entity_id, slug, entity_name, 'place' as entity_class, '+441314960000' as phone,
    json_object({", ".join(f"'{field}', 0.97" for field in FIELDS)}) as field_confidence
from made order by entity_id;

insert into marts.entity_records by name
select 'serper:' || page as record_key, entity_id, 'serper' as source_name, page as source_record_id, entity_name
from made
union all by name
select 'openstreetmap:' || register_id as record_key, entity_id, 'openstreetmap' as source_name,
    register_id as source_record_id, entity_name || ' (formerly Old Place)' as entity_name from made;

insert into marts.record_evidence by name
select
    source_name || ':' || source_record_id as record_key, entity_id, source_name, source_record_id, 'GET' as method,
    'https://service.example/?page=' || n as url, 200 as status, timestamp '2026-01-01' as started_at,
    timestamp '2026-01-01' as fetched_at,
    json_object('name', entity_name, 'phone', '0131 496 0000', 'more', repeat(md5(source_record_id), 20)) as payload
from (
    select *, 'serper' as source_name, page as source_record_id from made
    union all select *, 'openstreetmap', register_id from made
) order by entity_id, record_key;

insert into marts.text_evidence by name
select extraction_id, entity_id, 'serper' as source_name, page as source_record_id, page as url,
    repeat('All about ' || entity_name || '. ', 8) || 'Tel: 0131 496 0000' as text
from made order by entity_id, extraction_id;

insert into marts.entity_claims by name
select
    md5(entity_id || field_name || is_page) as claim_id, entity_id, field_name, '+441314960000' as value,
    '+441314960000' as value_normalised, if(is_page, 2, 1) as claim_rank, not is_page as is_winner,
    if(is_page, 'duplicate', null) as lost_because, 'trust' as strategy,
    if(is_page, 'serper', 'openstreetmap') as source_name, if(is_page, page, register_id) as source_record_id,
    'verified' as verification, 50.0 as trust, 50.0 as decayed_trust, 3 as age_days, 0.9 as confidence,
    2 as independent_sources, 3000 as support, 0.0 as margin, if(is_page, '0131 496 0000', null) as quote,
    if(is_page, 10, null) as char_start, if(is_page, extraction_id, null) as extraction_id,
    timestamp '2026-01-01' as fetched_at, 'ODbL 1.0' as licence, true as may_republish
from made
cross join (select unnest({FIELDS}) as field_name)
cross join (select unnest([true, false]) as is_page)
order by entity_id, field_name, claim_rank, claim_id;
"""


def make_published(directory: Path, claims: int) -> Path:
    project = DbtProject(PROJECT_ROOT, directory / "warehouse.duckdb", directory / "dbt")
    warehouse = Warehouse(project.warehouse)
    warehouse.connection.execute("insert into ops.build_context values ('bench', timestamp '2026-01-01')")
    warehouse.close()
    report = asyncio.run(DbtProcess(project).build())
    assert report.failures == (), report.failures
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute(FILL.replace("$entities", str(claims // PER_ENTITY)))
    published = directory / "trigpoint.duckdb"
    publish(project.warehouse, published, "bench", {}, lambda: False)
    return published


def timed(name: str, call: Callable[[int], object]) -> None:
    seconds = []
    for number in range(RUNS + 1):
        started = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - started)
    first, *rest = (1000 * s for s in seconds)
    print(f"{name:28} {statistics.median(rest):6.0f} ms ({min(rest):.0f} to {max(rest):.0f}; the first {first:.0f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="?", type=int, default=1_000_000, help="of the file that is made")
    claims = parser.parse_args().claims
    with tempfile.TemporaryDirectory() as directory:
        published = make_published(Path(directory), claims)
        with duckdb.connect(str(published), read_only=True) as marts:
            ((held, entities),) = marts.execute(
                "select count(*), count(distinct entity_id) from marts.entity_claims"
            ).fetchall()
            ids = [row[0] for row in marts.execute("select entity_id from marts.entities using sample 21").fetchall()]
        size = published.stat().st_size / 1e6
        print(f"{held:,} claims about {entities:,} entities, {size:,.0f} MB")
        step = entities // (RUNS + 2)
        timed("a cell, by the entity's id", lambda n: explain(published, ids[n], "phone"))
        timed("by its slug", lambda n: explain(published, f"place-{n * step}", "phone"))
        timed("by its name", lambda n: explain(published, f"PLACE number {n * step:06}", "phone"))
        timed("by words of a name", lambda n: explain(published, f"{n * step:06} (formerly", "phone"))
        timed("all cells of an entity", lambda n: explain(published, ids[n], None))


if __name__ == "__main__":
    main()
