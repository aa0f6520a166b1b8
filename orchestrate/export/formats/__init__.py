"""The forms of an export: one module each. A writer takes the rows of one stretch of entities after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from orchestrate.export.columns import Column

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class Changes:
    """Cells that a form cannot hold as they are."""

    neutralised: int = 0
    shortened: int = 0


@dataclass(frozen=True)
class Output:
    """Where a writer writes, and which columns."""

    records: Path
    columns: tuple[Column, ...]
    claims: Path | None = None  # equal to `records` if the form holds both in one file
    has_bom: bool = False
    changes: Changes = field(default_factory=Changes)


class Writer(Protocol):
    """Writes a file, or two of them."""

    def write(self, rows: pa.Table, claims: pa.Table | None) -> None:
        """Add the golden records of a stretch, and the claims about them."""

    def close(self) -> None:
        """Finish the file. Without this call it is not whole."""
