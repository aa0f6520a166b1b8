"""What an export is asked for: which entities, in which form, and under which licences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from orchestrate.contracts.export import FileFormat, LicenceChoice, ShareAlike
from orchestrate.errors import UsageError

SUFFIXES: dict[str, FileFormat] = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".geojson": "geojson",
    ".parquet": "geoparquet",
    ".geoparquet": "geoparquet",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".osc": "osc",
}
SUFFIX_OF: dict[str, str] = {form: suffix for suffix, form in reversed(SUFFIXES.items())}
FORMATS = tuple(form for form in get_args(FileFormat) if form != "parquet")


@dataclass(frozen=True)
class ExportRequest:
    """One call of `trigpoint export`."""

    target: Path  # the file of the golden records; the others are beside it
    format: FileFormat
    asked: str | None = None  # a query or an SQL statement; None: every entity
    licence: LicenceChoice = "open"
    share_alike: ShareAlike = "include"
    is_next_best: bool = False
    has_claims: bool = False
    has_bom: bool = False

    def path_of(self, *parts: str) -> Path:
        """A file beside the target: `leith.claims.csv` for `leith.csv` and `claims`."""
        words = [re.sub(r"[^a-z0-9.]+", "-", part.lower()).strip("-.") for part in parts]
        return self.target.with_name(".".join([self.target.stem, *words]) + self.target.suffix)

    @property
    def attribution_path(self) -> Path:
        return self.target.with_name(f"{self.target.stem}.attribution.txt")


def export_request(
    asked: str | None,
    form: str | None,
    output: Path | None,
    licence: str,
    share_alike: str,
    *,
    is_next_best: bool = False,
    has_claims: bool = False,
    has_bom: bool = False,
) -> ExportRequest:
    """The request of a user. Raises UsageError for options that are unknown or contradict each other."""
    asked = (asked or "").strip() or None
    if asked and not _is_text(asked):
        raise UsageError("The query, or the SQL statement, is no text in UTF-8.")
    chosen = _format(form, output)
    if licence not in get_args(LicenceChoice):
        raise UsageError(f"--licence is open or all, not {licence}.")
    if share_alike not in get_args(ShareAlike):
        raise UsageError(f"--share-alike is include, separate or exclude, not {share_alike}.")
    if chosen == "osc" and (has_claims or licence != "open" or share_alike != "include"):
        raise UsageError(
            "An osmChange file holds only what OpenStreetMap may take: leave out --claims, --licence and --share-alike."
        )
    if has_bom and chosen != "csv":
        raise UsageError("--bom is for CSV alone.")
    return ExportRequest(
        target=output or Path(_default_name(asked) + SUFFIX_OF[chosen]),
        format=chosen,
        asked=asked,
        licence=licence,  # type: ignore[arg-type]
        share_alike=share_alike,  # type: ignore[arg-type]
        is_next_best=is_next_best,
        has_claims=has_claims,
        has_bom=has_bom,
    )


def _is_text(asked: str) -> bool:
    try:
        asked.encode()
    except UnicodeEncodeError:
        return False
    return True


def _format(form: str | None, output: Path | None) -> FileFormat:
    """The format that is named, or else that of the file's suffix; CSV without either."""
    if form is None:
        return SUFFIXES.get(output.suffix.lower(), "csv") if output else "csv"
    if form not in FORMATS:
        raise UsageError(f"--format is {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, not {form}.")
    return form  # type: ignore[return-value]


def is_sql(asked: str) -> bool:
    return re.match(r"(select|with|from)\s", asked, re.IGNORECASE) is not None


def _default_name(asked: str | None) -> str:
    if asked is None or is_sql(asked):
        return "entities"
    return re.sub(r"[^\w]+", "-", asked.lower()).strip("-")[:60] or "entities"
