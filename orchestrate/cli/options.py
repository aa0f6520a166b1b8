"""The options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# `make run` passes the query through the environment. The user's text never becomes part of a shell line.
QueryArgument = Annotated[
    str | None,
    typer.Argument(envvar="QUERY", help="What to look for, such as: powerleague portobello", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
LiveOption = Annotated[bool, typer.Option("--live", help="Ask the real services (TRIGPOINT_MODE=live).")]
SourcesOption = Annotated[str | None, typer.Option("--sources", help="Ask only these sources: a,b", show_default=False)]
MaxCostOption = Annotated[
    float | None, typer.Option("--max-cost", min=0.0, help="Spend at most this many USD.", show_default=False)
]

AreaOption = Annotated[
    str | None,
    typer.Option(
        "--area", envvar="AREA", help='The area, whatever the query says: "Portobello, Edinburgh".', show_default=False
    ),
]
NearOption = Annotated[
    str | None,
    typer.Option(
        "--near", envvar="NEAR", help="The area around a point: LAT,LON or LAT,LON,KM (2 km).", show_default=False
    ),
]
BoxOption = Annotated[
    str | None,
    typer.Option("--box", envvar="BOX", help="The area as a box in degrees: S,W,N,E.", show_default=False),
]
PagesOption = Annotated[
    int,
    typer.Option("--pages", min=0, max=100, help="Read the pages behind this many search results.", show_default=False),
]
MaxAgeOption = Annotated[
    float | None,
    typer.Option(
        "--max-age",
        min=0.0,
        help="Reuse answers up to this many hours old; 0 asks again. Default: `fresh_hours` of the seed `sources`.",
        show_default=False,
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Show what would be written. Write and build nothing.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why you decide this, in words.", show_default=False)]
AuthorOption = Annotated[str, typer.Option("--author", help="Your name.", show_default=False)]

ReportOption = Annotated[
    Path | None,
    typer.Option(
        "--report", help="Write an HTML page with the weights and the hardest pairs to this file.", show_default=False
    ),
]

OutOption = Annotated[
    Path | None, typer.Option("--out", help="Write the proposed seed to this file.", show_default=False)
]
