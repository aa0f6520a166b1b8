"""Measures how fast payloads are read: python -m bench.speed.readings [PAYLOADS]. No text occurs twice."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace

import duckdb

from extract.payloads.kinds import load_readers
from extract.payloads.readings import read_payloads
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_tables

PAYLOADS = 20_000


def payloads(count: int) -> Iterator[str]:
    for number in range(count):
        tags = {
            "name": f"Club {number}",
            "phone": f"0131 {number // 1000 % 900 + 100} {number % 10_000:04d}; +44 7700 {number % 1_000_000:06d}",
            "website": f"www.club{number}.example/?utm_source=map",
            "contact:facebook": f"club{number}",
            "addr:housenumber": f"{number};{number + 1};{number + 2}",
            "addr:street": "Gorse Row",
            "addr:city": "EDINBURGH",
            "addr:postcode": f"eh{number % 17 + 1}{number % 10}{'abdefghjlnpqrstuwxyz'[number % 20]}r",
            "opening_hours": f"Mo-Fr {number % 10 + 6:02d}:{number % 60:02d}-{number % 4 + 18}:00",
        }
        yield json.dumps({"type": "node", "id": number, "lat": 55.9, "lon": -3.1, "tags": tags})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("payloads", nargs="?", type=int, default=PAYLOADS, help="payloads to read")
    count = parser.parse_args().payloads
    readers, made = load_readers(SEEDS_DIR), list(payloads(count))
    for kind, reader in readers.kinds.items():
        alone = replace(readers, kinds={kind: reader})
        if kind in readers.paths["openstreetmap"]:
            started = time.perf_counter()
            for payload in made:
                alone.read("openstreetmap", payload)
            print(f"{kind:14} {count / (time.perf_counter() - started):9,.0f} payloads a second")
    with duckdb.connect() as connection:
        create_tables(connection)
        connection.execute(
            "insert into raw.openstreetmap by name "
            "select payload, payload as payload_hash, payload as source_record_id "
            "from (select unnest(?::varchar[]) as payload)",
            [made],
        )
        for what in ("all, written down", "read already"):
            started = time.perf_counter()
            read_payloads(connection, SEEDS_DIR)
            print(f"{what:14} {count / (time.perf_counter() - started):9,.0f} payloads a second")


if __name__ == "__main__":
    main()
