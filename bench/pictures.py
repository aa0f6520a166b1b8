"""Draw the documents' pictures from the real output of the commands: make pictures.

A picture of a terminal is an SVG file in docs/pictures. It loads nothing from the network: a viewer uses its own
monospace font. A picture of a page is a WebP file, which needs Chromium and chromedriver.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.terminal_theme import DIMMED_MONOKAI

from bench.photographs import photograph_docs, photograph_run, photograph_serve
from orchestrate.cli import app, output
from orchestrate.settings import PROJECT_ROOT
from orchestrate.terminal import HarmlessConsole
from tests.browser import CHROMEDRIVER, CHROMIUM, browser

PICTURES = PROJECT_ROOT / "docs" / "pictures"
COLUMNS = 118  # as wide as the output in the documents


@dataclass(frozen=True)
class Picture:
    """A command as the README shows it, the same command as arguments, and the picture's name."""

    name: str
    shown: str
    arguments: tuple[str, ...]


RUN = Picture("run", 'make run QUERY="powerleague portobello"', ("run", "powerleague portobello"))
EXPLAIN = Picture(
    "explain",
    "trigpoint explain powerleague-portobello phone",
    ("explain", "powerleague-portobello", "phone"),
)

RECORD = Picture("record", "trigpoint explain powerleague-portobello", ("explain", "powerleague-portobello"))
ALL = (RUN, EXPLAIN, RECORD)
PAGE = Picture("page", "", ("run", "padel courts edinburgh"))
DOCS = Picture("docs", "", ("docs",))

# rich's own template loads a font from a server, which GitHub does not allow.
SVG_TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
    font-size: {char_height}px;
    line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


@contextlib.contextmanager
def sandbox_folder() -> Iterator[None]:
    """An empty working directory in sandbox mode, without a language model."""
    before, environment = Path.cwd(), dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ.update(TRIGPOINT_MODE="sandbox", TRIGPOINT_DATA_DIR="data", OPENAI_API_KEY="", OPENAI_BASE_URL="")
        try:
            yield
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(environment)


def record(picture: Picture) -> HarmlessConsole:
    """Run the command in this process with a console that records its output."""
    console = HarmlessConsole(
        record=True, width=COLUMNS, force_terminal=True, color_system="truecolor", file=io.StringIO()
    )
    console.print(f"[bold green]$[/bold green] [bold]{picture.shown}[/bold]\n", highlight=False)
    usual, output.stdout = output.stdout, console
    try:
        app(list(picture.arguments), standalone_mode=False)
    finally:
        output.stdout = usual
    return console


def draw(picture: Picture, console: HarmlessConsole) -> str:
    svg = console.export_svg(
        title="trigpoint", theme=DIMMED_MONOKAI, code_format=SVG_TEMPLATE, unique_id=f"trigpoint-{picture.name}"
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def photograph_pages() -> None:
    """Run a query, write the documentation, and photograph every kind of page."""
    if not (CHROMIUM and CHROMEDRIVER):
        print("Chromium and chromedriver are not both installed: the pictures of pages stay as they are")
        return
    record(PAGE)
    record(DOCS)
    with browser() as window:
        for photograph in (photograph_run, photograph_serve, photograph_docs):
            photograph(window, PICTURES)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    PICTURES.mkdir(exist_ok=True)
    with sandbox_folder():
        drawn = {picture.name: draw(picture, record(picture)) for picture in ALL}
        photograph_pages()
    for name, svg in drawn.items():
        (PICTURES / f"{name}.svg").write_text(svg)
        print(f"docs/pictures/{name}.svg")


if __name__ == "__main__":
    main()
