"""Review: blind until decided, written at once, shown to the next person, undoable."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from filelock import FileLock

from orchestrate.review.cells import Candidate
from tests.orchestrate.serve.conftest import decision
from tests.orchestrate.serve.planted import COUNCIL, GOOGLE, GYM, OSM, PHONES, POOL

PAIR = f"/review/pair?left={OSM}&right={GOOGLE}"
CELL = f"/review/cell?entity={GYM}&field=phone"
SECRETS = ("0.5432", "54%", "names are alike", "What Trigpoint thinks is hidden", GYM, "one entity")


def mark(value: str) -> str:
    return Candidate(value, ()).mark


def decide_pair(browser, answer="must_match", left=OSM, right=GOOGLE, **fields):
    return browser.post("/review/pair", data=decision(left=left, right=right, answer=answer, **fields))


def test_the_nearest_open_pair_comes_first_and_then_the_next(browser):
    assert str(browser.get("/review/pairs").url.query, "ascii").startswith("left=openstreetmap%3Anode%2F1&right=google")

    decide_pair(browser)

    assert "node%2F2" in str(browser.get("/review/pairs").url.query, "ascii")


def test_a_pair_that_is_skipped_comes_again(browser):
    skipped = browser.get(f"/review/pairs?left={OSM}&right={GOOGLE}")
    again = browser.get(f"/review/pairs?left={OSM}&right={COUNCIL}")

    assert "node%2F2" in str(skipped.url.query, "ascii")
    assert "google" in str(again.url.query, "ascii")


def test_the_opinion_on_a_pair_is_hidden_until_the_decision(browser):
    before = browser.get(PAIR).text
    after = decide_pair(browser).text

    assert "54%" not in before
    assert "names are alike" not in before
    assert GYM not in before
    assert "54%" in after
    assert "names are alike" in after
    assert "you agree" in after


def test_a_decision_is_a_row_with_name_day_and_reason_and_a_line_with_the_time(browser, office):
    decide_pair(browser, "cannot_match", preset="another branch or another address")

    (row,) = office.rows("match_overrides")
    (entry,) = browser.app.state.seat.desk.journal.standing()
    assert row["decision"] == "cannot_match"
    assert (row["author"], row["reason"]) == ("Ada", "another branch or another address")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["decided_on"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.decided_at)


def test_the_name_is_remembered(browser):
    decide_pair(browser, author="Zoë Ål")

    assert 'value="Zoë Ål"' in browser.get(f"/review/pair?left={OSM}&right={COUNCIL}").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"author": " "}, "needs your name", id="no name"),
        pytest.param({"preset": ""}, "needs a reason", id="no reason"),
        pytest.param({"answer": "perhaps"}, "There is no answer", id="no answer"),
        pytest.param({"right": "openstreetmap:node/9"}, "not among the pairs", id="no pair of the queue"),
    ],
)
def test_an_incomplete_decision_writes_nothing(browser, office, fields, sentence):
    answer = browser.post("/review/pair", data=decision(left=OSM, right=GOOGLE, answer="must_match") | fields)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert office.rows("match_overrides") == []


def test_what_another_person_decided_is_shown_and_not_overwritten(office):
    with office.browser() as ada, office.browser() as bob:
        bob.get(PAIR)
        decide_pair(ada)
        shown = decide_pair(bob, "cannot_match", author="Bob", left=GOOGLE, right=OSM)

        assert shown.status_code == 409
        assert "Ada" in shown.text
        assert [row["author"] for row in office.rows("match_overrides")] == ["Ada"]

        seen = re.search(r'name="replaces" value="(\w+)"', shown.text)
        replaced = decide_pair(bob, "cannot_match", author="Bob", replaces=seen[1])

    assert replaced.status_code == 200
    assert [(row["author"], row["decision"]) for row in office.rows("match_overrides")] == [("Bob", "cannot_match")]


def test_a_decision_replaces_only_what_its_author_has_seen(office):
    with office.browser() as ada, office.browser() as bob:
        decide_pair(ada)
        mark_of_ada = re.search(r'name="replaces" value="(\w+)"', decide_pair(bob, author="Bob").text)[1]
        decide_pair(ada, "cannot_match", replaces=mark_of_ada)
        late = decide_pair(bob, author="Bob", replaces=mark_of_ada)

    assert late.status_code == 409
    assert [row["decision"] for row in office.rows("match_overrides")] == ["cannot_match"]


def test_many_people_at_once_lose_nothing(browser, office):
    from orchestrate.maintain.corrections import Signed
    from orchestrate.review.decisions import Wanted, pair_decision

    desk = browser.app.state.seat.desk

    def decide(number: int) -> None:
        keys = f"openstreetmap:node/{number}", f"openstreetmap:way/{number}"
        decide_ = pair_decision(*keys, "cannot_match", Signed("r", f"person {number}"))
        desk.record(Wanted("two places", "x", decide_))

    with ThreadPoolExecutor(8) as people:
        list(people.map(decide, range(12)))

    assert {row["author"] for row in office.rows("match_overrides")} == {f"person {n}" for n in range(12)}
    assert len(desk.journal.standing()) == 12


def test_a_contradiction_is_refused_and_nothing_is_written(browser, office):
    decide_pair(browser)
    decide_pair(browser, right=COUNCIL)
    contradicts = browser.post("/split", data=decision(entity=GYM, record=[GOOGLE], name="Thistle Gym"))

    assert contradicts.status_code in (400, 409)
    assert [row["decision"] for row in office.rows("match_overrides")] == ["must_match", "must_match"]


def test_undo_restores_the_seed_to_the_letter(browser, office):
    seed = office.seeds_dir / "match_overrides.csv"
    before = seed.read_bytes()
    entry = re.search(r'name="entry" value="([^"]+)"', decide_pair(browser).text)[1]

    undone = browser.post("/undo", data={"entry": entry, "author": "Ada", "back": PAIR})
    twice = browser.post("/undo", data={"entry": entry, "author": "Ada"})

    assert seed.read_bytes() == before
    assert "hidden until you have decided" in undone.text
    assert twice.status_code == 400


def test_undo_of_a_replacement_brings_back_what_stood_before(office):
    with office.browser() as ada, office.browser() as bob:
        decide_pair(ada)
        seen = re.search(r'name="replaces" value="(\w+)"', decide_pair(bob, "cannot_match", author="Bob").text)[1]
        replaced = decide_pair(bob, "cannot_match", author="Bob", replaces=seen)
        bob.post("/undo", data={"entry": re.search(r'name="entry" value="([^"]+)"', replaced.text)[1]})

    assert [(row["author"], row["decision"]) for row in office.rows("match_overrides")] == [("Ada", "must_match")]


def test_undo_does_not_lead_to_another_site(browser):
    entry = re.search(r'name="entry" value="([^"]+)"', decide_pair(browser).text)[1]

    undone = browser.post("/undo", data={"entry": entry, "back": "//evil.example/"}, follow_redirects=False)

    assert undone.headers["location"] == "/decisions"


def test_the_published_value_is_hidden_until_the_decision(browser, office):
    before = browser.get(CELL).text
    after = browser.post("/review/cell", data=decision(entity=GYM, field="phone", answer=mark(PHONES[1]))).text

    assert "4.5 points" not in before
    assert "trust" not in before
    assert "4.5 points" in after
    (row,) = office.rows("manual_overrides")
    assert (row["entity_id"], row["field_name"], row["value"]) == (GYM, "phone", PHONES[1])
    assert "<b>0</b> of 1 contested cells are open" in browser.get("/review/cells").text


def test_candidates_are_not_in_the_order_of_their_ranks():
    values = [f"value {number}" for number in range(20)]

    assert sorted(values, key=mark) != values


def test_another_value_is_read_before_it_is_written(browser, office):
    form = decision(entity=GYM, field="phone", answer="other")
    wrong = browser.post("/review/cell", data=form | {"value": "call us"})
    right = browser.post("/review/cell", data=form | {"value": "0131 496 0303"})

    assert wrong.status_code == 400
    assert "is not a phone number" in wrong.text
    assert right.status_code == 200
    assert [row["value"] for row in office.rows("manual_overrides")] == ["0131 496 0303"]


def test_an_entity_is_split_by_its_records(browser, office):
    page = browser.post("/split", data=decision(entity=GYM, record=[GOOGLE], name="Thistle Gym")).text

    rows = office.rows("match_overrides")
    assert [(row["left_record_key"], row["right_record_key"], row["decision"]) for row in rows] == [
        (GOOGLE, OSM, "cannot_match")
    ]
    assert "are two places" in page


def test_two_entities_are_joined(browser, office):
    browser.post("/join", data=decision(entity=GYM, other=POOL))

    (row,) = office.rows("match_overrides")
    assert row["decision"] == "must_match"
    assert {row["left_record_key"], row["right_record_key"]} <= {OSM, GOOGLE, COUNCIL}


def test_pairs_of_before_are_shown_while_a_run_writes(browser, office):
    browser.get("/review")
    with FileLock(office.settings.mode_dir / "warehouse.lock"):
        office.settings.warehouse_path.touch()

        assert browser.get(PAIR).status_code == 200


def test_a_journal_that_a_crash_cut_off_keeps_its_other_lines(browser, office):
    decide_pair(browser)
    journal = browser.app.state.seat.desk.journal
    with journal.path.open("ab") as file:
        file.write(b'{"id": "cut o')

    decide_pair(browser, right=COUNCIL)

    assert len(journal.standing()) == 2
