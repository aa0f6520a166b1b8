"""`trigpoint sql`: queries the published file from a prompt or a script, read only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from pathlib import Path

import duckdb
from rich.console import Console
from rich.text import Text

from orchestrate.errors import UsageError
from orchestrate.explain.sql_output import Writer
from orchestrate.signals import is_terminated
from orchestrate.store.queries import check_was_built
from orchestrate.store.warehouse import connect, sql_text
from orchestrate.terminal import FAILED

PROMPT, CONTINUED = "trigpoint> ", "       ...> "
HELP = """\
A statement ends with ; and may have several lines. The tables are in schema marts and are read only.
  .tables          list the tables and the meaning of a row of each
  .schema TABLE    list the columns of a table and their meaning
  .help            show this help
  .quit            leave, as Ctrl-D does. Ctrl-C stops the running statement."""

TABLES = """
    select table_name, estimated_size as rows, rtrim(split_part(comment, '. ', 1), '.') || '.' as description
    from duckdb_tables() where schema_name = 'marts' order by table_name
"""
COLUMNS = """
    select column_name, data_type, comment as description
    from duckdb_columns() where schema_name = 'marts' and table_name = {} order by column_index
"""


class SqlShell:
    """One session on the published file. It runs statements and dot commands, and writes rows."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, write: Writer, console: Console) -> None:
        self._connection = connection
        self._write = write
        self._console = console

    def run(self, text: str) -> None:
        """Run a dot command, or each statement of the text in turn. Raises UsageError at the first that fails."""
        if text.lstrip().startswith("."):
            self._run_command(text.split())
            return
        with _as_usage_errors():
            text.encode()  # DuckDB has no sentence for what is no UTF-8
            for statement in self._connection.extract_statements(text):
                result = self._connection.execute(statement)
                if duckdb.ExpectedResultType.QUERY_RESULT in statement.expected_result_type:
                    self._write(result)

    def _run_command(self, words: list[str]) -> None:
        match words:
            case [".tables"]:
                self._write(self._connection.execute(TABLES), is_prose=True)
            case [".schema", table]:
                columns = self._connection.execute(COLUMNS.format(sql_text(self._known(table))))
                self._write(columns, is_prose=True)
            case [".help"]:
                self._console.print(HELP, markup=False, highlight=False)
            case _:
                raise UsageError(f"{' '.join(words)} is not understood: .tables, .schema TABLE, .help, .quit are.")

    def _known(self, table: str) -> str:
        """The table's name as it is in the file. Raises UsageError."""
        names = [name for name, *_ in self._connection.execute(TABLES).fetchall()]
        wanted = table.lower().removeprefix("marts.").rstrip(";")
        if wanted in names:
            return wanted
        near = get_close_matches(wanted, names) or names
        raise UsageError(f"There is no table {table}. There is: {', '.join(near)}.")


@contextmanager
def sql_shell(published: Path, write: Writer, console: Console) -> Iterator[SqlShell]:
    """A session for the block. Raises UsageError if nothing is published yet."""
    check_was_built(published)
    with connect(published, read_only=True) as connection:
        with _as_usage_errors():
            connection.execute("use marts")
        yield SqlShell(connection, write, console)


def run_script(shell: SqlShell, script: Iterator[str]) -> None:
    """Run the statements of standard input. The first that fails raises UsageError."""
    with _as_usage_errors():  # what is piped in need not be text
        for statement in _statements(script):
            if statement.strip() == ".quit":
                return
            shell.run(statement)


def run_prompt(shell: SqlShell, console: Console) -> None:
    """Read statements until the end of input. An error or Ctrl-C ends the statement, not the session."""
    import readline  # noqa: F401 (editing and history at the prompt)

    console.print("The tables of schema marts. End a statement with ; and see .help for more.", highlight=False)
    goes_on = True
    while goes_on:
        try:
            goes_on = _run_next(shell, console)
        except KeyboardInterrupt:
            if is_terminated():
                raise
            with suppress(KeyboardInterrupt):  # who holds the keys down interrupts this as well
                console.print()


def _run_next(shell: SqlShell, console: Console) -> bool:
    """Read a statement and run it. False at the end of input."""
    statement = next(_statements(_typed()), None)
    if statement is None or statement.strip() == ".quit":
        return False
    try:
        shell.run(statement)
    except UsageError as error:
        console.print(Text(str(error), style=FAILED), soft_wrap=True)
    return True


def _typed() -> Iterator[str]:
    """The typed lines. The prompt shows whether a statement has begun."""
    prompt = PROMPT
    while True:
        try:
            line = input(prompt)
        except EOFError:
            return
        yield line + "\n"
        if line.strip():
            prompt = CONTINUED


def _statements(lines: Iterator[str]) -> Iterator[str]:
    """Joins lines to statements. A ; inside quotes or a comment does not end a statement."""
    pending = ""
    for line in lines:
        pending += line
        is_command = pending.lstrip().startswith(".")
        if is_command or sqlite3.complete_statement(pending):
            yield pending
            pending = ""
        elif not pending.strip():
            pending = ""
    if pending.strip():
        yield pending


@contextmanager
def _as_usage_errors() -> Iterator[None]:
    """Turns an error of a statement into UsageError with DuckDB's message."""
    try:
        yield
    except duckdb.Error as error:
        raise UsageError(str(error)) from None
    except RuntimeError as error:
        if "interrupted" in str(error).lower():  # what DuckDB makes of Ctrl-C
            raise KeyboardInterrupt from None
        raise UsageError(f"The statement cannot be run: {error}") from None
    except (ValueError, OverflowError) as error:
        raise UsageError(f"The statement, or a value of its result, cannot be written as text: {error}") from None
