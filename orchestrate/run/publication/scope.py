"""Decides what a build makes again: everything, or what changed since the build before.

What holds for all is compared here: seeds, models, lists, and the statistics of the matching. What lists, records and
corrections say is compared by the models themselves (`stg_lists__landed`, `int_record_numbers`, `int_entity_moments`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestrate.run.publication.record import made_from

ALL, CHANGED, SAME_MOMENTS = "all", "changed", "same_moments"

# The marts that keep the rows of the entities that a build does not rank. Their models have `keyed_by='entity_id'`.
MARTS_KEPT = (
    "entities",
    "entity_claims",
    "entity_history",
    "entity_kinds",
    "entity_records",
    "record_evidence",
    "text_evidence",
)
# All tables that keep rows, with the memories of what was made before.
TABLES_KEPT = (
    *(f"marts.{mart}" for mart in MARTS_KEPT),
    "marts.entity_conflicts",  # all of its rows may get another `narrowness`
    "staging.stg_lists__landed",
    "intermediate.int_record_versions",
    "intermediate.int_record_categories",
    "intermediate.int_record_kinds",
    "intermediate.int_record_numbers",
    "intermediate.int_records_standardised",
    "intermediate.int_match_statistics",
    "intermediate.int_stem_counts",
    "intermediate.int_place_counts",
    "intermediate.int_list_repetition",
    "intermediate.int_crowded_blocks",
    "intermediate.int_block_losses",
    "intermediate.int_match_stems",
    "intermediate.int_value_counts",
    "intermediate.int_latin_names",
    "intermediate.int_record_keys",
    "intermediate.int_candidate_pairs",
    "intermediate.int_pairs_across_scripts",
    "intermediate.int_pairs_prefiltered",
    "intermediate.int_cities_alike",
    "intermediate.int_pairs_weighted",
    "intermediate.int_record_links",
    "intermediate.int_conflicts",
    "intermediate.int_components_split",
    "intermediate.int_clusters",
    "intermediate.int_entities_reached",
    "intermediate.int_record_entities",
    "intermediate.int_entity_id_events",
    "intermediate.int_claim_losses",
    "intermediate.int_entity_fingerprints",
    "intermediate.int_entity_moments",
    "intermediate.int_entity_names",
)

# A new list may have the same rows of other columns, so the rows themselves are hashed.
_LISTS = "select coalesce(sum(hash(declared)::hugeint), 0)::varchar from ops.lists as declared"
_RECORDS = "select count(*) from intermediate.int_record_entities"
_MATCHED = "select count(*) from intermediate.int_record_numbers where fingerprint is not null"
_LEARNED_FROM = "select records from intermediate.int_match_statistics"
MOST_GROWTH = 0.1  # of the records that can be matched, since the statistics were learned


@dataclass(frozen=True)
class BuildScope:
    """Which entities a build ranks, and why it ranks all of them."""

    scope: str
    reason: str | None = None

    @property
    def is_of_what_changed(self) -> bool:
        return self.scope == CHANGED


def begin_scope(
    connection: duckdb.DuckDBPyConnection,
    project_dir: Path,
    *,
    least_records: int,
    asked: str | None = None,
    most_growth: float = MOST_GROWTH,
    engine: str = "duckdb",
) -> BuildScope:
    """Decide for the build that comes next, and note it in `ops.build_scope`.

    `asked` is a reason to rank all. A warehouse of fewer than `least_records` records ranks all too: that takes no
    longer there. So does one that has grown by more than `most_growth` of the records from which the statistics of the
    matching were learned. Call `end_scope` when the build is published. After a build that was not, the next one ranks
    all.
    """
    made = json.dumps(_made_from(connection, project_dir, engine))
    reason = asked or _reason(connection, made, least_records) or _statistics_are_old(connection, most_growth)
    scope = BuildScope(ALL if reason else CHANGED, reason)
    connection.execute("begin")
    connection.execute("delete from ops.build_scope")
    connection.execute(
        "insert into ops.build_scope (scope, reason, made_from, is_done, has_begun) values (?, ?, ?, false, false)",
        [scope.scope, reason, made],
    )
    connection.execute("commit")
    return scope


def end_scope(connection: duckdb.DuckDBPyConnection) -> None:
    columns = json.dumps(_columns_kept(connection))
    connection.execute("update ops.build_scope set is_done = true, columns_kept = ?", [columns])


@dataclass(frozen=True)
class Ranked:
    """How many entities the last build ranked, and why all of them."""

    entities: int
    reason: str | None


def count_ranked(connection: duckdb.DuckDBPyConnection) -> Ranked:
    ((entities, reason),) = connection.execute(
        "select (select count(*) from intermediate.int_entities_to_rank), (select max(reason) from ops.build_scope)"
    ).fetchall()
    return Ranked(entities, reason)


def _reason(connection: duckdb.DuckDBPyConnection, made: str, least_records: int) -> str | None:
    last = connection.execute("select made_from, is_done, columns_kept from ops.build_scope").fetchall()
    if not last:
        return "it is the first build that keeps what did not change"
    ((made_before, is_done, columns_before),) = last
    if not is_done:
        return "the build before did not end"
    if made_before != made:
        before, now = json.loads(made_before), json.loads(made)
        changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
        return f"{', '.join(changed)} changed"
    columns, before = _columns_kept(connection), json.loads(columns_before or "{}")
    if lost := sorted(set(TABLES_KEPT) - columns.keys()):
        return f"{', '.join(lost)} is not there"
    if altered := sorted(table for table in before if columns.get(table) != before[table]):
        return f"{', '.join(altered)} has other columns"
    ((records,),) = connection.execute(_RECORDS).fetchall()
    if records < least_records:
        return f"there are fewer than {least_records:,} records"
    return None


def _statistics_are_old(connection: duckdb.DuckDBPyConnection, most_growth: float) -> str | None:
    learned = connection.execute(_LEARNED_FROM).fetchall()
    if len(learned) != 1:
        return "the statistics of the matching are not there"
    ((learned_from,),) = learned
    ((records,),) = connection.execute(_MATCHED).fetchall()
    if records > learned_from * (1 + most_growth):
        return f"the statistics of the matching are of {learned_from:,} records, and there are {records:,}"
    return None


def _columns_kept(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The names and types of the columns of each table that keeps rows. A model with others begins afresh."""
    columns = connection.execute(
        "select schema_name || '.' || table_name, "
        "string_agg(column_name || ' ' || data_type, ', ' order by column_name) "
        "from duckdb_columns() where database_name = current_database() group by all"
    ).fetchall()
    return {table: names for table, names in columns if table in TABLES_KEPT}


def _made_from(connection: duckdb.DuckDBPyConnection, project_dir: Path, engine: str) -> dict[str, str]:
    trust = project_dir / "dbt_project" / "seeds" / "source_trust.csv"
    ((lists,),) = connection.execute(_LISTS).fetchall()
    return {
        **made_from(project_dir),
        trust.name: hashlib.sha256(trust.read_bytes()).hexdigest()[:16],
        "the declared lists": lists,
        "DuckDB": duckdb.__version__,
        **({} if engine == "duckdb" else {"the engine": engine}),
    }
