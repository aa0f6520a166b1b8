"""Measures the extraction stage with many texts and with a failing server: python -m bench.speed.extraction.

There are three parts: throughput and memory; a hostile server; twenty kills. Each part runs the stage in one process
and the server in another. The wall time with the hostile server is compared with the best schedule for the same
attempts: all in parallel without a gap, but the attempts of one text (with the waits that the server asked for) one
after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from bench.speed.model_server import HOSTILE, RETRY_AFTER_SECONDS, Temper, serving, tally
from extract.engine import Extractor, QueryContext
from extract.llm.client import LlmSettings
from extract.text.lexicon import load_lexicon
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_tables

QUERY = QueryContext("tennis edinburgh", None, None, "Edinburgh", ("tennis",))
RECORDS, CONCURRENCY = 1000, 50
KILLS, KILL_RECORDS, KILL_CONCURRENCY = 20, 120, 8
TIME_LIMIT_SECONDS = 2.0


def land(path: Path, records: int) -> None:
    """A warehouse with `records` search results, each with a phone."""
    with duckdb.connect(str(path)) as connection:
        create_tables(connection)
        connection.execute(
            """
            insert into raw.serper
            select 'r1', 'https://club' || n || '.example/', payload, md5(payload), 'q', timestamp '2026-01-01', n, null
            from (
                select n, json_object(
                    'title', 'Tennis Club ' || n, 'link', 'https://club' || n || '.example/',
                    'snippet', 'A tennis club in Edinburgh. Tel: 0131 496 ' || lpad(n::varchar, 4, '0') || '.'
                )::varchar as payload
                from range(?) as numbers (n)
            )
            """,
            [records],
        )


def extract(path: Path, base_url: str, concurrency: int, records_per_call: int) -> None:
    """Run the stage in this process. Print its figures as JSON."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    settings = LlmSettings(
        base_url, "k", "m", concurrency=concurrency, records_per_call=records_per_call,
        timeout_seconds=TIME_LIMIT_SECONDS,
    )  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        started = time.perf_counter()
        report = asyncio.run(
            Extractor(load_lexicon(SEEDS_DIR), settings).extract_run(
                connection, run_id="r1", query=QUERY, sources=["serper"], now=datetime(2026, 1, 1)
            )
        )
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {"seconds": seconds, "peak_mb": peak / 1024, "grown_mb": (peak - before) / 1024, "failed": report.failed}
    print(json.dumps(figures))


def run_stage(path: Path, base_url: str, concurrency: int, records_per_call: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, "stage", path, base_url, str(concurrency), str(records_per_call)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def throughput(scratch: Path) -> None:
    print(f"\n{RECORDS} texts, 200 ms latency, {CONCURRENCY} calls at once")
    for records_per_call in (1, 4):
        path = scratch / f"throughput-{records_per_call}.duckdb"
        land(path, RECORDS)
        with serving(Temper()) as url:
            first = run_stage(path, url, CONCURRENCY, records_per_call)
            again = run_stage(path, url, CONCURRENCY, records_per_call)
            calls = tally(url)["tally"]["ok"]
        print(
            f"  {records_per_call} in a call: {first['seconds']:.1f} s, {first['peak_mb']:.0f} MB in total, "
            f"{calls} calls; again: {again['seconds']:.1f} s, {again['failed']} failed, no further call"
        )


def hostile(scratch: Path) -> None:
    print(f"\n{RECORDS} texts, one in a call, a hostile server: {HOSTILE.shares}")
    for concurrency in (8, CONCURRENCY):
        endure(scratch / f"hostile-{concurrency}.duckdb", concurrency)


def endure(path: Path, concurrency: int) -> None:
    land(path, RECORDS)
    with serving(HOSTILE) as url:
        figures = run_stage(path, url, concurrency, 1)
        did = tally(url)["tally"]
    with duckdb.connect(str(path)) as connection:
        status = connection.execute(
            "select coalesce(error, status), count(*), max(attempts) from extract.extractions group by all order by all"
        ).fetchall()
        ((false_success,),) = connection.execute(
            "select count(*) from extract.extractions where status = 'ok' and extraction_id not in "
            "(select extraction_id from extract.claims where extractor = 'llm' and field_name = 'phone' "
            "and verification = 'verified')"
        ).fetchall()
        ideal = ideal_seconds(connection, concurrency)
    ratio = figures["seconds"] / ideal
    print(f"  {concurrency} calls at once: {figures['seconds']:.1f} s, ideal {ideal:.1f} s, ratio {ratio:.2f}")
    print(f"    the server: {did}; {figures['peak_mb']:.0f} MB")
    print(f"    (outcome, texts, most attempts): {status}; {false_success} successes without the phone")


def ideal_seconds(connection: duckdb.DuckDBPyConnection, concurrency: int) -> float:
    """The longer of two times: all attempts without a gap; the longest chain of attempts and waits of one text."""
    rows = connection.execute(
        "select records[1], ms / 1000, outcome = 'rate_limited' from ops.llm_calls where purpose = 'extract'"
    ).fetchall()
    chains: dict[str, float] = defaultdict(float)
    for key, seconds, is_refused in rows:
        chains[key] += seconds + is_refused * RETRY_AFTER_SECONDS
    return max(sum(seconds for _, seconds, _ in rows) / concurrency, *chains.values())


def kills(scratch: Path) -> None:
    print(
        f"\n{KILL_RECORDS} texts, kill -9 at {KILLS} random points, {KILL_CONCURRENCY} calls at once, one text a call"
    )
    dice = random.Random(20)
    whole = scratch / "whole.duckdb"
    land(whole, KILL_RECORDS)
    with serving(Temper(latency_seconds=0.05)) as url:
        run_stage(whole, url, KILL_CONCURRENCY, 1)
    expected = claims(whole)
    worst, same = 0, 0
    for number in range(KILLS):
        path = scratch / f"kill-{number}.duckdb"
        land(path, KILL_RECORDS)
        with serving(Temper(latency_seconds=0.05)) as url:
            kill_stage(path, url, KILL_CONCURRENCY, dice.randint(1, KILL_RECORDS))
            run_stage(path, url, KILL_CONCURRENCY, 1)
            paid = tally(url)["tally"]["ok"]
        worst = max(worst, paid)
        same += claims(path) == expected
    print(f"  at most {worst} paid calls; {same} of {KILLS} have the same claims as a run without a kill")


def kill_stage(path: Path, base_url: str, concurrency: int, answers: int) -> None:
    """Start the stage and kill it when the server has given `answers` answers."""
    command = [sys.executable, "-m", "bench.speed.extraction", "stage", str(path), base_url, str(concurrency), "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while process.poll() is None and tally(base_url)["tally"].get("ok", 0) < answers:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def claims(path: Path) -> list[tuple]:
    with duckdb.connect(str(path)) as connection:
        return connection.execute("from extract.claims order by all").fetchall()


PARTS = {part.__name__: part for part in (throughput, hostile, kills)}


def main() -> None:
    if sys.argv[1:2] == ["stage"]:  # the process that `run_stage` starts
        path, url, concurrency, records_per_call = sys.argv[2:]
        extract(Path(path), url, int(concurrency), int(records_per_call))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one of {', '.join(PARTS)}; all without one")
    wanted = parser.parse_args().parts or PARTS
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as scratch:
        for name in wanted:
            PARTS[name](Path(scratch))


if __name__ == "__main__":
    main()
