"""Measures survivorship over many claims: python -m bench.speed.survivorship [RECORDS].

It fills an empty warehouse with invented records: eight claims each, five sources, two to three records for a place. A
third of the values contradict the others. It times dbt's build of the project's models from `int_claims_scored` to
`entities`, in two halves, without dbt's start and parsing. DuckDB gets 3 GB, unless TRIGPOINT_MEMORY_LIMIT
says otherwise. With less memory, the disk takes more of the time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from orchestrate.clock import utc_now
from orchestrate.run.dbt_child import BuildReport
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.settings import PROJECT_ROOT
from orchestrate.store.dbt_project import DbtProject
from orchestrate.store.warehouse import Warehouse, connect

RECORDS = 1_000_000
SURVIVORSHIP = {
    "scored, votes counted": ("int_claims_scored", "int_value_support", "int_claims_supported", "int_claim_groups"),
    "ranked, pivoted": ("int_claims_ranked", "int_golden_cells", "entities"),
}

FILL = """
create temp table drawn as
select
    n,
    'tp_' || md5((hash(n) % (getvariable('records') * 2 // 5))::varchar)[:16] as entity_id,
    ['google_places', 'openstreetmap', 'sport_scotland', 'serper', 'open_charge_map'][(1 + hash(n, 's') % 5)::bigint]
        as source_name,
    'r' || n as source_record_id,
    as_of - to_hours((hash(n, 't') % 2000)::integer) as source_updated_at,
    as_of
from range(getvariable('records')::bigint) as numbers (n)
cross join ops.build_context;

insert into intermediate.int_record_claims by name
select
    md5(source_record_id || field_name) as claim_id,
    entity_id,
    source_name || ':' || source_record_id as record_key,
    source_name,
    source_record_id,
    field_name,
    case field_name
        when 'latitude' then (55.9 + (hash(entity_id) % 1000) / 1e4)::varchar
        when 'longitude' then (-3.2 + (hash(entity_id, 'l') % 1000) / 1e4)::varchar
        when 'postcode' then 'EH' || (hash(entity_id) % 17) || ' 1AA'
        when 'opening_hours' then to_json('hours ' || (hash(entity_id, hash(n, field_name) % 3) % 100000))::varchar
        else field_name || ' ' || (hash(entity_id, hash(n, field_name) % 3) % 100000)
    end as value,
    value as value_normalised,
    false as is_placeholder,
    'verified' as verification,
    0.9 as confidence,
    as_of as fetched_at,
    source_updated_at,
    1 as version_no,
    as_of as valid_from
from drawn
cross join unnest([
    'entity_name', 'street_address', 'postcode', 'latitude', 'longitude', 'phone', 'website_url', 'opening_hours'
]) as fields (field_name);

insert into intermediate.int_record_entities by name
select source_name || ':' || source_record_id as record_key, entity_id, 'member' as match_role from drawn;

insert into intermediate.int_record_versions by name
select
    source_name || ':' || source_record_id as record_key, source_name, source_record_id, as_of as fetched_at,
    as_of as first_fetched_at, as_of as valid_from, 1 as version_no
from drawn;
"""


async def measure(scratch: Path, records: int) -> None:
    warehouse = Warehouse(scratch / "warehouse.duckdb")
    warehouse.connection.execute("insert into ops.build_context values ('bench', ?)", [utc_now()])
    warehouse.close()
    project = DbtProject(PROJECT_ROOT, warehouse.path, scratch / "dbt")
    await build(project)
    with connect(warehouse.path) as connection:
        connection.execute("set variable records = ?", [records])
        connection.execute(FILL)
        ((claims, entities),) = connection.execute(
            "select count(*), count(distinct entity_id) from intermediate.int_record_claims"
        ).fetchall()
    print(f"{claims:,} claims of {records:,} records about {entities:,} places")
    reports = {half: await build(project, "--select", *models) for half, models in SURVIVORSHIP.items()}
    for half, report in reports.items():
        print(f"{half}: {report.seconds:.1f} s, at most {report.peak_megabytes:.0f} MB")
    print(f"total: {sum(report.seconds for report in reports.values()):.1f} s")


async def build(project: DbtProject, *selection: str) -> BuildReport:
    dbt = DbtProcess(project)
    dbt.start()
    try:
        report = await dbt.build(*selection, "--exclude-resource-type=test", "--exclude-resource-type=unit_test")
    finally:
        dbt.kill()
    if report.failures:
        sys.exit("; ".join(report.failures))
    return report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=RECORDS, help="whose claims are made")
    records = parser.parse_args().records
    os.environ.setdefault("TRIGPOINT_MEMORY_LIMIT", "3GB")
    with tempfile.TemporaryDirectory(prefix="trigpoint-bench-") as scratch:
        asyncio.run(measure(Path(scratch), records))


if __name__ == "__main__":
    main()
