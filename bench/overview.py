"""Draws docs/pictures/overview.svg: the way from the sources to the golden records in seven boxes."""

from __future__ import annotations

import argparse
from html import escape
from pathlib import Path

from orchestrate.settings import PROJECT_ROOT

PICTURE = PROJECT_ROOT / "docs" / "pictures" / "overview.svg"
WIDTH, HEIGHT, GAP = 148, 92, 26


def boxes(project: Path) -> list[tuple[str, list[str], str]]:
    """Title, lines and colour of each box. The numbers of models are counted in the project."""

    def models(folder: str) -> str:
        return f"{len(list((project / 'models' / folder).rglob('*.sql')))} models"

    return [
        ("sources", ["web, maps, registers,", "your own lists"], "#9ca3af"),
        ("extract", ["texts and payloads", "to claims, in Python"], "#8b5cf6"),
        ("staging", ["one shape for all", models("staging")], "#059669"),
        ("records", ["versions, kinds", models("intermediate/records")], "#059669"),
        ("matching", ["which are one place", models("intermediate/matching")], "#3b82f6"),
        ("survivorship", ["which value wins", models("intermediate/survivorship")], "#ea580c"),
        ("marts", ["golden records", models("marts")], "#e11d48"),
    ]


def drawn(project: Path) -> str:
    parts = []
    made = boxes(project)
    for number, (title, lines, colour) in enumerate(made):
        x, y = 10 + number % 4 * (WIDTH + GAP), 10 + number // 4 * (HEIGHT + GAP + 14)
        parts.append(f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="{colour}"/>')
        parts.append(f'<rect x="{x + 2}" y="{y + 30}" width="{WIDTH - 4}" height="{HEIGHT - 32}" rx="4" fill="#fff"/>')
        parts.append(f'<text x="{x + 10}" y="{y + 20}" fill="#fff" font-weight="bold">{escape(title)}</text>')
        parts += [
            f'<text x="{x + 10}" y="{y + 54 + 20 * row}" fill="#1a1a19">{escape(line)}</text>'
            for row, line in enumerate(lines)
        ]
        if number + 1 < len(made):
            parts.append(_arrow(number, x, y))
    width, height = 4 * (WIDTH + GAP), 2 * (HEIGHT + GAP + 14)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img">'
        f"<title>From the sources to the golden records</title>"
        f'<rect width="{width}" height="{height}" fill="#fcfcfb"/>{"".join(parts)}</svg>\n'
    )


def _arrow(number: int, x: int, y: int) -> str:
    """To the next box in the row or, from the last, down to the first of the next row."""
    middle = y + HEIGHT // 2
    if number % 4 < 3:
        start, end = x + WIDTH + 3, x + WIDTH + GAP - 3
        return f'<path d="M{start},{middle} H{end - 6} m0,-5 l7,5 l-7,5 z" stroke="#63625e" fill="#63625e"/>'
    turn, below = y + HEIGHT + 20, y + HEIGHT + 34
    left = 10 + WIDTH // 2
    path = f"M{x + WIDTH // 2},{y + HEIGHT + 3} V{turn} H{left} V{below}"
    return (
        f'<path d="{path}" stroke="#63625e" fill="none"/>'
        f'<path d="M{left - 5},{below - 4} l5,7 l5,-7 z" fill="#63625e"/>'
    )


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    PICTURE.write_text(drawn(PROJECT_ROOT), encoding="utf-8")


if __name__ == "__main__":
    main()
