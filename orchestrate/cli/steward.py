"""What a data steward uses: serve, and review with a spreadsheet."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestrate.cli.options import LiveOption
from orchestrate.cli.output import say, settings_of


def serve_command(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port; 0 takes a free one.")] = 8765,
    live: LiveOption = False,
    is_opened: Annotated[bool, typer.Option("--open", help="Open the page in the browser.")] = False,
) -> None:
    """Show the published file in the browser: search, evidence, map, conflicts, and review. Only on this machine."""
    import webbrowser

    from orchestrate.serve.server import serve

    def announce(address: str) -> None:
        say(f"{address} (Ctrl-C ends it)")
        if is_opened:
            webbrowser.open(address)

    serve(settings_of(live), port, announce)
