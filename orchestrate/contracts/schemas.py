"""The JSON Schemas of the printed objects, and of `sources/*.yml` for editors: `trigpoint schemas` writes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from ingest.lists.declaration.contract import ListContract
from orchestrate.contracts.base import Document, ErrorReport
from orchestrate.contracts.changes import BuildReport, DecisionReport, RunDiff, WhatIf
from orchestrate.contracts.explain import Explanation
from orchestrate.contracts.export import ExportReport, MartsManifest, SqlResult
from orchestrate.contracts.golden_diff import GoldenDiff
from orchestrate.contracts.learning.evaluation import (
    ConfidenceEvaluation,
    ExtractionEvaluation,
    MatchingEvaluation,
    SandboxEvaluation,
)
from orchestrate.contracts.learning.labelling import LabelProposal
from orchestrate.contracts.learning.survivorship import SurvivorshipEvaluation
from orchestrate.contracts.learning.tuning import CalibrationTuning, MatchTuning, TrustTuning
from orchestrate.contracts.lists import AddReport
from orchestrate.contracts.maintenance import (
    HealthReport,
    PurgeReport,
    RejectList,
    ReplayReport,
    ReviewExport,
    ReviewImport,
    VerifyReport,
)
from orchestrate.contracts.pair import PairExplanation
from orchestrate.contracts.plan import PlanReport
from orchestrate.contracts.run import RunReport

DOCUMENTS: tuple[type[Document], ...] = (
    RunReport,
    PlanReport,
    Explanation,
    PairExplanation,
    RunDiff,
    WhatIf,
    GoldenDiff,
    BuildReport,
    DecisionReport,
    SqlResult,
    ExportReport,
    MartsManifest,
    HealthReport,
    RejectList,
    ReplayReport,
    PurgeReport,
    VerifyReport,
    ReviewExport,
    ReviewImport,
    SandboxEvaluation,
    MatchingEvaluation,
    ConfidenceEvaluation,
    ExtractionEvaluation,
    LabelProposal,
    SurvivorshipEvaluation,
    MatchTuning,
    TrustTuning,
    CalibrationTuning,
    AddReport,
    ErrorReport,
)


class _WithoutTitles(GenerateJsonSchema):
    """Leaves out titles, because they only repeat the key."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


def schema_name(document: type[Document]) -> str:
    """The value of the key `schema` of this object, such as trigpoint.run/3."""
    return str(document.model_fields["schema_"].default)


def file_name(schema: str) -> str:
    """The file that describes the objects of a schema: run.3.json for trigpoint.run/3."""
    return f"{schema.removeprefix('trigpoint.').replace('/', '.')}.json"


def json_schema(document: type[Document]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an object as it is printed."""
    described = document.model_json_schema(mode="serialization", schema_generator=_WithoutTitles)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": schema_name(document)}
    return {**head, **described}


def source_schema() -> dict[str, Any]:
    """The JSON Schema of a `sources/*.yml`, as a person writes it."""
    described = ListContract.model_json_schema(mode="validation", schema_generator=_WithoutTitles)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "trigpoint.source/1", **described}


def write_schemas(directory: Path) -> list[Path]:
    """Write a file for each printed object and for declared sources, and remove the files of old versions."""
    directory.mkdir(parents=True, exist_ok=True)
    written = {directory / file_name(schema_name(document)): json_schema(document) for document in DOCUMENTS}
    written[directory / "source.1.json"] = source_schema()
    for path in set(directory.glob("*.json")) - written.keys():
        path.unlink()
    for path, schema in written.items():
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return sorted(written)
