"""`trigpoint label`: pairs for a person to answer, in the form that `tune matching --pairs` reads."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from orchestrate.clock import utc_now
from orchestrate.contracts.learning.labelling import LabelPair, LabelProposal, LabelRecord
from orchestrate.errors import UsageError
from orchestrate.export.formats.values import fit, starts_formula
from orchestrate.learn.eval_matching import PAIR_COLUMNS, build_models, load_records, scratch_warehouse
from orchestrate.learn.match_weights.proposal import comparisons_of, read_weights
from orchestrate.learn.match_weights.regression import probability_of, weight_of_levels
from orchestrate.learn.match_weights.telling_pairs import most_telling, read_kinds
from orchestrate.store.dbt_project import project_vars
from orchestrate.store.match_weights import weight_of
from orchestrate.store.queries import query_rows
from orchestrate.store.seed_proposal import what_was_built

SHOWN = ("name", "address", "kinds", "phone", "website", "latitude", "longitude")
SIDES = ("left", "right")
CSV_COLUMNS = (*PAIR_COLUMNS, "metres", *(f"{side}_{field}" for field in SHOWN for side in SIDES))


async def label_records(records: Path, seed: Path, wanted: int) -> LabelProposal:
    """Pairs of the records of a file, which need not have landed."""
    async with scratch_warehouse() as (warehouse, dbt):
        load_records(warehouse.connection, records, utc_now())
        await build_models(warehouse, dbt, "--selector=comparisons")
        return propose_pairs(warehouse.connection, seed, wanted)


def label_built(warehouse: Path, seed: Path, wanted: int) -> LabelProposal:
    """Pairs that the last build of `warehouse` compared."""
    with what_was_built(warehouse, "No pair of records has been compared yet. Run a query first.") as connection:
        return propose_pairs(connection, seed, wanted)


def propose_pairs(connection: duckdb.DuckDBPyConnection, seed: Path, wanted: int) -> LabelProposal:
    """The `wanted` most telling pairs, the most telling first. Raises UsageError if no two records were compared."""
    weights = read_weights(seed)
    kinds = read_kinds(connection, comparisons_of(weights))
    if not kinds:
        raise UsageError("No two records were compared, so there is no pair to ask about.")
    chosen = most_telling(kinds, weights, weight_of(project_vars()["match_threshold"]), wanted)
    probabilities = [probability_of(weight_of_levels(kind.levels, weights)) for kind in kinds]
    pairs = [
        LabelPair(
            left=_record(row, "left"),
            right=_record(row, "right"),
            metres=row["metres"],
            probability=round(probabilities[row["kind_no"]], 4),
        )
        for row in _read_pairs(connection, chosen)
    ]
    return LabelProposal(
        compared=sum(kind.pairs for kind in kinds), kinds=len(set(chosen)), pairs=tuple(pairs), csv=pairs_csv(pairs)
    )


def _record(row: dict[str, Any], side: str) -> LabelRecord:
    return LabelRecord(**{field: row[f"{side}_{field}"] for field in ("source", "id", *SHOWN)})


def _read_pairs(connection: duckdb.DuckDBPyConnection, chosen: Sequence[int]) -> list[dict[str, Any]]:
    """A pair of each chosen kind, as chosen. Which one depends on the keys of its records alone."""
    asked: Counter[int] = Counter()
    wanted = []
    for kind in chosen:
        asked[kind] += 1
        wanted.append((kind, asked[kind]))
    connection.execute("create or replace temp table wanted (place integer, kind_no bigint, nth bigint)")
    connection.executemany("insert into wanted values (?, ?, ?)", [[n, *each] for n, each in enumerate(wanted)])
    return query_rows(connection, _PAIRS, [])


_PAIRS = f"""
with keyed as (
    select
        kind_no, kinds_of_pairs.left_no, kinds_of_pairs.right_no, metres,
        lefts.record_key as left_key, rights.record_key as right_key
    from kinds_of_pairs
    inner join intermediate.int_comparison_vectors as compared
        on kinds_of_pairs.left_no = compared.left_no and kinds_of_pairs.right_no = compared.right_no
    inner join intermediate.int_match_features as lefts on kinds_of_pairs.left_no = lefts.record_no
    inner join intermediate.int_match_features as rights on kinds_of_pairs.right_no = rights.record_no
    where kind_no in (select kind_no from wanted)
),
numbered as (
    select *, row_number() over (partition by kind_no order by md5(left_key || ' ' || right_key), left_key) as nth
    from keyed
),
records as (
    select
        record_key, source_name as source, source_record_id as id, entity_name as name,
        nullif(concat_ws(', ', street_address, locality, city, postcode, country), '') as address,
        array_to_string(raw_categories, ', ') as kinds, phone, website_url as website, latitude, longitude
    from intermediate.int_records
)
select
    kind_no, round(metres, 0) as metres,
    {", ".join(f"{side}s.{field} as {side}_{field}" for side in SIDES for field in ("source", "id", *SHOWN))}
from wanted
inner join numbered using (kind_no, nth)
inner join records as lefts on lefts.record_key = numbered.left_key
inner join records as rights on rights.record_key = numbered.right_key
order by place
"""  # noqa: S608 (names of columns of ours)


def pairs_csv(pairs: Sequence[LabelPair]) -> str:
    """The pairs side by side, with an empty label. No probability: it would answer for the person."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for pair in pairs:
        ids = (pair.left.source, pair.left.id, pair.right.source, pair.right.id, "", pair.metres)
        shown = [getattr(record, field) for field in SHOWN for record in (pair.left, pair.right)]
        writer.writerow([_cell(value) for value in (*ids, *shown)])
    return written.getvalue()


def _cell(value: object) -> str:
    """A text that no spreadsheet takes for a formula."""
    text = "" if value is None else fit(str(value))
    return f"'{text}" if starts_formula(text) else text
