"""`trigpoint diff OLD NEW` over two published files, with planted differences."""

import re

import duckdb
import pytest

from orchestrate.contracts.golden_diff import EntityChange, GoldenCell
from orchestrate.errors import UsageError
from orchestrate.explain.golden.diff import diff_files, summed_up
from orchestrate.explain.golden.gates import met_gates, read_gate
from orchestrate.render.diffs.golden_diff import MOST_BYTES, MOST_LETTERS, as_markdown, as_page


def published(path, entities, claims, records):
    """A file with what the diff reads. A claim: entity, field, value, source, rank, why it lost."""
    with duckdb.connect(str(path)) as file:
        file.execute("create schema marts")
        file.execute(
            "create table marts.entities (entity_id text, slug text, entity_name text, operating_status text, "
            "latitude double, longitude double)"
        )
        file.execute("create table marts.entity_records (record_key text, entity_id text)")
        file.execute(
            "create table marts.entity_claims (claim_id text, entity_id text, field_name text, value text, "
            "source_name text, claim_rank bigint, lost_because text, item text, strategy text, "
            "value_normalised text, is_winner boolean)"
        )
        file.executemany("insert into marts.entities values (?, ?, ?, ?, ?, ?)", entities)
        if records:
            file.executemany("insert into marts.entity_records values (?, ?)", records)
        for number, (entity, field, value, source, rank, why) in enumerate(claims):
            file.execute(
                "insert into marts.entity_claims values (?, ?, ?, ?, ?, ?, ?, null, 'trust', ?, ?)",
                [str(number), entity, field, value, source, rank, why, value.lower(), why is None],
            )
    return path


def entity(entity_id, name, status="operational", latitude=55.95, longitude=-3.1):
    return [entity_id, name.lower(), name, status, latitude, longitude]


@pytest.fixture
def diffed(tmp_path):
    """Builds the two files and compares them."""

    def build(old, new):
        return diff_files(published(tmp_path / "old.duckdb", *old), published(tmp_path / "new.duckdb", *new))

    return build


@pytest.mark.parametrize(
    ("lost_because", "why"),
    [
        ("trust", "the earlier value loses by trust"),
        ("other_address", "the earlier value loses by other address"),
        ("duplicate", "the same value in another form"),
    ],
)
def test_a_cell_says_who_won_who_lost_and_why(diffed, lost_because, why):
    old = ([entity("e1", "Gym")], [("e1", "phone", "1", "osm", 1, None)], [("osm:1", "e1")])
    new = (
        [entity("e1", "Gym")],
        [("e1", "phone", "2", "google", 1, None), ("e1", "phone", "1", "osm", 2, lost_because)],
        [("osm:1", "e1")],
    )

    found = diffed(old, new)

    (change,) = found.changes
    assert (change.kind, change.value_before, change.value_after) == ("changed", "1", "2")
    assert change.why == why
    assert [(one.source_name, one.won, one.lost) for one in found.by_source] == [("google", 1, 0), ("osm", 0, 1)]


def test_an_entity_with_another_id_is_followed_by_its_records(diffed):
    claims = [("e1", "phone", "1", "osm", 1, None)]
    found = diffed(
        ([entity("e1", "Gym")], claims, [("osm:1", "e1")]),
        ([entity("e9", "Gym")], [("e9", *claims[0][1:])], [("osm:1", "e9")]),
    )

    assert found.changes == ()
    assert found.entities == ()


@pytest.mark.parametrize(
    ("old", "new", "event"),
    [
        pytest.param({"a": "e1", "b": "e2"}, {"a": "e1", "b": "e1"}, ("merged", "e2"), id="merged"),
        pytest.param({"a": "e1", "b": "e1"}, {"a": "e1", "b": "e2"}, ("split", "e2"), id="split"),
        pytest.param({"a": "e1"}, {"a": "e1", "c": "e3"}, ("minted", "e3"), id="minted"),
        pytest.param({"a": "e1", "c": "e3"}, {"a": "e1"}, ("retired", "e3"), id="retired"),
    ],
)
def test_entities_that_come_and_go_are_named(diffed, old, new, event):
    def file(records):
        return [entity(one, one.upper()) for one in sorted(set(records.values()))], [], list(records.items())

    found = diffed(file(old), file(new))

    assert [(one.event, one.entity_id) for one in found.entities] == [event]


@pytest.mark.parametrize(
    ("before", "after", "event", "metres"),
    [
        pytest.param({}, {"status": "closed_permanently"}, "closed", None, id="closed"),
        pytest.param({"status": "closed_permanently"}, {}, "reopened", None, id="reopened"),
        pytest.param({}, {"latitude": 55.96}, "moved", 1112, id="moved a kilometre"),
        pytest.param({}, {"latitude": 55.9501}, None, None, id="eleven metres are no move"),
    ],
)
def test_places_that_close_or_move_are_named(diffed, before, after, event, metres):
    found = diffed(
        ([entity("e1", "Gym", **before)], [], [("a", "e1")]), ([entity("e1", "Gym", **after)], [], [("a", "e1")])
    )

    assert [(one.event, one.metres) for one in found.entities] == ([(event, metres)] if event else [])


def cells(count, value="x"):
    return [
        GoldenCell(
            entity_id=f"e{i}", slug=None, entity_name=f"Place {i}", field_name="phone" if i % 3 else "email",
            kind="changed", value_before=value, sources_before=("osm",), value_after="y", sources_after=("google",),
            why="trust",
        )
        for i in range(count)
    ]  # fmt: skip


def test_the_field_with_the_most_changes_comes_first():
    assert summed_up("a", "b", cells(9), [], {}).changes[0].field_name == "phone"


@pytest.mark.parametrize("value", ["x", "é" * 5_000, "<&>" * 100], ids=["short", "long", "markup"])
def test_what_does_not_fit_is_counted(value):
    diff = summed_up("a", "b", cells(20_000, value), [], {})
    text, page = as_markdown(diff), as_page(diff)

    left = int(re.search(r"(\d+) more changed cells are left out", text)[1])
    assert len(text) <= MOST_LETTERS
    assert left + text.count("| Place ") == 20_000
    assert len(page.encode()) <= MOST_BYTES
    assert int(re.search(r"(\d+) more changed cells", page)[1]) + page.count("<td>Place ") == 20_000


@pytest.mark.parametrize("name", ["x", "é&@'" * 300], ids=["short", "long"])
def test_entities_that_do_not_fit_are_counted(name):
    others = tuple(f"{name} {number}" for number in range(300))
    events = [
        EntityChange(event="merged", entity_id=f"e{i}", entity_name=f"{i} {name}", others=others, metres=None)
        for i in range(2_000)
    ]
    sources = [cell.model_copy(update={"sources_after": (f"{i} {name}",)}) for i, cell in enumerate(cells(100))]
    diff = summed_up("a", "b", sources, events, {})
    text, page = as_markdown(diff), as_page(diff)

    of_sources, of_events = (int(count) for count in re.findall(r"^(\d+) more are left out", text, re.MULTILINE))
    assert len(text) <= MOST_LETTERS
    assert of_events + text.count("- **merged**") == 2_000
    assert of_sources == len(diff.by_source) - 30
    assert len(page.encode()) <= MOST_BYTES
    assert re.findall(r"(\d+) more are left out", page) == [str(len(diff.by_source) - 30), "1500"]


def test_no_value_is_markup_or_a_mention():
    hostile = "<script>alert(1)</script> | @everyone [x](http://e) `code`\n# head"
    diff = summed_up("a", "b", cells(1, hostile), [], {})

    assert "<script" not in as_page(diff)
    row = next(line for line in as_markdown(diff).splitlines() if "Place 0" in line)
    assert "@" not in row
    assert not re.search(r"(?<!\\)[<`\[]", row)
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


@pytest.mark.parametrize(
    ("gate", "is_met"),
    [("phone > 5", True), ("phone > 6", False), ("changed >= 9", True), ("merged > 0 or email = 3", True)],
)
def test_a_gate_compares_a_count_with_a_limit(gate, is_met):
    assert bool(met_gates([read_gate(gate)], summed_up("a", "b", cells(9), [], {}))) is is_met


@pytest.mark.parametrize(
    "gate", ["", "merged", "merged > x", "merged > 10; drop", "__import__('os')", "a > 1 and b > 1"]
)
def test_a_gate_that_is_none_is_refused(gate):
    with pytest.raises(UsageError, match="is no condition"):
        read_gate(gate)


def test_a_gate_on_an_unknown_count_names_the_known_ones():
    with pytest.raises(UsageError, match=r"no count joined.*merged"):
        met_gates([read_gate("joined > 1")], summed_up("a", "b", [], [], {}))


def test_a_file_that_was_not_published_is_refused(tmp_path):
    (tmp_path / "a.duckdb").write_text("no database")

    with pytest.raises(UsageError, match="no file that Trigpoint published"):
        diff_files(tmp_path / "a.duckdb", tmp_path / "a.duckdb")
