"""`trigpoint doctor`, `rejects`, `replay`, `purge` and `verify`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from orchestrate.contracts.base import Contract, Document, Moment


class SourceHealth(Contract):
    """The state of a live source."""

    source: str
    url: str
    key_setting: str | None
    has_key: bool = Field(description="true where none is needed")
    usd_per_request: float
    answers: bool | None = Field(description="null where it was not asked")
    sentence: str


class HealthReport(Document):
    """What `trigpoint doctor` prints."""

    schema_: Literal["trigpoint.doctor/2"] = Field("trigpoint.doctor/2", alias="schema")
    asked: bool
    healthy: bool
    spent_usd: float
    sources: tuple[SourceHealth, ...]


class Reject(Contract):
    """A record that did not land, or a text that could not be read."""

    kind: Literal["record", "text"]
    source: str
    source_record_id: str | None
    reason: str | None
    run_id: str
    rejected_at: Moment
    replayed_at: Moment | None
    payload: str | None


class RejectList(Document):
    """What `trigpoint rejects` prints, the latest first."""

    schema_: Literal["trigpoint.rejects/2"] = Field("trigpoint.rejects/2", alias="schema")
    rejects: tuple[Reject, ...]


class ReplayedRecord(Contract):
    """A record that was rejected and has landed since."""

    source: str
    source_record_id: str | None


class ReplayReport(Document):
    """What `trigpoint replay` prints."""

    schema_: Literal["trigpoint.replay/2"] = Field("trigpoint.replay/2", alias="schema")
    replayed: tuple[ReplayedRecord, ...]
    still_rejected: int
    texts_read: int
    texts_still_failed: int
    cost_usd: float
    errors: tuple[str, ...]
    entities_published: int | None = Field(description="null where there was nothing to build again")


class OverdueRows(Contract):
    """Rows of a table with data past its retention limit."""

    source: str
    table: str
    rows: int


class OverdueField(Contract):
    """Rows that hold a field of the payload past its retention limit."""

    source: str
    field: str
    rows: int


class PurgeReport(Document):
    """What `trigpoint purge` prints."""

    schema_: Literal["trigpoint.purge/2"] = Field("trigpoint.purge/2", alias="schema")
    as_of: Moment
    dry_run: bool
    overdue: tuple[OverdueRows, ...] = Field((), description="what a dry run would delete")
    overdue_fields: tuple[OverdueField, ...] = ()
    purged: tuple[OverdueRows, ...] = ()
    left: int = Field(description="rows with data past its retention limit; zero after a purge")
    entities_published: int | None = Field(description="null where nothing was built")


class VerifiedMart(Contract):
    """A mart of the published file and its rebuild."""

    mart: str
    rows: int = Field(description="of the published file")
    different: int = Field(description="rows that the other side does not have")


class DifferentCell(Contract):
    """A value that a rebuild does not give, or a row that only one side has."""

    mart: str
    row: dict[str, str] = Field(description="the columns that name the row, with their values")
    column: str | None = Field(description="null for a whole row")
    published: str | None
    rebuilt: str | None


class VerifyReport(Document):
    """What `trigpoint verify` prints."""

    schema_: Literal["trigpoint.verify/1"] = Field("trigpoint.verify/1", alias="schema")
    equal: bool
    marts: tuple[VerifiedMart, ...]
    differences: tuple[DifferentCell, ...] = Field(description="the first 20 rows of each mart; the rest is counted")


class ReviewExport(Document):
    """What `trigpoint review export` prints."""

    schema_: Literal["trigpoint.review_export/1"] = Field("trigpoint.review_export/1", alias="schema")
    path: str
    pairs: int
    cells: int


class ReviewImport(Document):
    """What `trigpoint review import` prints."""

    schema_: Literal["trigpoint.review_import/1"] = Field("trigpoint.review_import/1", alias="schema")
    written: int = Field(description="decisions that the seeds have now")
    already: int = Field(description="decisions of the file that the seeds had before")
