"""How good the matching is, measured against places that are known."""

from __future__ import annotations

import csv
import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

import ingest.sandbox
from extract.engine import QueryContext, extract_run
from extract.lexicon import load_lexicon
from ingest.landing import compact_json, payload_hash
from orchestrate.dbt_build import DbtProcess, DbtProject
from orchestrate.errors import GateError
from orchestrate.ledger import start_run, utc_now
from orchestrate.planner import load_planner_seeds
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from orchestrate.warehouse import Warehouse

SANDBOX = Path(ingest.sandbox.__file__).parent
RUN_ID = "evaluation"


@dataclass(frozen=True)
class PairwiseScores:
    """Of the pairs of records: how many were joined rightly, joined wrongly, and left apart wrongly."""

    true_positives: int
    false_positives: int
    false_negatives: int

    @property
    def precision(self) -> float:
        joined = self.true_positives + self.false_positives
        return self.true_positives / joined if joined else 1.0

    @property
    def recall(self) -> float:
        same = self.true_positives + self.false_negatives
        return self.true_positives / same if same else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall (van Rijsbergen 1979)."""
        total = 2 * self.true_positives + self.false_positives + self.false_negatives
        return 2 * self.true_positives / total if total else 1.0


def pairwise_scores(found: Mapping[str, str], truth: Mapping[str, str]) -> PairwiseScores:
    """Compare two partitions of the records in `truth`, each a map from record to cluster.

    A record that `found` does not hold stands alone. Counts pairs without listing them.
    """
    clusters = {record: found.get(record, f"alone:{record}") for record in truth}
    both = _pairs(Counter((clusters[record], truth[record]) for record in truth))
    return PairwiseScores(
        true_positives=both,
        false_positives=_pairs(Counter(clusters.values())) - both,
        false_negatives=_pairs(Counter(truth.values())) - both,
    )


def _pairs(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


async def evaluate_sandbox() -> dict[str, Any]:
    """Build every record of the sandbox's world in a scratch warehouse and compare with its truth file.

    Raises GateError when a data test fails on it.
    """
    truth = read_truth(SANDBOX / "truth.csv")
    with tempfile.TemporaryDirectory(prefix="trigpoint-eval-") as scratch:
        warehouse = Warehouse(Path(scratch) / "warehouse.duckdb")
        dbt = DbtProcess(DbtProject(PROJECT_ROOT, warehouse.path, Path(scratch) / "dbt"))
        dbt.start()
        try:
            now = utc_now()
            sources = _load_world(warehouse.connection, SANDBOX / "world", now)
            await _read_texts(warehouse.connection, sources, now)
            warehouse.close()
            built = await dbt.build()
            if built.failures:
                raise GateError("The world of the sandbox does not pass dbt's checks: " + "; ".join(built.failures[:5]))
            found = dict(
                warehouse.connection.execute(
                    "select record_key, entity_id from intermediate.int_record_entities"
                ).fetchall()
            )
            entities = warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
        finally:
            dbt.kill()
            warehouse.close()
    scores = pairwise_scores(found, truth)
    return {
        "version": 1,
        "evaluated": "sandbox",
        "records": len(truth),
        "places": len({place for place in truth.values() if not place.startswith("not a place:")}),
        "entities": entities,
        "precision": round(scores.precision, 4),
        "recall": round(scores.recall, 4),
        "f1": round(scores.f1, 4),
        "wrongly_joined_pairs": scores.false_positives,
        "wrongly_parted_pairs": scores.false_negatives,
        "build_seconds": round(built.seconds, 1),
    }


def read_truth(path: Path) -> dict[str, str]:
    """Record -> place. A record that is about no place of the world is a place of its own."""
    with path.open(newline="") as file:
        return {
            key: row["place_id"] or f"not a place:{key}"
            for row in csv.DictReader(file)
            if (key := f"{row['source_name']}:{row['source_record_id']}")
        }


def _load_world(connection: duckdb.DuckDBPyConnection, world: Path, now: datetime) -> list[str]:
    """Leave what landing would if every source were asked for everything it has; the sources, as a list."""
    start_run(connection, {"run_id": RUN_ID, "query": "everything", "mode": "sandbox", "started_at": now})
    connection.execute("insert into ops.build_context values (?, ?)", [RUN_ID, now])
    sources = sorted(path.stem for path in world.glob("*.json"))
    for source in sources:
        held = json.loads((world / f"{source}.json").read_text())
        # The council's records are told by the layer that was asked.
        requests = {
            layer: f"{source}-{number}" for number, layer in enumerate(sorted({r.get("layer", "") for r in held}))
        }
        connection.executemany(
            "insert into raw.connector_calls (request_id, run_id, source, url) values (?, ?, ?, ?)",
            [[request, RUN_ID, source, f"http://sandbox/{layer}/query"] for layer, request in requests.items()],
        )
        connection.executemany(
            f"insert into raw.{source} values (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (the name of a file of ours)
            [
                [
                    RUN_ID,
                    record["id"],
                    compact_json(record["record"]),
                    payload_hash(record["record"]),
                    requests[record.get("layer", "")],
                    now,
                    rank,
                ]
                for rank, record in enumerate(held, start=1)
            ],
        )
    return sources


async def _read_texts(connection: duckdb.DuckDBPyConnection, sources: list[str], now: datetime) -> None:
    await extract_run(
        connection,
        run_id=RUN_ID,
        query=QueryContext(text="", name=None, locality=None, city="Edinburgh", categories=()),
        sources=sources,
        unstructured_sources=load_planner_seeds(SEEDS_DIR).unstructured_sources,
        lexicon=load_lexicon(SEEDS_DIR),
        llm=None,
        extracted_at=now,
    )
