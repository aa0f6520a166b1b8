"""`trigpoint explain` over a small published file: lookup, text, JSON, and hostile values."""

import io
import json

import duckdb
import pytest
from rich.console import Console

from orchestrate.contracts.explain import Explanation
from orchestrate.errors import UsageError
from orchestrate.explain.entity import explain
from orchestrate.render.explanation import render_explanation
from tests.printed import check_printed, printed

# Before the quote are letters of two, three and four bytes, and one that is made of two characters.
TEXT = "Ünïted Café — ⛳🏓 e\u0301tage.\nBook a court at any hour of the day. Tel: 0131 496 0000, every day.\nhttps://a.example/"
PHONE = TEXT.index("0131")
PAYLOAD = {"name": "Chess Club", "tags": {"phone": "+44 131 496 0901"}, "website": "https://chess.example"}

MARTS = """
create schema marts;
create table marts.entities as select * from (values
    ('tp_1', 'chess-club', 'Chess Club', '{"phone": 0.9712, "postcode": 0.5}'),
    ('tp_2', 'bridge-club', 'Bridge Club', '{}'),
    ('tp_3', 'tp_1', 'chess-club', '{}')
) as t (entity_id, slug, entity_name, field_confidence), (select 'place' as entity_class) as u (entity_class);
create table marts.entity_redirects as select 'tp_0' as old_entity_id, 'tp_1' as entity_id;
create table marts.entity_records as select * from (values
    ('tp_1', 'Chess Club'), ('tp_1', 'The Old Chess and Draughts Society'), ('tp_2', 'Bridge Club')
) as t (entity_id, entity_name);
create table marts.entity_conflicts as select
    'tp_1' as entity_id, 'phone' as field_name, '+441314960901' as losing_value, 'openstreetmap' as losing_source,
    'trust' as lost_because, 10.0::double as margin;
create table marts.entity_claims (
    claim_id varchar, entity_id varchar, field_name varchar, item varchar, value varchar, value_normalised varchar,
    claim_rank bigint,
    is_winner boolean, is_eligible boolean default true, lost_because varchar, strategy varchar default 'trust',
    address_rank bigint,
    source_name varchar, source_record_id varchar, verification varchar default 'verified', rejected_because varchar,
    text_completeness bigint default 0, trust double default 50, decayed_trust double default 50,
    age_days bigint default 0, confidence double default 0.9, independent_sources bigint default 1,
    support bigint default 3000, provenance_group varchar,
    margin double default 0, quote varchar, char_start integer, char_end integer, extraction_id varchar,
    read_by varchar, request_id varchar, payload_hash varchar, run_id varchar,
    fetched_at timestamp default timestamp '2026-01-02', source_updated_at timestamp,
    licence varchar default 'ODbL 1.0', may_republish boolean default true,
    licence_class varchar default 'share_alike', fits_osm boolean default true, expires_at timestamp
);
create table marts.record_evidence (
    record_key varchar, entity_id varchar, payload varchar, payload_hash varchar default 'h',
    run_id varchar default 'r1', request_id varchar, method varchar, url varchar, status bigint, started_at timestamp,
    fetched_at timestamp default timestamp '2026-01-02 03:04', mapped_columns json, result_rank bigint
);
create table marts.text_evidence (
    extraction_id varchar, entity_id varchar, text varchar, url varchar, extractor varchar default 'rules',
    extractor_version varchar default 'rules-4', model varchar, prompt_version varchar,
    extracted_at timestamp default timestamp '2026-01-02 03:05'
);
"""


def insert(marts, mart, **values):
    marts.execute(
        f"insert into marts.{mart} ({', '.join(values)}) values ({', '.join('?' * len(values))})",
        list(values.values()),
    )


def claim(marts, rank, field_name="phone", **values):
    base = {"claim_id": f"{field_name}{rank}", "entity_id": "tp_1", "field_name": field_name, "claim_rank": rank}
    insert(marts, "entity_claims", **base, is_winner=rank == 1, **values)


@pytest.fixture
def published(tmp_path):
    path = tmp_path / "sandbox" / "trigpoint.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as marts:
        marts.execute(MARTS)
        page = {"source_name": "serper", "source_record_id": "https://a.example/", "provenance_group": "a.example"}
        claim(
            marts, 1, value="+441314960000", **page, quote="0131 496 0000", char_start=PHONE, char_end=PHONE + 13,
            extraction_id="e1", read_by="rules-4", may_republish=False, expires_at="2026-02-01",
        )  # fmt: skip
        osm = {"source_name": "openstreetmap", "source_record_id": "node/1", "provenance_group": "openstreetmap"}
        claim(
            marts, 2, value="+441314960901", **osm, lost_because="trust", margin=10, trust=80, decayed_trust=40,
            age_days=1, independent_sources=2, source_updated_at="2025-12-31",
        )  # fmt: skip
        a_person = {"source_name": "manual_override", "source_record_id": "o1", "trust": None, "decayed_trust": None}
        claim(marts, 3, value="n/a", **a_person, lost_because="placeholder", quote="rang them", licence=None)
        claim(marts, 1, "postcode", value="EH1 1AA", strategy="group", address_rank=1, **osm)
        claim(marts, 2, "discovered_attributes", item="courts", value="3", lost_because="expired", **osm)
        insert(marts, "record_evidence", record_key="serper:https://a.example/", entity_id="tp_1", payload="{}")
        insert(
            marts, "record_evidence", record_key="openstreetmap:node/1", entity_id="tp_1", payload=json.dumps(PAYLOAD),
            request_id="q1", method="POST", url="https://osm.example/api", status=200, started_at="2026-01-02 03:04",
        )  # fmt: skip
        insert(marts, "text_evidence", extraction_id="e1", entity_id="tp_1", text=TEXT, url="https://a.example/")
    return path


def as_text(result, width=100, **console):
    out = Console(file=io.StringIO(), width=width, **console)
    render_explanation(Explanation.model_validate(result), out)
    return out.file.getvalue()


def on_one_line(text):
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("wanted", "entity_id"),
    [
        pytest.param("tp_1", "tp_1", id="an id goes before a slug of the same letters"),
        pytest.param("chess-club", "tp_1", id="a slug goes before a name"),
        pytest.param("CHESS club", "tp_1", id="name"),
        pytest.param("draughts  chess", "tp_1", id="words of a former name"),
        pytest.param("tp_0", "tp_1", id="absorbed"),
    ],
)
def test_an_entity_is_found_by(published, wanted, entity_id):
    result = printed(explain(published, wanted, "phone"))

    assert result["entity"]["entity_id"] == entity_id
    assert result["redirected_from"] == (wanted if wanted == "tp_0" else None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(
            ("nowhere", None),
            'No published entity has the id, slug or name "nowhere". To list all 3: trigpoint sql "select slug',
            id="no-such-entity",
        ),
        pytest.param(
            ("ches clbu", None),
            'or name "ches clbu". Nearest: chess-club, tp_1. To list all 3: trig',
            id="misspelt name",
        ),
        pytest.param(("chess-centre", None), "Nearest: chess-club, tp_1. To list all 3", id="another's slug"),
        pytest.param(("club", None), "2 entities match", id="several"),
        pytest.param(
            ("tp_1", "shoe_size"), "There are claims about: discovered_attributes, phone, postcode.", id="field"
        ),
        pytest.param(("tp_1", ""), 'No source states a "" that could be read', id="no field's name"),
        pytest.param(("", None), 'No published entity has the id, slug or name ""', id="no name"),
    ],
)
def test_what_is_not_there_is_a_sentence(published, arguments, words):
    with pytest.raises(UsageError, match=words):
        explain(published, *arguments)


def test_a_cell_has_each_record_and_text_once(published):
    result = printed(explain(published, "tp_1", "phone"))

    (cell,) = result["cells"]
    assert (result["schema"], result["field_name"]) == ("trigpoint.explain/4", "phone")
    assert (cell["field_name"], cell["strategy"], cell["confidence"]) == ("phone", "trust", 0.9712)
    assert cell["contested_by"]["losing_value"] == "+441314960901"
    assert [claim["lost_because"] for claim in cell["claims"]] == [None, "trust", "placeholder"]
    assert [claim["record_key"] in result["records"] for claim in cell["claims"]] == [True, True, False]
    record = result["records"]["openstreetmap:node/1"]
    assert (record["payload"], record["run_id"]) == (PAYLOAD, "r1")
    assert record["call"] == {
        "request_id": "q1", "method": "POST", "url": "https://osm.example/api", "status": 200,
        "started_at": "2026-01-02T03:04:00Z",
    }  # fmt: skip
    assert result["records"]["serper:https://a.example/"]["call"] is None
    winner, text = cell["claims"][0], result["texts"]["e1"]["text"]
    assert text[winner["char_start"] : winner["char_end"]] == winner["quote"]


def test_a_quote_is_marked_after_any_letters(published):
    result = printed(explain(published, "tp_1", "phone"))

    plain = on_one_line(as_text(result))
    without_colour = as_text(result, 200, force_terminal=True, color_system="standard", no_color=True)
    in_colour = as_text(result, 200, force_terminal=True, color_system="standard")

    assert "… — ⛳🏓 e\u0301tage. Book a court at any hour of the day. Tel: «0131 496 0000», every day. https" in plain
    assert "«0131 496 0000»" in without_colour
    assert "\x1b[30;43m0131 496 0000\x1b[0m, every" in in_colour
    assert "«" not in in_colour


def test_a_quote_that_is_not_where_it_should_be_is_shown_alone(published):
    result = printed(explain(published, "tp_1", "phone"))
    result["texts"]["e1"]["text"] = "Another text"

    assert "quote «0131 496 0000» read" in on_one_line(as_text(result))


def test_each_claim_has_ranking_licence_record_and_call(published):
    text = on_one_line(as_text(printed(explain(published, "tp_1", "phone"))))

    for part in (
        "✓ +441314960000 serper ranked verified · trust 50 → 50 after 0 days · support 3000 from 1 independent source "
        "(this one: a.example) · extractor 0.9 sure · stated 2026-01-02 "
        "licence ODbL 1.0; may not be republished; kept until 2026-02-01",
        "read by rules-4 at https://a.example/",
        "+441314960901 openstreetmap trust: its source is trusted less; margin 10 "
        "ranked verified · trust 80 → 40 after 1 day · support 3000 from 2 independent sources · extractor 0.9 sure "
        "· stated 2025-12-31 licence ODbL 1.0; may be republished",
        '"phone":"«+44 131 496 0901»"',
        "record openstreetmap:node/1, fetched 2026-01-02 03:04 UTC, run r1 "
        "call POST https://osm.example/api, 200, 2026-01-02 03:04 UTC",
        "n/a manual_override placeholder: it is a placeholder, not a value; margin 0 ranked verified · trust unknown",
        "licence unknown; may be republished because rang them record manual_override:o1",
    ):
        assert part in text
    assert text.endswith(
        "Confidence 0.97. Contested: openstreetmap says +441314960901, 10 points of trust behind (trust)."
    )


def test_an_address_has_a_rank_and_an_empty_cell_says_so(published):
    postcode = as_text(printed(explain(published, "tp_1", "postcode")))
    empty = as_text(printed(explain(published, "tp_1", "discovered_attributes")))

    assert "address 1 · verified" in postcode
    assert "Confidence 0.50.\n" in postcode
    assert "courts: 3  openstreetmap  expired: its source's retention limit has passed" in empty
    assert "No claim is eligible" in empty


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"verification": "rejected"}, "unverified: not in its text", id="rejected"),
        pytest.param({"verification": "inferred"}, "unverified: the winner is verified better", id="inferred"),
        pytest.param({"lost_because": "new"}, "new: ; margin", id="a reason of a later version"),
    ],
)
def test_the_loss_reason_is_in_words(published, changes, words):
    result = printed(explain(published, "tp_1", "phone"))
    result["cells"][0]["claims"][1] |= {"lost_because": "unverified", **changes}

    assert words in on_one_line(as_text(result))


@pytest.mark.parametrize(
    ("value", "payload", "shown"),
    [
        pytest.param("EH15 1DR", {"at": "Portobello EH151DR."}, "Portobello «EH151DR».", id="spaced otherwise"),
        pytest.param("+441314960000", {"tel": "(0131) 496-0000"}, "«(0131) 496-0000»", id="without the country"),
        pytest.param("+441314960000", {"id": 99131496000012, "x": 1}, '{"id":99131496000012,"x":1}', id="in a number"),
        pytest.param("true", {"wifi": True}, '{"wifi":true}', id="a word that is everywhere"),
        pytest.param("3", {"courts": 3}, '{"courts":3}', id="too short to be sought"),
        pytest.param("a.c.e.g", {"x": "abcdefg"}, '{"x":"abcdefg"}', id="letters in between"),
        pytest.param("x", "not { json", "not { json", id="not JSON"),
        pytest.param("x", {"long": "y" * 500}, '{"long":"' + "y" * 151 + "…", id="long"),
    ],
)
def test_a_value_is_marked_in_its_payload_in_any_spelling(published, value, payload, shown):
    result = printed(explain(published, "tp_1", "phone"))
    result["cells"][0]["claims"][1]["value"] = value
    result["records"]["openstreetmap:node/1"]["payload"] = payload

    text = as_text(result, 400)

    assert shown in text
    assert text.count("«") == ("«" in shown) + 1  # and the quote's


@pytest.mark.parametrize("width", [80, 100, 160])
def test_an_entity_is_a_line_a_field_at_any_width(published, width):
    with duckdb.connect(str(published)) as marts:
        marts.execute("update marts.entity_claims set value = repeat('long ', 60) where field_name = 'postcode'")

    lines = [line.rstrip() for line in as_text(printed(explain(published, "tp_1", None)), width).splitlines()]

    assert lines[0] == "Chess Club  tp_1  chess-club"
    assert lines[2].split() == ["field", "value", "source", "sure", "others"]
    assert [line.split()[0] for line in lines[3:6]] == ["discovered_attributes", "phone", "postcode"]
    assert lines[4].split() == ["phone", "+441314960000", "serper", "0.97", "2", "contested"]
    long_value = lines[5 if width >= 100 else 6]  # a narrow table has it below, over the whole width
    assert "long long" in long_value
    assert ("…" in long_value) == (width >= 100)
    assert width >= 100 or sum(line.split().count("long") for line in lines) == 60  # a narrow line continues below
    assert max(map(len, lines[2:6])) <= width
    assert lines[-1] == "To see the claims about one field: trigpoint explain chess-club phone"


HOSTILE = "[red]\\[/red] [link=x] :warning: \x1b[2J \x9b2J \u202e \x07"


@pytest.fixture
def cli(published, monkeypatch, capsys):
    """`cli("explain", "tp_1")` -> exit code, stdout, stderr; in this process."""
    from orchestrate.cli import main

    monkeypatch.setenv("TRIGPOINT_DATA_DIR", str(published.parent.parent))
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
def hostile(published):
    """Wherever a source has a word, it tries to control the terminal."""
    with duckdb.connect(str(published)) as marts:
        for mart, columns in {
            "entities": ("entity_name",),
            "entity_claims": ("value", "item", "quote", "read_by", "provenance_group", "licence", "lost_because"),
            "entity_conflicts": ("losing_value",),
            "record_evidence": ("url",),
            "text_evidence": ("text", "url"),
        }.items():
            for column in columns:
                marts.execute(f"update marts.{mart} set {column} = ?", [HOSTILE])
        payload = json.dumps({"name": HOSTILE, "half": "\ud800"})
        marts.execute("update marts.record_evidence set payload = ?", [payload])
        marts.execute("update marts.entity_claims set char_start = 0, char_end = ?", [len(HOSTILE)])
    return published


@pytest.mark.parametrize("field", [None, "phone"])
def test_text_from_outside_is_never_our_markup_or_the_terminals(hostile, field):
    text = as_text(printed(explain(hostile, "tp_1", field)), 500)

    assert "[red]\\[/red] [link=x] :warning: \N{REPLACEMENT CHARACTER}[2J \N{REPLACEMENT CHARACTER}2J" in text
    assert [c for c in text if not c.isprintable() and c != "\n"] == []


@pytest.mark.parametrize("field", [[], ["phone"]])
def test_json_escapes_control_characters(cli, hostile, field):
    code, out, _ = cli("explain", "tp_1", *field, "--json")

    result = json.loads(out)
    assert code == 0
    assert [c for c in out if not c.isprintable() and c != "\n"] == []
    assert result["entity"]["entity_name"] == HOSTILE
    assert result["records"]["openstreetmap:node/1"]["payload"] == {"name": HOSTILE, "half": "\ud800"}


@pytest.mark.parametrize("mart", ["record_evidence", "text_evidence"])
def test_a_file_without_evidence_must_be_published_again(cli, published, mart):
    with duckdb.connect(str(published)) as marts:
        marts.execute(f"drop table marts.{mart}")

    code, out, err = cli("explain", "chess-club", "phone")

    assert (code, out, "Traceback" in err) == (2, "", False)
    assert "kept no evidence. Publish again: make run QUERY=" in err


def test_a_file_with_other_columns_must_be_published_again(cli, published):
    with duckdb.connect(str(published)) as marts:
        marts.execute("alter table marts.entity_claims drop column support")

    code, out, err = cli("explain", "chess-club", "phone")

    assert (code, out) == (2, "")
    assert "comes from another version, with other columns. Publish again: trigpoint build" in err


def test_a_payload_that_is_no_json_is_shown_as_it_came(cli, published):
    with duckdb.connect(str(published)) as marts:
        marts.execute("update marts.record_evidence set payload = '{broken'")

    _, as_json, _ = cli("explain", "chess-club", "phone", "--json")
    code, out, _ = cli("explain", "chess-club", "phone")

    assert json.loads(as_json)["records"]["openstreetmap:node/1"]["payload"] == "{broken"
    assert code == 0
    assert "payload  {broken" in out


def test_a_derived_value_has_its_reason_and_no_rank(published):
    with duckdb.connect(str(published)) as marts:
        derived = {"trust": None, "decayed_trust": None, "confidence": None, "independent_sources": 0, "support": 0}
        claim(
            marts, 1, "locality", value="Leith", strategy="derived", source_name="derived", verification="derived",
            quote="point 55.97 -3.17, postcode district EH6", **derived,
        )  # fmt: skip

    shown = on_one_line(as_text(printed(explain(published, "tp_1", "locality"))))

    assert "✓ Leith derived" in shown
    assert "ranked derived licence" in shown
    assert "because point 55.97 -3.17, postcode district EH6" in shown
