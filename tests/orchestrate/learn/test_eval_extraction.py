"""The gold set scores three readers as expected: a right one, an inventing one and a silent one."""

import asyncio
import json
from pathlib import Path

import duckdb
import pytest

from extract.llm.client import LlmSettings
from extract.schema import FIELDS
from orchestrate.errors import UsageError
from orchestrate.learn.eval_extraction import (
    SCORED,
    GoldText,
    Tally,
    compare,
    countries_of,
    evaluate_extraction,
    found_values,
    read_gold,
)
from orchestrate.settings import PROJECT_ROOT
from tests.extract.llm.inventing_model import INVENTED
from tests.extract.llm.scripted_model import KEY, Model, ModelReply, entry, finding, model, texts_of
from tests.orchestrate.conftest import as_json
from tests.printed import printed

__all__ = ["model"]

GOLD = PROJECT_ROOT / "tests" / "data" / "extraction_gold.jsonl"
SNIPPETS = PROJECT_ROOT / "tests" / "data" / "snippets"
TEXTS = {f"{text.title}\n{text.snippet}\n{text.link}": text for text in read_gold(GOLD) if isinstance(text, GoldText)}


def test_the_gold_set_is_large_and_mostly_silent():
    texts = [text for text in TEXTS.values() if text.aboutness in ("same", "other_branch")]
    scored = len(FIELDS) - 1

    absent = sum(scored - len(text.fields) for text in texts)

    assert len(TEXTS) >= 150
    assert absent >= 0.4 * scored * len(texts)


def invented(result: dict) -> int:
    return sum(tally["invented"] for tally in result["fields"].values())


def test_the_rules_alone_read_most_and_invent_nothing():
    result = printed(asyncio.run(evaluate_extraction(GOLD, None, None)))

    assert result["texts"] == len(TEXTS)
    assert result["precision"] > 0.99
    assert result["recall"] > 0.89
    assert invented(result) == 0
    assert result["aboutness_right"] > 160


@pytest.mark.parametrize(
    ("name", "texts", "precision", "recall", "most_invented"),
    [
        pytest.param("built_with", 180, 0.99, 0.91, 0, id="built-with"),
        pytest.param("held_out", 40, 0.99, 0.86, 0, id="once-held-out"),
        pytest.param("worldwide_a", 41, 0.92, 0.89, 13, id="other-author"),
        pytest.param("worldwide_b", 40, 0.94, 0.88, 10, id="other-author-never-read"),
    ],
)
def test_the_rules_alone_read_results_of_the_whole_world(name, texts, precision, recall, most_invented):
    result = printed(asyncio.run(evaluate_extraction(SNIPPETS / f"{name}.jsonl", None, None)))

    assert result["texts"] == texts
    assert result["precision"] > precision
    assert result["recall"] > recall
    assert invented(result) <= most_invented


def test_the_world_of_the_gold_sets_is_wide():
    texts = [text for path in SNIPPETS.iterdir() for text in read_gold(path)]
    about_one = [text for text in texts if text.fields]

    assert len(set(countries_of({text.city for text in texts if text.city}).values())) >= 25
    assert sum(len(SCORED) - len(text.fields) for text in about_one) >= 0.4 * len(SCORED) * len(about_one)


def test_the_best_claim_of_a_field_is_compared_first():
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema extract;
            create table extract.extractions as
            select 'e1' as extraction_id, 'a' as source_record_id, 'same' as aboutness;
            create table extract.claims as
            select 'e1' as extraction_id, 0 as entity_index, 'phone' as field_name, 0 as char_start, claims.*
            from (
                values
                ('inferred by the model', 'inferred', 0.9, 'llm'),
                ('verified by rules', 'verified', 0.8, 'rules'),
                ('verified by the model', 'verified', 0.8, 'llm')
            ) as claims (value, verification, confidence, extractor)
            """
        )

        _, values = found_values(connection)["a"]

    assert values["phone"] == ["verified by the model", "verified by rules", "inferred by the model"]


class TruthfulModel:
    """Answers with the values of the gold set and their quotes and, on request, a third more invented values."""

    def __init__(self, invents: bool) -> None:
        self.invents = invents

    def answer(self, request: dict) -> ModelReply:
        return ModelReply({key: self._entry(text) for key, text in texts_of(request).items()})

    def _entry(self, shown: str) -> dict:
        gold = next(
            text for text in TEXTS.values() if _seen(shown) in _seen(f"{text.title} {text.snippet} {text.link}")
        )
        said = []
        for name, value in gold.fields.items():
            parts = [{key: part} for key, part in value.items()] if name == "discovered_attributes" else value
            for one in parts if isinstance(parts, list) else [value]:
                result = one if isinstance(one, str) else json.dumps(one)
                said += [finding(name, line, result) for line in (gold.title, gold.snippet, gold.link)]
        if self.invents:
            silent = [name for name in FIELDS if name not in gold.fields]
            said += [finding(name, gold.title, INVENTED[name]) for name in silent[: len(FIELDS) // 3]]
        return entry(*said, aboutness=gold.aboutness)


def _seen(text: str) -> str:
    return "".join(text.split())


def test_invented_values_do_not_remove_true_ones(model: Model):
    def measure(invents: bool) -> dict:
        model.answer = TruthfulModel(invents).answer
        settings = LlmSettings(model.url, KEY, "m", concurrency=4)
        return printed(asyncio.run(evaluate_extraction(GOLD, settings, None)))

    honest, inventing = measure(invents=False), measure(invents=True)

    assert honest["recall"] > 0.85
    assert inventing["recall"] >= honest["recall"] - 0.02
    assert inventing["precision"] >= honest["precision"] - 0.005


def test_the_scores_of_a_reader_are_by_field(trigpoint, tmp_path):
    gold = {
        "id": "a", "query": "tennis", "title": "Shore Tennis Club | Leith", "link": "https://shoretennis.example/",
        "snippet": "Tel: 0131 496 0123.", "aboutness": "same",
        "fields": {"entity_name": "Shore Tennis Club", "phone": "+441314960199", "email": "a@shoretennis.example"},
    }  # fmt: skip
    (tmp_path / "gold.jsonl").write_text(json.dumps(gold) + "\n")

    result = as_json(trigpoint("eval", "extraction", "--gold", str(tmp_path / "gold.jsonl"), "--json"))

    fields = {name: [key for key, count in tally.items() if count] for name, tally in result["fields"].items()}
    assert fields["entity_name"] == ["correct"]
    assert fields["phone"] == ["wrong"]
    assert fields["email"] == ["omitted"]
    assert fields["website_url"] == ["invented"]
    assert fields["wifi"] == ["absent"]
    assert {"id": "a", "field": "phone", "gold": "+441314960199", "found": ["+441314960123"]} in result["mistakes"]


@pytest.mark.parametrize(
    ("name", "gold", "found", "tally"),
    [
        pytest.param("entity_name", "Shore Gym Leith", ["Shore Gym"], Tally(correct=1), id="name-without-its-town"),
        pytest.param("entity_name", "Shore Gym", ["Links Gym"], Tally(wrong=1), id="other-name"),
        pytest.param("website_url", "https://a.example/x", ["http://www.a.example"], Tally(correct=1), id="same-site"),
        pytest.param("wifi", False, ["false"], Tally(correct=1), id="no"),
        pytest.param("wifi", None, ["false"], Tally(invented=1), id="silence-is-no-no"),
        pytest.param(
            "opening_hours",
            {"mo": [["09:00", "24:00"]], "su": []},
            ['{"mo": [["09:00", "23:59"]]}'],
            Tally(correct=1),
            id="closed-days-and-midnight",
        ),
        pytest.param(
            "canonical_roles",
            ["club", "venue"],
            ["club", "retailer"],
            Tally(correct=1, omitted=1, invented=1),
            id="lists",
        ),
        pytest.param(
            "discovered_attributes", {"courts": 6}, ['{"squash_courts": 6}'], Tally(correct=1), id="names-are-free"
        ),
        pytest.param(
            "discovered_attributes", {"courts": 6}, ['{"courts": 7}'], Tally(omitted=1, invented=1), id="counts"
        ),
    ],
)
def test_values_are_compared_as_a_person_would(name, gold, found, tally):
    assert compare(name, gold, found) == tally


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("{", "line 1", id="no-json"),
        pytest.param('{"id": "a"}', "line 1: query is missing.", id="incomplete"),
        pytest.param(
            json.dumps({**next(iter(TEXTS.values())).model_dump(), "fields": {"shoe": 1}}), "shoe", id="field"
        ),
        pytest.param("\n".join([next(iter(TEXTS.values())).model_dump_json()] * 2), "same id", id="twice"),
    ],
)
def test_an_invalid_gold_set_is_a_sentence(tmp_path: Path, text, words):
    path = tmp_path / "gold.jsonl"
    if text is not None:
        path.write_text(text)

    with pytest.raises(UsageError, match=words):
        read_gold(path)


def test_a_note_is_allowed_and_ignored():
    assert GoldText.model_validate({**next(iter(TEXTS.values())).model_dump(), "note": "hm"}).note == "hm"
