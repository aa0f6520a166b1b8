"""The pieces of a page that explains itself: escaped markup, tables, bars; one file, no script, nothing fetched."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable


class Html(str):
    """Markup that is ours; any other text is escaped when it is put in a page."""

    __slots__ = ()


def el(tag: str, *children: object, **attributes: object) -> Html:
    """One element. `class_` is `class`, `text_anchor` is `text-anchor`."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(str(value))}"' for name, value in attributes.items()
    )
    return Html(f"<{tag}{told}>{''.join(_markup(child) for child in children)}</{tag}>")


def _markup(child: object) -> str:
    """Text from outside is shown as it is: control codes, those that turn the direction of reading too, are marked."""
    if isinstance(child, Html):
        return child
    text = "".join(c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in str(child))
    return html.escape(text)


def page(title: str, *body: Html) -> str:
    """A whole page: no script, nothing that is fetched from anywhere, light or dark as the reader has it."""
    return "".join(
        (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            el("title", title),
            el("style", Html(_STYLE)),
            "</head><body>\n",
            el("main", *(Html(f"{part}\n") for part in body)),
            "</body></html>\n",
        )
    )


def table(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> Html:
    """A table; a cell that `number` made is set to the right."""
    head = el("tr", *(el("th", header) for header in headers))
    body = [el("tr", *(cell if _is_cell(cell) else el("td", cell) for cell in row)) for row in rows]
    return el("div", el("table", el("thead", head), el("tbody", *body)), class_="scroll")


def _is_cell(cell: object) -> bool:
    return isinstance(cell, Html) and cell.startswith("<td")


def number(*children: object) -> Html:
    return el("td", *children, class_="number")


def figure(width: int, height: int, label: str, marks: Iterable[Html]) -> Html:
    drawing = el("svg", el("title", label), *marks, viewBox=f"0 0 {width} {height}", role="img")
    return el("figure", drawing, class_="scroll")


def grid_line(start: float, end: float, y: float, label: str) -> Html:
    return el(
        "g",
        el("line", x1=f"{start:.1f}", x2=f"{end:.1f}", y1=f"{y:.1f}", y2=f"{y:.1f}", class_="grid"),
        el("text", label, x=f"{start - 8:.1f}", y=f"{y + 4:.1f}", text_anchor="end"),
    )


def ticks(start: float, end: float, about: int) -> list[float]:
    """Round numbers from `start` to `end`, some `about` of them."""
    rough = max((end - start) / about, 1e-9)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return [n * step for n in range(math.ceil(start / step), math.floor(end / step) + 1)]


def tick_label(weight: float) -> str:
    return f"{weight:+g}".replace("-", "−") if weight else "0"


def weight_bar(weight: float | None, widest: float) -> Html:
    """To the right what speaks for one place, to the left what speaks against it."""
    reach = 60 * abs(weight or 0) / widest
    start = 62 if (weight or 0) > 0 else 62 - reach
    return el(
        "svg",
        el("line", x1=62, x2=62, y1=0, y2=14, class_="axis"),
        el(
            "rect", x=f"{start:.1f}", y=2, width=f"{reach:.1f}", height=10, class_="up" if (weight or 0) > 0 else "down"
        ),
        viewBox="0 0 124 14",
        class_="bar",
        aria_hidden="true",
    )


def count_bar(count: int, most: int) -> Html:
    rect = el("rect", x=0, y=2, width=f"{124 * count / most:.1f}", height=10, class_="plain")
    return el("svg", rect, viewBox="0 0 124 14", class_="bar", aria_hidden="true")


def signed(weight: float) -> str:
    """+3.44, −0.90 or 0."""
    shown = f"{weight:+.2f}".replace("-", "−")
    return "0" if shown in ("+0.00", "−0.00") else shown


def words(level: object) -> str:
    """A level's name, to be read."""
    return str(level).replace("_", " ")


def distance(metres: float | None) -> str:
    if metres is None:
        return "–"
    return f"{metres:,.0f} m" if metres < 10_000 else f"{metres / 1000:,.0f} km"


_STYLE = """
:root { color-scheme: light dark; --page: #fcfcfb; --ink: #1a1a19; --soft: #63625e; --line: #dedcd6; --fill: #f2f1ed;
  --up: #2a78d6; --down: #d9541e; --plain: #8a8984; --right: #1b7a35; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --page: #1a1a19; --ink: #f2f1ed; --soft: #b1afa8; --line: #3b3a37;
  --fill: #262624; --up: #4f97ea; --down: #ee7543; --plain: #8a8984; --right: #66c57d; --wrong: #ff8f85; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 8px; } h2 { font-size: 18px; margin: 36px 0 8px; }
p { max-width: 75ch; margin: 8px 0; } .note { color: var(--soft); font-size: 13px; }
.verdict { font-size: 17px; border-left: 4px solid var(--up); padding: 6px 14px; background: var(--fill); }
.verdict.apart { border-color: var(--down); }
.scroll { overflow-x: auto; margin: 8px 0; } figure svg { display: block; width: 100%; min-width: 760px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 500; white-space: nowrap; }
th, td { padding: 5px 12px 5px 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code { font-size: 12px; color: var(--soft); }
.bar { width: 124px; height: 14px; display: block; margin-top: 3px; }
.chips { display: flex; flex-wrap: wrap; gap: 4px; min-width: 200px; } .record { min-width: 170px; }
td b { white-space: nowrap; }
.chip { font-size: 12px; padding: 0 6px; border-left: 3px solid var(--plain); background: var(--fill); }
.chip.plus { border-color: var(--up); } .chip.minus { border-color: var(--down); }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 16px 0; }
.tile { background: var(--fill); padding: 10px 16px; color: var(--soft); }
.tile b { display: block; color: var(--ink); font-size: 22px; font-variant-numeric: tabular-nums; }
.right { color: var(--right); white-space: nowrap; } .wrong { color: var(--wrong); white-space: nowrap; }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft); }
svg text.strong { fill: var(--ink); font-weight: 600; }
svg .up { fill: var(--up); } svg .down { fill: var(--down); } svg .plain { fill: var(--plain); }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--plain); }
svg .link { stroke: var(--plain); stroke-dasharray: 2 2; }
svg .threshold { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 6 4; }
@media print { main { max-width: none; } .scroll { overflow: visible; } }
"""
