"""`trigpoint diff OLD NEW` over two files with 100,000 claims each: one phone in ten is another's."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import duckdb

from orchestrate.explain.golden.diff import diff_files
from orchestrate.render.diffs.golden_diff import as_markdown, as_page

ENTITIES = 10_000
FIELDS = ("entity_name", "phone", "postcode", "street_address", "website_url")


def publish(path: Path, every: int) -> Path:
    """A file with two claims for each field of each entity. In every so-many-th entity the other claim wins."""
    with duckdb.connect(str(path)) as file:
        file.execute("create schema marts")
        file.execute(
            "create table marts.entities as select 'e' || i as entity_id, 's' || i as slug, "
            "'Place ' || i as entity_name, "
            "'operational' as operating_status, 55 + i / 1e5 as latitude, -3.0 as longitude "
            f"from range({ENTITIES}) as r(i)"
        )
        file.execute(
            "create table marts.entity_records as select source || ':' || entity_id as record_key, entity_id "
            "from marts.entities, (values ('osm'), ('google')) as s(source)"
        )
        file.execute(
            "create table marts.entity_claims as "
            "select md5(entity_id || field_name || source) as claim_id, entity_id, "
            "field_name, source || ' ' || entity_id as value, source as source_name, null as item, "
            "'trust' as strategy, "
            "lower(value) as value_normalised, "
            f"(source = 'osm') = (row_number() over () % {every} = 0) as is_winner, "
            "if(is_winner, 1, 2) as claim_rank, if(is_winner, null, 'trust') as lost_because "
            f"from marts.entities, unnest({list(FIELDS)}) as f(field_name), (values ('osm'), ('google')) as s(source)"
        )
    return path


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as directory:
        old, new = publish(Path(directory) / "old.duckdb", 2), publish(Path(directory) / "new.duckdb", 10)
        started = time.perf_counter()
        diff = diff_files(old, new)
        compared = time.perf_counter() - started
        text, page = as_markdown(diff), as_page(diff)
        print(
            f"{ENTITIES * len(FIELDS) * 2:,} claims, {diff.counts['cells']:,} cells differ: {compared:.1f} s; "
            f"Markdown of {len(text):,} letters and a page of {len(page.encode()) / 1024:.0f} KiB: "
            f"{time.perf_counter() - started - compared:.1f} s"
        )


if __name__ == "__main__":
    main()
