"""Models that think before they answer, and answers that have an end in every response mode."""

from __future__ import annotations

import json

import pytest

from extract.llm.batches import NO_ANSWER
from extract.llm.dialect import PROBE_TOKENS, THINKING_TOKENS, Dialect, without_thoughts
from tests.extract.llm.scripted_model import Model, ModelReply, Request, entry
from tests.extract.llm.test_batches import PHONE, modes, outcome, read

RED = '{"colour": "red", "others": []}'


def thinks(reply: ModelReply, least_tokens: int = 200):
    """Answers a request if it leaves room for the thoughts."""
    cut = ModelReply("", thoughts="The user wants", finish_reason="length")
    return lambda request: reply if request["max_tokens"] >= least_tokens else cut


@pytest.mark.parametrize(
    "answered",
    [
        pytest.param(lambda text: ModelReply(text, thoughts="Red it is."), id="apart"),
        pytest.param(lambda text: ModelReply(f"<think>\nRed {{it}} is.\n</think>\n{text}"), id="in-the-answer"),
        pytest.param(lambda text: ModelReply(f"Red it is.</think>{text}"), id="begun-by-the-server"),
        pytest.param(lambda text: ModelReply(f"<think>Red.</think>```json\n{text}\n```"), id="before-a-fence"),
    ],
)
def test_a_model_that_thinks_first_is_asked(model: Model, answered):
    model.probe = thinks(answered(RED))
    model.answer = lambda request: answered(f'{{"r1": {entry_text()}}}')

    report, kept = read(model)

    assert outcome(report) == (True, None, 1)
    assert [request["max_tokens"] for request in model.probes[:2]] == [PROBE_TOKENS, PROBE_TOKENS + THINKING_TOKENS]
    assert model.requests[0]["max_tokens"] > THINKING_TOKENS
    assert kept.outcomes == ["ok"]


def entry_text() -> str:
    return json.dumps(entry(PHONE))


def test_a_model_that_only_says_much_gets_no_more_tokens(model: Model):
    model.probe = lambda request: (
        ModelReply("Sure! " * 9, finish_reason="length") if request["max_tokens"] == PROBE_TOKENS else ModelReply(RED)
    )
    model.answer = lambda request: ModelReply(f'{{"r1": {entry_text()}}}')

    read(model)

    assert model.requests[0]["max_tokens"] < THINKING_TOKENS


def test_a_model_that_thinks_without_end_is_not_called_silent(model: Model):
    model.probe = thinks(ModelReply(RED), least_tokens=99_999)

    report, _ = read(model)

    assert report.sentence == (
        "The language model does not end its answer to a short question within 2,048 tokens; the rules read the texts "
        "alone. Set TRIGPOINT_LLM_MODEL to a model that thinks less."
    )
    assert len(model.probes) == 5  # one for each mode, and one with little room


def test_a_server_with_an_answer_of_no_use_is_not_called_silent(model: Model):
    model.probe = lambda request: ModelReply(body=b"<html>Welcome</html>")

    report, _ = read(model)

    assert "in no form that can be read (invalid_format)" in (report.sentence or "")
    assert report.sentence != NO_ANSWER


@pytest.mark.parametrize("mode", ["json_schema", "json_object+schema", "json_object", "prompt"])
def test_an_answer_has_an_end_in_every_response_mode(model: Model, mode: str):
    model.probe = lambda request: ModelReply(RED) if mode_of(request) == mode else ModelReply(status=400)
    model.answer = lambda request: ModelReply(f'{{"r1": {entry_text()}}}')

    read(model)

    assert mode_of(model.requests[0]) == mode
    assert 0 < model.requests[0]["max_tokens"] < 4000


def mode_of(request: Request) -> str:
    return modes([request])[0].replace("none", "prompt")


def lists_of(request: Request) -> dict:
    return request["response_format"]["json_schema"]["schema"]["properties"]["r1"]["properties"]["entities"]


def test_the_lists_of_a_schema_have_an_end(model: Model):
    model.probe = lambda request: ModelReply(RED)
    model.answer = lambda request: ModelReply(f'{{"r1": {entry_text()}}}')

    read(model)

    assert lists_of(model.requests[0])["maxItems"] == 3


def test_a_server_that_refuses_the_end_of_a_list_gets_none(model: Model):
    model.probe = lambda request: (
        ModelReply(status=400, error="Invalid schema: 'maxItems' is not permitted")
        if "maxItems" in str(request.get("response_format"))
        else ModelReply(RED)
    )
    model.answer = lambda request: ModelReply(f'{{"r1": {entry_text()}}}')

    report, _ = read(model)

    assert (report.response_mode, len(model.probes)) == ("json_schema", 2)
    assert "maxItems" not in lists_of(model.requests[0])


def test_thoughts_in_a_value_are_a_value():
    content = '{"quote": "a </think> b"}'

    assert without_thoughts(content) == content


def test_a_limit_has_room_for_thoughts():
    assert Dialect(thinking_tokens=100).request("m", [{"role": "user", "content": ""}], {}, 50)["max_tokens"] == 150
