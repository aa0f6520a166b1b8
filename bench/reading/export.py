"""Measures `export` on many entities: python -m bench.reading.export [entities].

It fills a published file with invented entities of 30 cells and 50 claims each, under four licences. It exports all of
them in each form, each in a process of its own, and prints the seconds, the seconds of work on all cores, the peak of
memory and the size of the files.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import duckdb
import yaml

from orchestrate.clock import utc_now
from orchestrate.export.export import export
from orchestrate.export.request import FORMATS, export_request
from orchestrate.settings import PROJECT_ROOT

FIELDS = [
    "entity_name", "entity_class", "summary", "street_address", "locality", "city", "postcode", "country", "phone",
    "email", "website_url", "facebook_url", "operating_status", "wifi", "rating", "latitude", "longitude",
]  # fmt: skip
LISTS = ["raw_categories", "canonical_activities", "canonical_place_types", "discovered_attributes", "external_ids"]

FILL = f"""
create temp table made as
select n, 'tp_' || lpad(n::varchar, 16, '0') as entity_id from range($entities) as numbers (n);

create temp table fields as
select unnest({FIELDS}) as field_name, generate_subscripts({FIELDS}, 1) as place;

insert into marts.entities by name
select
    entity_id, 'place-' || n as slug, 'Place ' || n as entity_name, 0.5 as completeness, 3 as source_count,
    json_object({", ".join(f"'{name}', 0.97" for name in FIELDS)}) as field_confidence,
    timestamp '2026-01-01' as first_seen_at, timestamp '2026-01-02' as updated_at, 'run' as last_run_id
from made order by entity_id;

create temp table licences as select * from (values
    (0, 'google_places', 'Google Maps Platform Terms', 'restricted', false, false),
    (1, 'openstreetmap', 'ODbL 1.0', 'share_alike', true, true),
    (2, 'edinburgh_council', 'OGL v3', 'attribution', true, true),
    (3, 'sport_scotland', 'OGL v3', 'attribution', true, true)
) as licences (k, source_name, licence, licence_class, may_republish, fits_osm);

create temp table cells as
select
    made.n, made.entity_id, fields.field_name, null as item, ranks.claim_rank, 'trust' as strategy,
    case
        when field_name = 'latitude' then (55 + made.n / 1e6)::varchar
        when field_name = 'longitude' then (-3 - made.n / 1e6)::varchar
        when field_name = 'wifi' then 'true'
        when field_name = 'rating' then '4.5'
        when field_name = 'operating_status' then 'operational'
        else field_name || ' of place number ' || made.n
    end as value,
    if(field_name in ('latitude', 'longitude'), made.n + ranks.claim_rank, made.n + place + ranks.claim_rank) % 4 as k
from made cross join fields cross join (select unnest([1, 2]) as claim_rank) as ranks
union all
select
    made.n, made.entity_id, lists.field_name,
    if(lists.field_name in ('external_ids'), 'ids=' || items.i || made.n, lists.field_name || items.i) as item,
    1 as claim_rank, 'union' as strategy, lists.field_name || items.i as value, (made.n + items.i) % 4 as k
from made
cross join (select unnest({LISTS}) as field_name) as lists
cross join (select unnest([1, 2, 3]) as i) as items;

insert into marts.entity_claims by name
select
    md5(cells.entity_id || cells.field_name || coalesce(item, '') || claim_rank) as claim_id, cells.* exclude (n, k),
    value as value_normalised, claim_rank = 1 as is_winner, if(claim_rank = 1, null, 'trust') as lost_because,
    licences.* exclude (k), licences.source_name || '/' || n as source_record_id, 'verified' as verification,
    50.0 as trust, 50.0 as decayed_trust, 0.9 as confidence, 2 as independent_sources, 3000 as support,
    'the place says: ' || value as quote, timestamp '2026-01-01' as fetched_at
from cells inner join licences using (k)
order by entity_id, field_name, claim_rank, claim_id;
"""


def make_published(path: Path, entities: int) -> None:
    (source,) = yaml.safe_load((PROJECT_ROOT / "docs" / "trigpoint_sources.yml").read_text())["sources"]
    with duckdb.connect(str(path)) as marts:
        marts.execute("create schema marts")
        for table in source["tables"]:
            columns = ", ".join(f'"{column["name"]}" {column["data_type"]}' for column in table["columns"])
            marts.execute(f'create table marts."{table["name"]}" ({columns})')
        marts.execute(FILL.replace("$entities", str(entities)))


def measure(published: Path, form: str, has_claims: bool) -> None:
    target = published.with_name(f"out.{form}")
    request = export_request(None, form, target, "open", "include", has_claims=has_claims)
    started, worked = time.perf_counter(), time.process_time()
    report = export(published, request, (published,), utc_now())
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    size = sum(file.bytes for file in report.files) / 1e6
    name = f"{form}{' with claims' if has_claims else ''}"
    print(
        f"{name:20} {seconds:6.1f} s ({cpu:.1f} s of work) {megabytes:7.0f} MB of memory {size:7.1f} MB of files "
        f"{report.entities:,} entities {report.cells:,} cells",
        flush=True,
    )


def in_a_process_of_its_own(work: Callable[..., None], *arguments: object) -> None:
    """A process counts the memory of its parent as its own peak, so the parent does nothing else."""
    child = get_context("spawn").Process(target=work, args=arguments)
    child.start()
    child.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entities", nargs="?", type=int, default=100_000, help="of the file that is made")
    entities = parser.parse_args().entities
    with tempfile.TemporaryDirectory() as directory:
        published = Path(directory) / "trigpoint.duckdb"
        in_a_process_of_its_own(make_published, published, entities)
        print(f"{entities:,} entities, {published.stat().st_size / 1e6:,.0f} MB")
        for form in FORMATS:
            for has_claims in (False, True) if form == "ndjson" else (False,):
                in_a_process_of_its_own(measure, published, form, has_claims)


if __name__ == "__main__":
    main()
