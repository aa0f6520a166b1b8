"""Writes what is open to a spreadsheet."""

from __future__ import annotations

from pathlib import Path

from orchestrate.contracts.maintenance import ReviewExport
from orchestrate.errors import UsageError
from orchestrate.review.cells import corrections_of, read_cells
from orchestrate.review.decisions import about_pair
from orchestrate.review.pairs import PairQueue
from orchestrate.review.sheets import cell_sheet, check_form, csv_bytes, pair_sheet, xlsx_bytes
from orchestrate.seeds.files import read_seed_file
from orchestrate.settings import Settings

MARGIN = 1_000  # decided pairs and cells that are looked past


def export_sheets(settings: Settings, seeds_dir: Path, path: Path, most_pairs: int, most_cells: int) -> ReviewExport:
    """Write the open pairs and cells, as many as wanted. Raises UsageError for a CSV of both, or if nothing is open."""
    form = check_form(path)
    seeds = {name: read_seed_file(seeds_dir / f"{name}.csv") for name in ("match_overrides", "manual_overrides")}
    corrected = corrections_of(seeds["manual_overrides"])
    near = PairQueue(settings.warehouse_path, most_pairs + MARGIN).pairs() if most_pairs else ()
    contested = read_cells(settings.published_path, most_cells + MARGIN) if most_cells else []
    pairs = [pair for pair in near if not about_pair(seeds, *pair.keys)][:most_pairs]
    cells = [cell for cell in contested if cell.key not in corrected][:most_cells]
    if not pairs and not cells:
        raise UsageError("No pair and no contested cell is open, so there is nothing to export.")
    sheets = [sheet for sheet in (pair_sheet(pairs), cell_sheet(cells)) if sheet.rows]
    if form == ".csv" and len(sheets) > 1:
        raise UsageError("A CSV holds one table. Add --cells 0 for the pairs, or --pairs 0 for the cells.")
    path.write_bytes(csv_bytes(sheets[0]) if form == ".csv" else xlsx_bytes(sheets))
    return ReviewExport(path=str(path), pairs=len(pairs), cells=len(cells))
