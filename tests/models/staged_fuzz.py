"""Takes landed mutated answers through the parsers, staging and the models up to the claims of each record."""

from __future__ import annotations

import asyncio
from pathlib import Path

import duckdb

from extract.engine import Extractor, QueryContext
from extract.payloads.readings import read_payloads
from extract.text.lexicon import load_lexicon
from ingest.connectors import CONNECTORS
from orchestrate.run.poison import BrokenModel, reject_poison
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from orchestrate.store.dbt_project import DbtProject
from tests.wire_fuzz import NOW, RUN_ID

# In this order. Matching comes between them; here it is enough that each record has an entity.
MODELS = (
    "int_record_versions",
    "int_record_categories",
    "int_records_standardised",
    "int_claims_from_text",
    "int_record_claims",
)
ONE_ENTITY = (
    "insert into intermediate.int_record_entities by name "
    "select distinct record_key, 'tp_1' as entity_id, 'member' as match_role "
    "from intermediate.int_record_versions where loss_reason is null"
)


def read_and_stage(connection: duckdb.DuckDBPyConnection, project: DbtProject) -> list[str]:
    """Parse, stage and build. Returns the models that could not be built, each with the records that raised."""
    query = QueryContext("tennis leith", None, "Leith", "Edinburgh", ("tennis",))
    asyncio.run(
        Extractor(load_lexicon(SEEDS_DIR), None).extract_run(
            connection, run_id=RUN_ID, query=query, sources={"serper"}, now=NOW
        )
    )
    read_payloads(connection, SEEDS_DIR)
    faults = [
        fault
        for source in CONNECTORS
        for fault in _build(
            connection, f"stg_{source}__places", f"from staging.stg_{source}__places", "temp table staged"
        )
    ]
    if faults:
        return faults
    for model in MODELS:
        (source,) = (PROJECT_ROOT / "models").rglob(f"{model}.sql")
        compiled = project.scratch_dir / "target" / "compiled" / "trigpoint" / source.relative_to(PROJECT_ROOT)
        faults += _build(connection, model, compiled.read_text(), f"table intermediate.{model}")
        if model == "int_record_versions" and not faults:
            connection.execute(ONE_ENTITY)
    return faults


def _build(connection: duckdb.DuckDBPyConnection, name: str, sql: str, table: str) -> list[str]:
    try:
        connection.execute(f"create or replace {table} as {sql}")
    except duckdb.Error as error:
        return [f"{name}: {error}", *reject_poison(connection, [BrokenModel(name, sql)], NOW)]
    return []


def doubled_claims(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Duplicate claims: dbt's data tests would stop the publication."""
    return connection.execute(
        "select claim_id, any_value(record_key), any_value(field_name), any_value(value) "
        "from intermediate.int_record_claims where replaced_at is null group by claim_id having count(*) > 1"
    ).fetchall()


def copy_of(project: DbtProject, directory: Path) -> Path:
    """A copy of the built warehouse, under the same name, that a test may fill."""
    copy = directory / project.warehouse.name
    copy.write_bytes(project.warehouse.read_bytes())
    return copy
