"""`trigpoint explain-pair` over a small warehouse, for each outcome of a pair."""

import json
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestrate.errors import UsageError, WarehouseError
from orchestrate.explain.pair import explain_pair
from orchestrate.render.pages.pair_page import pair_page
from orchestrate.render.pair import render_pair
from tests.printed import check_printed, printed

HOSTILE = "<script>alert('x')</script> [bold]\x1b[31m\u202e"

# no, key, source, name, entity
RECORDS = [
    (1, "council:1", "council", "Braid Tennis Club", "tp_braid"),
    (2, "osm:1", "osm", "Braid Tennis", "tp_braid"),
    (3, "serper:1", "serper", "Braid Tennis Club, Edinburgh", "tp_braid"),
    (4, "osm:2", "osm", "Comely Bank Chess Rooms", "tp_chess"),
    (5, "osm:3", "osm", "Braid Bowling", "tp_bowls"),
    (6, "osm:4", "osm", HOSTILE, "tp_other"),
]
WEIGHTS = [
    ("prior", "any", -2.0, "before anything is compared"),
    ("name", "exact", 5.0, "the same name"),
    ("name", "less", -3.0, "little alike"),
    ("phone", "same", 4.0, "one number"),
    ("phone", "unknown", 0.0, "one of the two has none"),
]
# left, right, name, phone, one-to-one penalty
SCORED = [
    (1, 2, "less", "same", 0.0),
    (1, 3, "exact", "same", 0.0),
    (2, 3, "exact", "unknown", 0.0),
    (1, 5, "less", "unknown", 1.6),
    (5, 6, "exact", "unknown", 0.0),
]
FORGOTTEN, PREFILTERED = (2, 4), (1, 4)
ACCEPTED = [(1, 3), (2, 3), (5, 6)]


def make_warehouse(path: Path) -> Path:
    """The tables that a build leaves of six matched records and a court that is a part of a venue."""
    weights = {(comparison, level): weight for comparison, level, weight, _ in WEIGHTS}
    keys = {number: key for number, key, *_ in RECORDS}
    with closing(duckdb.connect(str(path))) as work:
        for schema in ("intermediate", "seeds"):
            work.execute(f"create schema {schema}")

        def make(table: str, columns: str, rows: list[tuple]) -> None:
            work.execute(f"create table {table} ({columns})")
            if rows:
                work.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)

        make(
            "intermediate.int_records",
            "record_key varchar, source_name varchar, entity_name varchar, street_address varchar, locality varchar, "
            "city varchar, postcode varchar, latitude double, longitude double, phone varchar, website_url varchar, "
            "is_sub_venue boolean, loss_reason varchar",
            [
                (key, source, name, "12 Braid Road", None, "Edinburgh", None, 55.92, -3.21, None, None, False, None)
                for _, key, source, name, _ in RECORDS
            ]
            + [("osm:court", "osm", "Court 1", *[None] * 8, True, None)]
            + [("serper:list", "serper", "Ten best courts", *[None] * 8, False, "list_page")],
        )
        make(
            "intermediate.int_match_features",
            "record_no integer, record_key varchar, source_name varchar, entity_name varchar, place_types varchar[]",
            [(number, key, source, name, ["sports_club"]) for number, key, source, name, _ in RECORDS],
        )
        make(
            "intermediate.int_record_entities",
            "record_key varchar, entity_id varchar, match_role varchar, matched_by varchar",
            [(key, entity, "member", "name") for _, key, _, _, entity in RECORDS]
            + [("osm:court", "tp_braid", "part", "inside: 12 m")],
        )
        met = [(left, right) for left, right, *_ in SCORED] + [FORGOTTEN, PREFILTERED]
        make(
            "intermediate.int_candidate_pairs",
            "left_no integer, right_no integer, blocked_by varchar",
            [(*pair, "rare_word") for pair in met],
        )
        make("intermediate.int_pairs_prefiltered", "left_no integer, right_no integer", met[:-1])
        make(
            "intermediate.int_comparison_vectors",
            "left_no integer, right_no integer, metres double, name_level varchar, phone_level varchar",
            [(left, right, 12.0, name, phone) for left, right, name, phone, _ in SCORED]
            + [(*FORGOTTEN, 12.0, "less", "unknown")],
        )
        scored = []
        for left, right, name, phone, penalty in SCORED:
            own = weights["prior", "any"] + weights["name", name] + weights["phone", phone]
            probability = 1 / (1 + 2 ** (penalty - own))
            scored.append((*(left, right, keys[left], keys[right], own, penalty, own - penalty, probability),))
        make(
            "intermediate.int_predictions",
            "left_no integer, right_no integer, left_key varchar, right_key varchar, own_weight double, "
            "one_to_one_penalty double, match_weight double, match_probability double",
            scored,
        )
        work.execute(
            "create table intermediate.int_matches as select left_no, right_no, 'rare_word' as matched_by, "
            "match_weight, match_probability from intermediate.int_predictions where match_weight > 0"
        )
        make(
            "intermediate.int_conflicts",
            "left_no integer, right_no integer, reason varchar",
            [(5, 6, "negative_evidence")],
        )
        make("intermediate.int_entity_redirects", "old_entity_id varchar, entity_id varchar", [("tp_old", "tp_braid")])
        make(
            "intermediate.int_match_statistics",
            "learned_at timestamp, run_id varchar, records bigint",
            [("2026-03-02 10:30:00", "r1", 20_000)],
        )
        make("seeds.match_weights", "comparison varchar, level varchar, weight double, meaning varchar", WEIGHTS)
        make(
            "seeds.match_overrides",
            "left_record_key varchar, right_record_key varchar, decision varchar, reason varchar, author varchar, "
            "decided_on date",
            [("osm:3", "council:1", "cannot_match", "Two clubs, I was there", "ann", "2026-03-01")],
        )
    return path


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return make_warehouse(tmp_path / "warehouse.duckdb")


def test_the_steps_add_up_to_the_weight_that_was_decided_by(warehouse):
    result = printed(explain_pair(warehouse, "council:1", "serper:1"))

    score = result["score"]
    assert [(step["comparison"], step["level"], step["weight"]) for step in score["steps"]] == [
        ("prior", "any", -2.0),
        ("name", "exact", 5.0),
        ("phone", "same", 4.0),
    ]
    assert sum(step["weight"] for step in score["steps"]) - score["one_to_one_penalty"] == score["match_weight"] == 7.0
    assert (result["is_accepted"], result["is_one_entity"]) == (True, True)
    assert result["meeting"]["blocked_by"] == "rare_word"


def test_the_order_of_the_two_keys_changes_nothing_but_the_sides(warehouse):
    one, other = (
        printed(explain_pair(warehouse, "council:1", "osm:1")),
        printed(explain_pair(warehouse, "osm:1", "council:1")),
    )

    assert one["score"] == other["score"]
    assert (one["left"], one["right"]) == (other["right"], other["left"])


def test_records_that_are_joined_through_another_name_it(warehouse):
    result = printed(explain_pair(warehouse, "council:1", "osm:1"))

    assert (result["is_accepted"], result["is_one_entity"]) == (False, True)
    assert [(link["from_key"], link["to_key"]) for link in result["path"]] == [
        ("council:1", "serper:1"),
        ("serper:1", "osm:1"),
    ]
    assert "joined through serper:1 (Braid Tennis Club, Edinburgh)" in result["verdict"]


def test_a_rival_is_named_and_a_person_s_decision_is_the_reason(warehouse):
    result = printed(explain_pair(warehouse, "council:1", "osm:3"))

    assert [(match["of"], match["record_key"]) for match in result["score"]["competing_matches"]] == [
        ("council:1", "osm:1")
    ]
    assert result["score"]["match_weight"] == pytest.approx(-6.6)
    assert result["override"]["decision"] == "cannot_match"
    assert "a person decided so" in result["verdict"]


def test_of_two_decisions_about_one_pair_must_match_is_shown(warehouse):
    with duckdb.connect(str(warehouse)) as work:
        work.execute(
            "insert into seeds.match_overrides values "
            "('council:1', 'osm:3', 'must_match', 'One club', 'bob', '2026-02-01')"
        )

    explained = printed(explain_pair(warehouse, "council:1", "osm:3"))

    assert (explained["override"]["decision"], explained["override"]["author"]) == ("must_match", "bob")


def test_a_conflict_is_the_reason_that_accepted_records_are_two(warehouse):
    result = printed(explain_pair(warehouse, "osm:3", "osm:4"))

    assert (result["is_accepted"], result["is_one_entity"], result["conflict"]) == (True, False, "negative_evidence")
    assert "a conflict keeps them apart (negative evidence)" in result["verdict"]


@pytest.mark.parametrize(
    ("keys", "status", "words"),
    [
        pytest.param(("osm:1", "osm:2"), "not_kept", "but not kept", id="not_kept"),
        pytest.param(("council:1", "osm:2"), "prefiltered", "The prefilter dropped them", id="prefiltered"),
        pytest.param(("serper:1", "osm:2"), "never_met", "They are no candidate pair", id="never-met"),
        pytest.param(
            ("council:1", "osm:court"), "not_matched", "Its location gave it its venue (inside: 12 m)", id="part"
        ),
        pytest.param(("council:1", "serper:list"), "not_matched", "describes no place (list page)", id="lost"),
    ],
)
def test_a_pair_that_was_not_kept_shows_its_last_stage(warehouse, keys, status, words):
    result = printed(explain_pair(warehouse, *keys))

    assert result["meeting"]["status"] == status
    assert words in result["meeting"]["sentence"]
    assert (result["score"] is not None) == (status == "not_kept")


def test_a_pair_that_is_not_kept_has_the_seeds_weights(warehouse):
    score = printed(explain_pair(warehouse, "osm:1", "osm:2"))["score"]

    assert (score["is_kept"], score["match_weight"]) == (False, -5.0)
    assert [step["weight"] for step in score["steps"]] == [-2.0, -3.0, 0.0]


@pytest.mark.parametrize("no_color", [True, False])
def test_the_text_has_levels_weights_and_the_verdict(warehouse, no_color, capsys):
    result = explain_pair(warehouse, "council:1", "osm:3")

    render_pair(result, Console(width=118, no_color=no_color, force_terminal=True))

    shown = " ".join(capsys.readouterr().out.split())
    assert "little alike" in shown
    assert "ann decided: cannot match. Two clubs, I was there" in shown
    assert "The statistics are of 20,000 records, learned at 2026-03-02 10:30." in shown
    assert ("\x1b[32m" in shown or "\x1b[31m" in shown) != no_color


class Tags(HTMLParser):
    """Every tag of a page, and every attribute."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def __iter__(self) -> Iterator[tuple[str, dict[str, str | None]]]:
        return iter(self.tags)


def assert_is_self_contained(page: str) -> None:
    """No script, nothing fetched, no handler: the page is only what is in it."""
    for tag, attributes in Tags(page):
        assert tag not in {"script", "link", "img", "iframe", "object", "image", "use"}
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "href", "xlink:href"}]
    assert "url(" not in page
    assert "@import" not in page


def test_the_page_is_self_contained_and_escapes_values(warehouse):
    page = pair_page(explain_pair(warehouse, "osm:3", "osm:4"))

    assert_is_self_contained(page)
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_the_waterfall_has_a_column_for_each_step_and_total(warehouse):
    page = pair_page(explain_pair(warehouse, "council:1", "osm:3"))

    figure = page[page.index("<figure") : page.index("</figure>")]
    columns = [attributes["class"] for tag, attributes in Tags(figure) if tag == "rect"]
    assert columns == [
        "plain",
        "down",
        "plain",
        "down",
        "plain",
    ]  # prior, name, phone, competing match, total
    assert 'class="threshold"' in figure


def test_a_page_without_a_score_has_no_chart(warehouse):
    page = pair_page(explain_pair(warehouse, "serper:1", "osm:2"))

    assert "<figure" not in page
    assert "They are no candidate pair" in page


@pytest.mark.parametrize(
    ("key", "words"),
    [
        pytest.param("tp_braid", r"is an entity.*council:1 .*osm:1 .*osm:court .*serper:1 ", id="entity"),
        pytest.param("tp_old", r"is an entity.*council:1 ", id="absorbed-entity"),
        pytest.param("comely bank", r"Similar records: osm:2 \(Comely Bank Chess Rooms\)", id="name"),
        pytest.param("'; drop table x; --", r'There is no record "\'; drop table x; --"', id="hostile"),
    ],
)
def test_an_unknown_record_gets_suggestions(warehouse, key, words):
    with pytest.raises(UsageError, match=words):
        explain_pair(warehouse, key, "osm:1")


def test_a_slug_gets_the_records_of_its_entity(warehouse):
    with closing(duckdb.connect(str(warehouse))) as work:
        work.execute("create schema marts")
        work.execute(
            "create table marts.entities as "
            "select 'tp_chess' as entity_id, 'comely-bank' as slug, 'Comely Bank' as entity_name"
        )

    with pytest.raises(UsageError, match=r'"comely-bank" is an entity.*osm:2 '):
        explain_pair(warehouse, "comely-bank", "osm:1")


def test_a_warehouse_of_something_else_is_a_sentence(tmp_path):
    duckdb.connect(str(tmp_path / "warehouse.duckdb")).close()

    with pytest.raises(WarehouseError, match="has no pairs that this version can read"):
        explain_pair(tmp_path / "warehouse.duckdb", "a:1", "b:1")


@pytest.fixture
def cli(tmp_path, monkeypatch, capsys):
    """`cli("explain-pair", ...)` -> exit code, stdout, stderr; in this process."""
    from orchestrate.cli import main

    monkeypatch.setenv("TRIGPOINT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TRIGPOINT_MODE", "sandbox")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["trigpoint", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        check_printed(arguments, out)
        return int(ended.value.code or 0), out, err

    return call


@pytest.fixture
def work_warehouse(tmp_path):
    (tmp_path / "sandbox").mkdir()
    return make_warehouse(tmp_path / "sandbox" / "warehouse.duckdb")


def test_json_and_page_come_from_one_call(cli, work_warehouse, tmp_path):
    code, out, err = cli("explain-pair", "council:1", "osm:1", "--json", "--html", str(tmp_path / "pair.html"))

    result = json.loads(out)
    assert (code, result["schema"], result["is_one_entity"]) == (0, "trigpoint.explain_pair/2", True)
    assert "Written: " in err
    assert (tmp_path / "pair.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["council:1", "osm:99"], 'There is no record "osm:99"', id="unknown"),
        pytest.param(["council:1", "council:1"], "Both keys name the same record", id="itself"),
        pytest.param(["council:1", "tp_chess"], "is an entity", id="entity"),
        pytest.param(["council:1", "osm:1", "--html", "/no/such/place/x.html"], "cannot be written", id="file"),
    ],
)
def test_what_cannot_be_explained_is_a_usage_error(cli, work_warehouse, arguments, words):
    code, out, err = cli("explain-pair", *arguments)

    assert (code, out, "Traceback" in err) == (2, "", False)
    assert words in err


def test_without_a_warehouse_the_sentence_says_how_to_make_one(cli):
    code, out, err = cli("explain-pair", "council:1", "osm:1")

    assert (code, out) == (2, "")
    assert "make run QUERY" in err
