"""Measures matching against known places: `trigpoint eval sandbox` and `trigpoint eval matching`."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import duckdb

import ingest.sandbox
from extract.engine import Extractor, QueryContext
from extract.text.lexicon import load_lexicon
from ingest.connectors import CONNECTORS
from ingest.landing.payloads import compact_json, payload_hash
from orchestrate.clock import utc_now
from orchestrate.contracts.learning.evaluation import MatchingEvaluation, SandboxEvaluation
from orchestrate.contracts.learning.evaluation import PairwiseScores as PrintedScores
from orchestrate.errors import GateError, UsageError
from orchestrate.learn.labelled_pairs import blocking_scores, calibration_scores, judge_pairs, predictions
from orchestrate.learn.match_report import build_match_report
from orchestrate.plan.planner import load_source_catalogue
from orchestrate.run.dbt_child import BuildReport
from orchestrate.run.dbt_runner import DbtProcess
from orchestrate.run.ledger import start_run
from orchestrate.seeds.files import read_seed
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR, load_settings
from orchestrate.store.dbt_project import DbtProject, dbt_project
from orchestrate.store.warehouse import Warehouse

SANDBOX = Path(ingest.sandbox.__file__).parent
SANDBOX_TRUTH = SANDBOX / "truth.csv"
RUN_ID = "evaluation"
RECORD_COLUMNS = (
    "source", "source_record_id", "entity_name", "latitude", "longitude", "street_address", "postcode", "city",
    "country", "phone", "website_url", "raw_categories",
)  # fmt: skip
PAIR_COLUMNS = ("left_source", "left_id", "right_source", "right_id", "label")


@dataclass(frozen=True)
class PairwiseScores:
    """The counts of true positives, false positives and false negatives among the pairs of records."""

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

    def printed(self) -> PrintedScores:
        """The scores as reports show them."""
        return PrintedScores(
            precision=round(self.precision, 4),
            recall=round(self.recall, 4),
            f1=round(self.f1, 4),
            false_positives=self.false_positives,
            false_negatives=self.false_negatives,
        )


def pairwise_scores(found: Mapping[str, str], truth: Mapping[str, str]) -> PairwiseScores:
    """Compare two partitions of the records in `truth`. Each maps a record to its cluster.

    A record that is not in `found` is its own cluster. Counts pairs without listing them.
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


@asynccontextmanager
async def scratch_warehouse() -> AsyncIterator[tuple[Warehouse, DbtProcess]]:
    """A temporary warehouse, and a dbt process that prepares to build in it. Both end with the block."""
    with tempfile.TemporaryDirectory(prefix="trigpoint-eval-") as scratch:
        warehouse = Warehouse(Path(scratch) / "warehouse.duckdb")
        by_runs = dbt_project(load_settings()).parsed
        dbt = DbtProcess(DbtProject(PROJECT_ROOT, warehouse.path, Path(scratch) / "dbt", by_runs))
        dbt.start()
        try:
            yield warehouse, dbt
        finally:
            dbt.kill()
            warehouse.close()


async def build_models(warehouse: Warehouse, dbt: DbtProcess, *selection: str) -> BuildReport:
    warehouse.close()
    built = await dbt.build(*selection)
    if built.failures:
        raise GateError("dbt's checks failed, so nothing was evaluated: " + "; ".join(built.failures[:5]))
    return built


async def build_sandbox(warehouse: Warehouse, dbt: DbtProcess) -> BuildReport:
    """Land, read and build every record of the sandbox."""
    now = utc_now()
    sources = load_world(warehouse.connection, SANDBOX / "world", now)
    await read_texts(warehouse.connection, sources, now)
    return await build_models(warehouse, dbt)


async def build_matching(
    warehouse: Warehouse, dbt: DbtProcess, records: Path, pairs: Path, selector: str = "matching"
) -> tuple[int, BuildReport]:
    """Match the records of a file and read the labelled pairs of another. Returns the number of records."""
    counted = load_records(warehouse.connection, records, utc_now())
    read_labelled_pairs(warehouse.connection, pairs)  # before the build, so that a fault in the file shows early
    built = await build_models(warehouse, dbt, f"--selector={selector}")
    read_labelled_pairs(warehouse.connection, pairs)  # again, because the temporary table ended with the connection
    return counted, built


E = TypeVar("E", SandboxEvaluation, MatchingEvaluation)


class Evaluated(NamedTuple, Generic[E]):
    """The scores of an evaluation and, if requested, the report on its pairs."""

    scores: E
    match_report: dict[str, Any] | None


async def evaluate_sandbox(*, with_report: bool = False) -> Evaluated[SandboxEvaluation]:
    """Build every record of the sandbox in a scratch warehouse and compare with the truth file.

    Raises GateError if a data test fails.
    """
    truth = read_truth(SANDBOX_TRUTH)
    async with scratch_warehouse() as (warehouse, dbt):
        built = await build_sandbox(warehouse, dbt)
        found = dict(
            warehouse.connection.execute(
                "select record_key, entity_id from intermediate.int_record_entities"
            ).fetchall()
        )
        entities = warehouse.connection.execute("select count(*) from marts.entities").fetchall()[0][0]
        scores = SandboxEvaluation(
            records=len(truth),
            places=len({place for place in truth.values() if not place.startswith("not a place:")}),
            entities=entities,
            **dict(pairwise_scores(found, truth).printed()),
            build_seconds=round(built.seconds, 1),
            peak_megabytes=round(built.peak_megabytes),
        )
        report = None
        if with_report:
            report = build_match_report(warehouse.connection, lambda left, right: _is_one(truth, left, right))
    return Evaluated(scores, report)


def _is_one(truth: Mapping[str, str], left: str, right: str) -> bool | None:
    """Whether two records are one place. None if the truth does not know one of them."""
    return truth[left] == truth[right] if left in truth and right in truth else None


async def evaluate_matching(records: Path, pairs: Path, *, with_report: bool = False) -> Evaluated[MatchingEvaluation]:
    """Match the records of one file with the project's own models and compare with the labelled pairs of another.

    The columns are RECORD_COLUMNS and PAIR_COLUMNS; blank means unknown. A pair counts as joined if its two records
    are in one cluster or, in `pair_decisions`, if its own score reaches the threshold. Raises UsageError for a file
    with other columns, or for a pair that names an unknown record.
    """
    async with scratch_warehouse() as (warehouse, dbt):
        counted, built = await build_matching(warehouse, dbt, records, pairs)
        judged = judge_pairs(warehouse.connection)
        scores = MatchingEvaluation(
            records=counted,
            pairs=len(judged),
            matches=sum(pair.is_match for pair in judged),
            **dict(scores_of((pair.is_match, pair.is_joined) for pair in judged).printed()),
            pair_decisions=scores_of((pair.is_match, pair.is_accepted) for pair in judged).printed(),
            probabilities=calibration_scores(predictions(judged)),
            blocking=blocking_scores(judged),
            build_seconds=round(built.seconds, 1),
            peak_megabytes=round(built.peak_megabytes),
        )
        report = None
        if with_report:
            labels = _labels(warehouse.connection)
            report = build_match_report(warehouse.connection, lambda left, right: labels.get(frozenset((left, right))))
    return Evaluated(scores, report)


def load_records(connection: duckdb.DuckDBPyConnection, path: Path, now: datetime) -> int:
    """Land the records as those of lists, one list for each source in the file."""
    start_run(connection, {"run_id": RUN_ID, "query": "evaluation", "mode": "sandbox", "started_at": now})
    connection.execute("insert into ops.build_context values (?, ?)", [RUN_ID, now])
    _read_csv(connection, path, RECORD_COLUMNS)
    for statement in LAND_FILE:
        connection.execute(statement, {"run_id": RUN_ID, "now": now} if "$run_id" in statement else {})
    return int(connection.execute("select count(*) from raw.lists").fetchall()[0][0])


def _texts(column: str, split: str = "") -> str:
    """The texts of a column as a list; null for a cell that says nothing."""
    texts = f"string_split_regex({column}, '{split}')" if split else f"[{column}]"
    blank = "('', 'N/A', 'n/a', 'NA', '-', '–', '—')"
    return f"nullif([trim(text) for text in {texts} if trim(text) not in {blank}], [])"


# Columns that hold the published form already. The others are read as those of every list.
AS_IS = ("entity_name", "latitude", "longitude", "street_address", "city")
# The columns of the file are fields already, so there is no mapping to evaluate.
# ruff: noqa: S608 (the columns are ours)
LAND_FILE = (
    "create or replace temp table landing as select *, source as source_name, row_number() over () as result_rank, "
    "to_json(file)::varchar as payload, sha256(to_json(file)::varchar) as payload_hash from file",
    "insert into ops.lists by name select distinct source_name, 'csv' as format, '' as location, "
    "'append' as rows_kept, '{}' as trust, 'own' as licence, false as republish, false as share_alike, "
    "'measured' as repeats_places, '{}' as columns from landing",
    "insert into raw.list_loads by name select source_name, $run_id as run_id, '' as location, '' as sha256, "
    "'[]' as files, '' as read_as, [] as columns, count(*) as rows_landed, $now as fetched_at, $now as checked_at "
    "from landing group by source_name",
    "insert into raw.lists by name select $run_id as run_id, source_name, source_record_id, payload, payload_hash, "
    "$now as fetched_at, result_rank from landing",
    "insert into raw.list_fields by name select source_name, source_record_id, payload_hash, '' as mapping_version, "
    f"{[*AS_IS]} as as_is, "
    + ", ".join(
        f"{_texts(name, ' *[;|] *' if name == 'raw_categories' else '')} as {name}" for name in RECORD_COLUMNS[2:]
    )
    + " from landing",
    "drop table landing",
)


def read_labelled_pairs(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read the file into the temporary table `labelled_pairs`: left_key, right_key, is_match."""
    _read_csv(connection, path, PAIR_COLUMNS)
    ((unknown,),) = connection.execute(
        "select count(*) from file where not exists (from raw.lists where source_name = left_source and "
        "source_record_id = left_id) or not exists (from raw.lists where source_name = right_source and "
        "source_record_id = right_id)"
    ).fetchall()
    if unknown:
        raise UsageError(f"{path}: {unknown} pairs name a record that is not in the records file.")
    connection.execute(
        "create or replace temp table labelled_pairs as select left_source || ':' || left_id as left_key, "
        "right_source || ':' || right_id as right_key, label in ('1', 'true', 'True') as is_match from file"
    )


def scores_of(judged: Iterable[tuple[bool, bool]]) -> PairwiseScores:
    """The scores of pairs, each given as (is a match, was joined)."""
    outcomes = Counter(judged)
    return PairwiseScores(
        true_positives=outcomes[True, True],
        false_positives=outcomes[False, True],
        false_negatives=outcomes[True, False],
    )


def _labels(connection: duckdb.DuckDBPyConnection) -> dict[frozenset[str], bool]:
    """The label of each pair of record keys. Needs `read_labelled_pairs`."""
    rows = connection.execute("select left_key, right_key, is_match from labelled_pairs").fetchall()
    return {frozenset((left, right)): is_match for left, right, is_match in rows}


def _read_csv(connection: duckdb.DuckDBPyConnection, path: Path, columns: tuple[str, ...]) -> None:
    """Read the file into the temporary table `file`, every column as text."""
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    try:
        connection.execute(
            "create or replace temp table file as from read_csv(?, header = true, all_varchar = true)", [str(path)]
        )
    except duckdb.Error as error:
        raise UsageError(f"{path} cannot be read as CSV: {str(error).splitlines()[0]}") from None
    found = {name for (name, *_) in connection.execute("describe file").fetchall()}
    missing = [column for column in columns if column not in found]
    if missing:
        raise UsageError(f"{path} lacks the columns {', '.join(missing)}. It needs {', '.join(columns)}.")


def read_truth(path: Path) -> dict[str, str]:
    """The place of each record. A record that is about no place of the sandbox is its own place."""
    return {
        key: row["place_id"] or f"not a place:{key}"
        for row in read_seed(path)
        if (key := f"{row['source_name']}:{row['source_record_id']}")
    }


def load_world(connection: duckdb.DuckDBPyConnection, world: Path, now: datetime) -> list[str]:
    """Land everything that every source of the sandbox has. Returns the names of the sources."""
    start_run(connection, {"run_id": RUN_ID, "query": "everything", "mode": "sandbox", "started_at": now})
    connection.execute("insert into ops.build_context values (?, ?)", [RUN_ID, now])
    sources = sorted(path.stem for path in world.glob("*.json"))
    for source in sources:
        held = json.loads((world / f"{source}.json").read_text())
        # Staging reads the layer of a council record from the URL of its request.
        requests = {
            layer: f"{source}-{number}" for number, layer in enumerate(sorted({r.get("layer", "") for r in held}))
        }
        connection.executemany(
            "insert into raw.connector_calls (request_id, run_id, source, url) values (?, ?, ?, ?)",
            [[request, RUN_ID, source, f"http://sandbox/{layer}/query"] for layer, request in requests.items()],
        )
        connection.executemany(
            f"insert into raw.{source} values (?, ?, ?, ?, ?, ?, ?, null)",
            [
                [
                    RUN_ID,
                    record["id"],
                    compact_json(record["record"]),
                    payload_hash(record["record"], CONNECTORS[source].schema.VOLATILE),
                    requests[record.get("layer", "")],
                    now,
                    rank,
                ]
                for rank, record in enumerate(held, start=1)
            ],
        )
    return sources


async def read_texts(connection: duckdb.DuckDBPyConnection, sources: list[str], now: datetime) -> None:
    lexicon = load_lexicon(SEEDS_DIR)
    await Extractor(lexicon, llm=None).extract_run(
        connection,
        run_id=RUN_ID,
        query=QueryContext(text="", name=None, locality=None, city=lexicon.default_city, categories=()),
        sources=load_source_catalogue(SEEDS_DIR).unstructured_sources & set(sources),
        now=now,
    )
