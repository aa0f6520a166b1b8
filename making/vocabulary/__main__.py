"""`make vocabulary`: downloads the pinned packages and writes the vocabulary of places. A run needs none of this."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from making.vocabulary.brands import read_brands
from making.vocabulary.names import kind_names, read_more_names, read_overture
from making.vocabulary.packages import BRANDS, OVERTURE, PRESETS, fetch
from making.vocabulary.presets import TRANSLATIONS, Kind, rarest_tags, read_kinds, read_more_words, read_words
from orchestrate.errors import TrigpointError
from orchestrate.plan.vocabulary.words import BRAND_COLUMNS, BRANDS_FILE, WORD_COLUMNS, WORDS_FILE
from orchestrate.settings import SEEDS_DIR

HERE = Path(__file__).parent
MORE_WORDS, MORE_NAMES = HERE / "more_words.csv", HERE / "more_names.csv"


def check_kinds(by_hand: Iterable[str], kinds: Iterable[Kind]) -> None:
    """Raises TrigpointError for a kind in the lists by hand that the presets do not have."""
    unknown = sorted({kind for kind in by_hand if kind} - {kind.kind for kind in kinds})
    if unknown:
        raise TrigpointError(f"No preset has the kind {', '.join(unknown)}; nothing was written.")


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write the rows, sorted by their bytes: the planner looks them up by bisection."""
    lines = sorted(set(rows), key=lambda row: [cell.encode() for cell in row])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *lines])


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        schema = fetch(PRESETS, folder / "presets") / "package" / "dist"
        brands = fetch(BRANDS, folder / "brands") / "package" / "dist"
        overture = fetch(OVERTURE, folder / "overture") / "overturetoosm"
        presets = _json(schema / "presets.json")
        translations = {
            name: _json(schema / "translations" / f"{name}.json")[name]["presets"]["presets"] for name in TRANSLATIONS
        }
        index = _json(brands / "json" / "nsi.json")["nsi"]
        categories = read_overture((overture / "resources.py").read_text(encoding="utf-8"))
    kinds = read_kinds(presets, translations)
    more_words, more_names = read_more_words(MORE_WORDS), read_more_names(MORE_NAMES)
    check_kinds([*(word.kind for word in more_words), *more_names.values()], kinds)
    words = read_words(kinds, translations) + more_words
    rarest = rarest_tags(kinds)
    write_csv(
        SEEDS_DIR / "kinds.csv",
        ("kind", "kind_name", "tags", "rarest_tag"),
        [(kind.kind, kind.kind_name, ";".join(kind.tags), rarest[kind.kind]) for kind in kinds],
    )
    write_csv(
        SEEDS_DIR / "kind_names.csv",
        ("category", "kind"),
        [(name.category, name.kind) for name in kind_names(kinds, translations, categories, more_names)],
    )
    write_csv(WORDS_FILE, WORD_COLUMNS, [(w.key, w.kind, w.rank, " ".join(w.languages)) for w in words])
    write_csv(
        BRANDS_FILE,
        BRAND_COLUMNS,
        [(b.key, b.rank, b.brand, b.kind, b.countries, b.wikidata) for b in read_brands(index, kinds)],
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
