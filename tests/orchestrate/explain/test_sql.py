"""`trigpoint sql`: the printed results, scripts, and errors at the prompt."""

import csv
import io
import json
import os
import pty
import re
import select
import subprocess
import time
from functools import partial

import duckdb
import pytest

from orchestrate.explain.sql_shell import CONTINUED, PROMPT
from orchestrate.settings import PROJECT_ROOT
from tests.orchestrate.conftest import TRIGPOINT

LONG = "Indoor courts, a café and a hall to let. " * 40


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    """A published file of two places: forty columns, one of them long."""
    directory = tmp_path_factory.mktemp("sql")
    published = directory / "sandbox" / "trigpoint.duckdb"
    published.parent.mkdir()
    more = ", ".join(f"'value {number}' as column_{number}" for number in range(40))
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            f"""
            create schema marts;
            create table marts.entities as
                select 'tp_1' as entity_id, 'Corrie Hall' as entity_name, ['hall', 'café'] as kinds,
                    null::varchar as phone, '{LONG}' as summary, {more}
                union all by name select 'tp_2' as entity_id, 'Corrie Baths' as entity_name;
            comment on table marts.entities is 'One row per entity. More is said elsewhere.';
            comment on column marts.entities.entity_id is 'Minted once and kept, however long what is said of it is, to
            the last word of a description that no line of a terminal could hold.';
            """
        )
    return directory


@pytest.fixture
def sql(data_dir, command):
    """`sql("select 1", "--csv", piped="...")` -> exit code, stdout, stderr."""
    return partial(command, data_dir, "sql")


def test_a_wide_row_has_one_line_for_each_column(sql):
    code, out, _ = sql("select * from entities where entity_id = 'tp_1'")

    lines = out.splitlines()
    assert code == 0
    assert lines[:3] == [
        "entity_id    tp_1",
        "entity_name  Corrie Hall",
        'kinds        ["hall", "café"]',
    ]
    assert len(lines) < 60
    assert max(map(len, lines)) <= 118
    assert "(1 long value is cut; --csv and --json have them whole)" in out


def test_a_table_fits_the_terminal_and_says_what_it_cut(sql):
    _, out, _ = sql("select entity_id, entity_name, summary from entities order by 1")

    assert out.splitlines()[0].split() == ["entity_id", "entity_name", "summary"]
    assert max(map(len, out.splitlines())) <= 118
    assert "1 long value is cut" in out


def test_of_many_rows_the_first_are_shown_and_that_is_said(sql):
    _, out, _ = sql("select * from range(1000) as t (number)")
    _, whole, _ = sql("select * from range(1000) as t (number)", "--csv")

    assert out.endswith("199\n(the first 200 rows; --csv and --json have all)\n")
    assert len(whole.splitlines()) == 1001


def test_no_rows_are_said_to_be_none(sql):
    assert sql("select entity_id from entities where false")[1] == "entity_id\n(no rows)\n"


def test_csv_has_every_value_whole(sql):
    _, out, _ = sql("select entity_name, kinds, phone, summary, true as yes from entities where phone is null", "--csv")

    assert list(csv.reader(io.StringIO(out)))[:2] == [
        ["entity_name", "kinds", "phone", "summary", "yes"],
        ["Corrie Hall", '["hall", "café"]', "", LONG, "true"],
    ]


def test_json_keeps_types_and_two_columns_of_one_name(sql):
    _, out, _ = sql(
        "select 1 as n, 'two' as n, null as gone, kinds, 'nan'::double as x from entities limit 1", "--json"
    )

    assert json.loads(out)["rows"] == [{"n": 1, "n_2": "two", "gone": None, "kinds": ["hall", "café"], "x": "nan"}]


def test_tables_and_their_columns_are_listed_with_what_they_mean(sql):
    _, tables, _ = sql(".tables")
    _, columns, _ = sql(".schema entities")

    assert re.search(r"entities +2 +One row per entity\.\n", tables)
    assert "that no line of a terminal could hold." in " ".join(columns.split())


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        pytest.param("select nonsense", "nonsense", id="unknown column"),
        pytest.param("select 'open", "unterminated", id="syntax"),
        pytest.param("delete from entities", "read-only", id="write"),
        pytest.param("select '\udcff'", "cannot be written as text", id="not UTF-8"),
        pytest.param("select 'x'::integer", "Could not convert", id="conversion"),
        pytest.param(".schema entity", "There is: entities", id="unknown table"),
        pytest.param(".dance", ".tables", id="unknown command"),
    ],
)
def test_a_statement_that_cannot_be_run_is_a_usage_error(sql, statement, said):
    code, _, errors = sql(statement)

    assert code == 2
    assert said in errors
    assert "fault in Trigpoint" not in errors


def test_csv_and_json_at_once_are_a_usage_error(sql):
    assert sql("select 1", "--csv", "--json")[0] == 2


def test_a_script_may_have_line_breaks_and_quoted_semicolons(sql):
    code, out, _ = sql(piped="select 'a;b' as x; -- c;\nselect 1 as y,\n  2 as z\n;\n\n.tables\nselect 7 as last")

    assert code == 0
    assert out.startswith("x\na;b\ny  z\n1  2\n")
    assert out.endswith("last\n7\n")


def test_a_script_ends_at_its_first_error(sql):
    code, out, errors = sql(piped="select 1 as one;\nselect oops;\nselect 3 as three;\n")

    assert (code, "one" in out, "three" in out) == (2, True, False)
    assert "oops" in errors


class Terminal:
    """The prompt at a terminal of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._end, end = pty.openpty()
        # A session of its own, whose terminal this is: Ctrl-C typed here is a signal there.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", TRIGPOINT, "sql"], stdin=end, stdout=end, stderr=end, env=environment, cwd=PROJECT_ROOT
        )
        os.close(end)
        self.seen = ""
        self._read = 0

    def type(self, text: str, until: str) -> None:
        """Type, and wait for what is to come."""
        os.write(self._end, text.encode())
        self.wait_for(until)

    def interrupt(self) -> None:
        """Ctrl-C, until there is a new prompt: readline misses one that comes while it is getting ready to read."""
        for _ in range(30):
            os.write(self._end, b"\x03")
            if self._printed(PROMPT, seconds=1):
                return
        raise AssertionError(f"no prompt after {self.seen!r}")

    def wait_for(self, text: str) -> None:
        assert self._printed(text, seconds=60), f"{text!r} did not come after {self.seen!r}"

    def _printed(self, text: str, seconds: float) -> bool:
        """Whether the text comes after what was waited for before."""
        deadline = time.monotonic() + seconds
        while (found := self.seen.find(text, self._read)) < 0 and time.monotonic() < deadline:
            if select.select([self._end], [], [], 0.1)[0]:
                self.seen += os.read(self._end, 65536).decode(errors="replace")
        self._read = max(self._read, found + len(text))
        return found >= 0


def test_an_error_at_the_prompt_does_not_end_the_session(data_dir, clean_environment):
    terminal = Terminal({**clean_environment, "TRIGPOINT_DATA_DIR": str(data_dir), "TERM": "xterm"})
    terminal.wait_for(PROMPT)

    terminal.type("select 'begun\n", until=CONTINUED)
    terminal.interrupt()
    terminal.type("select oops;\n", until='"oops" was not found')
    terminal.wait_for(PROMPT)
    terminal.type("select count(*) from range(10000000) a, range(10000000) b where a.range % 7 = b.range % 5;\n", "\n")
    terminal.interrupt()
    terminal.type("select 6 * 7;\n", until="42")
    os.write(terminal._end, b".quit\n")

    assert terminal.process.wait(timeout=20) == 0
    assert "published" not in terminal.seen
