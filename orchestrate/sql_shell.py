"""`trigpoint sql`: the published file at a prompt, read only."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestrate.errors import UsageError
from orchestrate.warehouse import connect

MAX_ROWS = 200
PROMPT, CONTINUED = "trigpoint> ", "       ...> "


def run_sql(published: Path, statement: str | None, console: Console) -> None:
    """Run one statement and print its rows, or read statements, each ended by `;`, until end of input.

    Raises UsageError when nothing is published yet or a single statement is not valid.
    """
    if not published.exists():
        raise UsageError('Nothing is published yet. Run: make run QUERY="powerleague portobello"')
    with connect(published, read_only=True) as connection:
        connection.execute("use marts")
        if statement:
            try:
                _print(connection, statement, console)
            except duckdb.Error as error:
                raise UsageError(str(error)) from None
        else:
            _prompt(connection, console)


def _prompt(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    if sys.stdin.isatty():
        import readline  # noqa: F401 (editing and history at the prompt)

        console.print("The tables of schema marts; end a statement with ; and the session with Ctrl-D.")
    pending = ""
    while True:
        try:
            pending += input(CONTINUED if pending else PROMPT if sys.stdin.isatty() else "") + "\n"
        except EOFError:
            break
        if not pending.rstrip().endswith(";"):
            pending = pending if pending.strip() else ""
            continue
        try:
            _print(connection, pending, console)
        except duckdb.Error as error:
            console.print(Text(str(error), style="red"))
        pending = ""
    if pending.strip():
        _print(connection, pending, console)


def _print(connection: duckdb.DuckDBPyConnection, statement: str, console: Console) -> None:
    cursor = connection.execute(statement)
    rows = cursor.fetchmany(MAX_ROWS + 1)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in cursor.description or []:
        table.add_column(Text(column[0]), overflow="fold")
    for row in rows[:MAX_ROWS]:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(table)
    if len(rows) > MAX_ROWS:
        console.print(f"(the first {MAX_ROWS} rows)")
