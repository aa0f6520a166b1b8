"""`trigpoint sql` and `trigpoint export`: what is taken out of the published file."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment

FileFormat = Literal["csv", "xlsx", "geojson", "geoparquet", "ndjson", "osc", "parquet"]
LicenceChoice = Literal["open", "all"]
ShareAlike = Literal["include", "separate", "exclude"]
Reason = Literal["restricted", "share_alike", "share_alike_twice", "expired", "half_a_point", "not_for_osm"]


class ExportedFile(Contract):
    """A file that was written."""

    path: str
    holds: Literal["records", "claims", "changes", "attribution", "table"]
    share_alike: str | None = Field(None, description="the licence that what is made of the file must have")
    rows: int
    bytes: int


class UsedSource(Contract):
    """The cells that one source gave under one licence."""

    source_name: str
    licence: str | None
    licence_class: str
    attribution: str | None
    cells: int


class LeftOutCells(Contract):
    """The cells of one field of one source that were left out, with the reason."""

    source_name: str
    field_name: str
    licence: str | None
    reason: Reason
    cells: int
    next_best: int = Field(description="of these cells, how many another claim may fill: --next-best takes it")


class LeftOutElement(Contract):
    """An entity that has no change in an osmChange file, with the reason."""

    entity_id: str
    element: str | None = Field(description="its object of OpenStreetMap, such as node/1")
    reason: str


class ExportReport(Document):
    """What `trigpoint export` prints."""

    schema_: Literal["trigpoint.export/1"] = Field("trigpoint.export/1", alias="schema")
    format: FileFormat
    query: str | None = Field(description="null for all entities, and for the rows of an SQL statement")
    run_id: str | None = Field(description="the run whose answers are exported")
    licence: LicenceChoice
    share_alike: ShareAlike
    next_best: bool
    publication_no: int | None
    published_at: Moment | None
    exported_at: Moment
    files: tuple[ExportedFile, ...]
    entities: int = Field(description="entities with a row")
    entities_left_out: int = Field(description="entities without a cell that may be passed on")
    cells: int
    cells_from_next_best: int
    sources: tuple[UsedSource, ...]
    left_out: tuple[LeftOutCells, ...]
    elements_left_out: tuple[LeftOutElement, ...] = Field((), description="only of osmChange")
    neutralised: int = Field(0, description="cells of CSV that would have started a formula")
    shortened: int = Field(0, description="cells longer than a spreadsheet can hold")
    delete_by: Moment | None = Field(None, description="when the terms of a source no longer let a cell be kept")


class SqlResult(Document):
    """What `trigpoint sql` prints for each statement that returns rows."""

    schema_: Literal["trigpoint.sql/2"] = Field("trigpoint.sql/2", alias="schema")
    rows: tuple[dict[str, Any], ...] = Field(description="the columns are those of the statement")


class MartFiles(Contract):
    """The files of a mart."""

    files: str = Field(description="a pattern below the folder of the manifest")
    rows: int


class MartsManifest(Document):
    """`manifest.json` beside the marts that Spark made: which build they are of."""

    schema_: Literal["trigpoint.marts/1"] = Field("trigpoint.marts/1", alias="schema")
    build_id: str
    engine: str
    as_of: Moment
    published_at: Moment
    marts: dict[str, MartFiles]
