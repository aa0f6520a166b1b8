"""JSON at its edges: what parsers disagree on is a fault of one record, and is kept as it came."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import JSONDecodeError

from ingest.wire import DEEPEST, Doubled, canonical, parse, verbatim, write

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param('{"a":{"b":NaN}}', "number out of range: a.b: NaN", id="nan"),
        pytest.param('{"a":[-Infinity]}', "number out of range: a.0: -Infinity", id="infinity"),
        pytest.param('{"a":1e999}', "number out of range: a: 1e999", id="too-large"),
        pytest.param(
            '{"a":' + "7" * 5000 + "}", "number out of range: a: 7777777777... (5,000 characters)", id="digits"
        ),
        pytest.param('{"a":{"b":1,"b":2}}', "duplicate key: a.b", id="doubled"),
        pytest.param('{"a":' + nested(DEEPEST) + "}", f"nested more than {DEEPEST} levels deep", id="deep"),
        pytest.param('{"a":NaN,"b":"\\ud83d"}', "number out of range: a: NaN", id="half-an-emoji-beside-it"),
    ],
)
def test_fault_is_named_and_text_kept_exactly(text, fault):
    written = write(parse(text))

    assert written.fault == fault
    assert verbatim(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "landed"),
    [
        pytest.param('{"a":123456789012345678901234567890}', None, id="more-than-64-bits"),
        pytest.param('{"a":' + nested(DEEPEST - 1) + "}", None, id="as-deep-as-may-be"),
        pytest.param(
            '{"a":"cut \\ud83d","\\ude00":[{},[],null,true,1.5]}', '{"a":"cut �","�":[{},[],null,true,1.5]}', id="half"
        ),
        pytest.param('{"":1,"*":2,"a\\"b":3}', None, id="odd-keys"),
    ],
)
def test_odd_values_land(text, landed):
    written = write(parse(text))

    assert (written.text, written.fault) == (landed or text, None)


def test_object_with_a_duplicate_key_still_has_its_id():
    feature = parse('{"id":"x","a":1,"a":2}')

    assert isinstance(feature, Doubled)
    assert feature["id"] == "x"


def test_two_keys_that_become_one_are_a_fault():
    assert write(parse('{"\\ud83d":1,"\\ud83e":2}')).fault == "duplicate key: \ufffd"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 100_000, id="lists-without-an-end"),
        pytest.param('{"a":' * 100_000, id="objects-without-an-end"),
        pytest.param(nested(5_000) + "]", id="one-bracket-more"),
        pytest.param("[" * 5_000 + '"', id="half-a-string"),
        "{",
        "",
        "nul",
        "\ufeff{}",
    ],
)
def test_invalid_json_is_refused_with_words(text):
    with pytest.raises(JSONDecodeError) as refused:
        parse(text)

    assert refused.value.msg


@given(JSON)
def test_ordinary_json_survives_a_round_trip(value):
    sent = json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    assert json.loads(write(parse(sent)).text) == value
    assert json.loads(canonical(parse(sent))) == value


@pytest.mark.parametrize("levels", [DEEPEST, 3 * DEEPEST, 100_000])
def test_deep_record_leaves_the_next_one_whole(levels):
    deep, whole = parse('[{"a":"]{\\"","b":' + nested(levels) + '},{"a":"["}]')

    assert (deep["a"], whole) == (']{"', {"a": "["})
    assert write(deep).fault == f"nested more than {DEEPEST} levels deep"
