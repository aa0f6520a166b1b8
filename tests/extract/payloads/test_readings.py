"""Payloads are read once, at the paths of the seed. A reading is deleted with its payload."""

import json
import time
from copy import deepcopy
from dataclasses import replace

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.payloads import kinds
from extract.payloads.kinds import load_readers
from extract.payloads.readings import read_payloads
from orchestrate.settings import SEEDS_DIR
from orchestrate.store.warehouse import create_tables
from tests.extract.areas import IN_BRITAIN

READERS = load_readers(SEEDS_DIR, {"clubs": None})


@pytest.fixture
def warehouse():
    with duckdb.connect() as connection:
        create_tables(connection)
        add_run(connection, "in_edinburgh", "GB", (55.85, -3.40, 56.00, -3.00))
        yield connection


def add_run(warehouse, run_id, country, box):
    warehouse.execute(
        "insert into ops.runs (run_id, query, mode, status, started_at, area_country, area_south, area_west, "
        "area_north, area_east) values (?, 'q', 'live', 'completed', '2026-01-01', ?, ?, ?, ?, ?)",
        [run_id, country, *box],
    )


def land(warehouse, record_id, payload, at="2026-01-01", payload_hash=None, run_id="in_edinburgh"):
    text = payload if isinstance(payload, str) else json.dumps(payload)
    warehouse.execute(
        "insert into raw.openstreetmap (run_id, source_record_id, payload, payload_hash, fetched_at) "
        "values (?, ?, ?, ?, ?)",
        [run_id, record_id, text, payload_hash or f"hash of {text}", at],
    )


def phones(warehouse):
    return warehouse.execute(
        "select source_record_id, value, written, path from extract.readings where field_name = 'phone' order by all"
    ).fetchall()


def list_row(warehouse, mapping_version="m1", **fields):
    columns, marks = ", ".join(fields), ", ".join("?" * len(fields))
    warehouse.execute(
        f"insert into raw.list_fields (source_name, source_record_id, payload_hash, mapping_version, {columns}) "
        f"values ('clubs', '1', 'h', ?, {marks})",
        [mapping_version, *fields.values()],
    )


def readings_of(warehouse, *names):
    found = warehouse.execute(
        "select field_name, value, written, path from extract.readings where source_name = 'clubs' order by all"
    ).fetchall()
    return [row for row in found if row[0] in names]


def said(source, payload):
    """The readings of a payload, by field."""
    return {reading.field_name: reading.value for reading in READERS.read(source, json.dumps(payload), IN_BRITAIN)}


def test_each_record_version_is_read_with_its_paths(warehouse):
    land(warehouse, "node/1", {"tags": {"phone": "yes", "contact:phone": "0131 496 0001"}})
    land(warehouse, "node/1", {"tags": {"contact:mobile": "07700 900001"}}, at="2026-01-02")

    read_payloads(warehouse, SEEDS_DIR)

    assert phones(warehouse) == [
        ("node/1", "+441314960001", "0131 496 0001", "/tags/contact:phone"),
        ("node/1", "+447700900001", "07700 900001", "/tags/contact:mobile"),
    ]


def test_a_list_is_read_by_the_names_of_its_fields(warehouse):
    list_row(
        warehouse,
        phone=["0131 496 0001", "07700 900001"],
        country=["United Kingdom"],
        easting=["325897"],
        northing=["673932"],
        crs=["EPSG:27700"],
        opening_hours=["Mon to Fri 9am-5pm"],
    )

    read_payloads(warehouse, SEEDS_DIR)

    (_, latitude, *_), (_, hours, *_), phone = readings_of(warehouse, "opening_hours", "latitude", "phone")
    assert phone == ("phone", "+441314960001", "0131 496 0001", "/phone/0")
    assert (round(float(latitude), 2), json.loads(hours)["mo"]) == (55.95, [["09:00", "17:00"]])


@pytest.mark.parametrize(
    ("country", "text", "week"),
    [
        pytest.param("DE", "Mo-Fr 9-18 Uhr", {"mo": "09:00-18:00", "fr": "09:00-18:00"}, id="german"),
        pytest.param("DE", "Mo-Fr 09:00-18:00", {"mo": "09:00-18:00", "fr": "09:00-18:00"}, id="grammar"),
        pytest.param(
            "CA", "Lundi au vendredi 9h-17h", {"mo": "09:00-17:00", "fr": "09:00-17:00"}, id="second-language"
        ),
        pytest.param("BE", "ma-vr 9.00-17.00 uur", {"mo": "09:00-17:00", "fr": "09:00-17:00"}, id="dutch"),
        pytest.param("BE", "ma 9:00-17:00", None, id="monday-in-dutch-tuesday-in-french"),
        pytest.param("BE", "Monday 9am-5pm", {"mo": "09:00-17:00"}, id="english-abroad"),
        pytest.param("JP", "月～金 9:00-18:00", {"mo": "09:00-18:00", "fr": "09:00-18:00"}, id="japanese"),
        pytest.param("GB", "Mo-Fr 9-18 Uhr", None, id="another-country"),
    ],
)
def test_hours_of_a_list_are_read_in_the_languages_of_its_country(warehouse, country, text, week):
    list_row(warehouse, country=[country], opening_hours=[text])

    read_payloads(warehouse, SEEDS_DIR)

    ((_, hours, *_),) = readings_of(warehouse, "opening_hours")
    found = json.loads(hours) if hours else {}
    ends = {day: "-".join(found[day][0]) for day in ("mo", "fr") if day in found}
    assert (ends or None) == week


def test_a_changed_mapping_reads_a_list_again(warehouse):
    list_row(warehouse, phone=["0131 496 0001"], country=["GB"])
    read_payloads(warehouse, SEEDS_DIR)
    warehouse.execute("delete from raw.list_fields")
    list_row(warehouse, "m2", phone=["0131 496 0002"], country=["GB"])

    read_payloads(warehouse, SEEDS_DIR)
    again = readings_of(warehouse, "phone")
    warehouse.execute("delete from raw.list_fields")
    read_payloads(warehouse, SEEDS_DIR)

    assert [value for _, value, *_ in again] == ["+441314960002"]
    assert readings_of(warehouse, "phone") == []


def test_a_list_that_was_read_is_looked_at_again_only_if_something_came_or_went(warehouse):
    list_row(warehouse, phone=["0131 496 0001"], country=["GB"])
    read_payloads(warehouse, SEEDS_DIR)
    warehouse.execute("update extract.readings set reader_version = 'another' where field_name = 'phone'")
    read_payloads(warehouse, SEEDS_DIR)
    left = warehouse.execute("select count(*) from extract.readings where reader_version = 'another'").fetchall()

    warehouse.execute("delete from extract.readings")
    read_payloads(warehouse, SEEDS_DIR)

    assert left == [(1,)]
    assert [value for _, value, *_ in readings_of(warehouse, "phone")] == ["+441314960001"]


def test_only_another_reader_version_reads_again(warehouse, monkeypatch):
    land(warehouse, "node/1", {"tags": {"phone": "0131 496 0001"}})
    read_payloads(warehouse, SEEDS_DIR)
    warehouse.execute("update extract.readings set value = 'held' where field_name = 'phone'")

    read_payloads(warehouse, SEEDS_DIR)
    before = phones(warehouse)
    monkeypatch.setattr(kinds, "READERS_VERSION", "another")
    read_payloads(warehouse, SEEDS_DIR)

    assert [row[1] for row in before] == ["held"]
    assert [row[1] for row in phones(warehouse)] == ["+441314960001"]


def test_reading_is_deleted_with_its_payload(warehouse):
    land(warehouse, "node/1", {"tags": {"phone": "0131 496 0001"}})
    land(warehouse, "node/2", {"tags": {"phone": "0131 496 0002"}})
    land(warehouse, "node/3", {"tags": {"phone": "0131 496 0003"}})
    read_payloads(warehouse, SEEDS_DIR)
    warehouse.execute("delete from raw.openstreetmap where source_record_id = 'node/1'")
    warehouse.execute("update raw.openstreetmap set purged_at = now()::timestamp where source_record_id = 'node/2'")

    read_payloads(warehouse, SEEDS_DIR)

    assert [row[0] for row in phones(warehouse)] == ["node/3"]


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("no json", id="no-json"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param('{"tags": 1}', id="no-tags"),
        pytest.param('{"tags": {"phone": ["0131 496 0001", {"a": 1}], "*": 1, "": 2, "a\\"b": 3}}', id="odd-keys"),
        pytest.param('{"tags": {"phone": "\\ud800", "opening_hours": "\\ud800"}}', id="half-a-character"),
        pytest.param('{"tags": {"phone": ' + "9" * 5000 + "}}", id="a-number-beyond-all-bounds"),
        pytest.param('{"tags": {"phone": NaN}}', id="not-a-number"),
    ],
)
def test_no_payload_stops_the_reading(warehouse, payload):
    land(warehouse, "node/1", payload)
    land(warehouse, "node/2", {"tags": {"phone": "0131 496 0002"}})

    read_payloads(warehouse, SEEDS_DIR)

    assert ("node/2", "+441314960002", "0131 496 0002", "/tags/phone") in phones(warehouse)


def test_field_name_ignores_case_and_punctuation():
    council = {"type": "Feature", "properties": {"Phone_Number": "0131 496 0003"}}

    assert said("edinburgh_council", council)["phone"] == "+441314960003"


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("Telephone_No", "0131 496 0003", "phone", "+441314960003"),
        ("CONTACT_TEL", "0131 496 0003", "phone", "+441314960003"),
        ("Postal_Code", "eh11 1aa", "postcode", "EH11 1AA"),
        ("PCode", "EH111AA", "postcode", "EH11 1AA"),
        ("Website_URL", "larch.example", "website_url", "https://larch.example"),
        ("Hyperlink", "larch.example", "website_url", "https://larch.example"),
        ("Email_Add", "hall@larch.example", "email", "hall@larch.example"),
        ("Addr1", "9 Gorse Row", "street_address", "9 Gorse Row"),
        ("PREMISES", "Larch Hall", "entity_name", "Larch Hall"),
        ("FAX_NO", "0131 496 0003", "phone", None),
    ],
)
def test_council_layers_may_have_other_field_names(name, text, field, value):
    assert said("edinburgh_council", {"properties": {name: text}}).get(field) == value


def test_later_values_are_kept_as_others():
    tags = {"phone": "0131 496 0001; 0131 496 0002", "contact:mobile": "07700 900001"}

    (phone,) = [
        r for r in READERS.read("openstreetmap", json.dumps({"tags": tags}), IN_BRITAIN) if r.field_name == "phone"
    ]

    assert phone.value == "+441314960001"
    assert phone.others == ("+441314960002", "+447700900001")


def test_an_operator_s_phone_and_site_are_not_the_place_s():
    operator = {"PhonePrimaryContact": "0800 496 0000", "WebsiteURL": "https://volt.example"}
    own = {"ContactTelephone1": "0131 496 0007", "RelatedURL": "https://hall.example"}
    lent = {"ContactTelephone1": "0800 4960000", "RelatedURL": "https://www.volt.example/map"}

    found = [said("open_charge_map", {"AddressInfo": info, "OperatorInfo": operator}) for info in (own, lent)]

    assert [(place["phone"], place["website_url"]) for place in found] == [
        ("+441314960007", "https://hall.example"),
        (None, None),
    ]


def test_a_fax_is_no_phone():
    assert "phone" not in said("openstreetmap", {"tags": {"fax": "0131 496 0001", "contact:fax": "0131 496 0001"}})


@pytest.mark.parametrize(
    ("payload", "week"),
    [
        pytest.param(
            {
                "openingHours": {
                    "Monday": "9\u202fAM–12\u202fPM, 1–5\u202fPM",
                    "Tuesday": "Closed",
                    "Sunday": "Open 24 hours",
                }
            },
            {"mo": [["09:00", "12:00"], ["13:00", "17:00"]], "su": [["00:00", "24:00"]]},
            id="day-by-day",
        ),
        pytest.param({"openingHours": {"Monday": "9 AM–5 PM", "Tuesday": "by request"}}, None, id="one-day-unread"),
        pytest.param({"openingHours": {"Monday": "9 AM–5 PM", "Tuesday": {}}}, None, id="one-day-of-another-type"),
        pytest.param({"openingHours": []}, None, id="of-another-type"),
        pytest.param({"attributes": {"Hours": "Mon 10am-4pm"}}, {"mo": [["10:00", "16:00"]]}, id="sentence"),
        pytest.param({"attributes": {"Hours": "Closed ⋅ Opens 9 am Mon"}}, None, id="what-holds-now"),
    ],
)
def test_hours_in_words_are_a_week_or_nothing(payload, week):
    found = said("serper", payload).get("opening_hours")

    assert (json.loads(found) if found else None) == week


def test_failing_reader_does_not_affect_others():
    readers = load_readers(SEEDS_DIR)

    def fails(parts, country):
        raise ZeroDivisionError

    readings = replace(readers, kinds={**readers.kinds, "web": fails}).read(
        "google_places",
        json.dumps({"websiteUri": "https://a.example/", "nationalPhoneNumber": "0131 496 0001"}),
        IN_BRITAIN,
    )

    found = {reading.field_name: (reading.value, reading.reason) for reading in readings}
    assert found["phone"] == ("+441314960001", None)
    assert found["web"] == (None, "fault: ZeroDivisionError")


def test_too_long_text_is_not_read():
    """The time of some readers grows with the square of the length."""
    started = time.perf_counter()

    found = said("google_places", {"formattedAddress": "1, " * 100_000, "nationalPhoneNumber": "0131 496 0001"})

    assert (found.get("street_address"), found["phone"]) == (None, "+441314960001")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param({"phoneNumber": "0131 496 0001"}, id="place"),
        pytest.param({"attributes": {"Phone": "0131 496 0001"}}, id="graph"),
        pytest.param({"title": "Rowan Hall / Phone", "answer": "0131 496 0001"}, id="answer"),
    ],
)
def test_each_box_of_a_search_has_its_phone(payload):
    assert said("serper", payload)["phone"] == "+441314960001"


@pytest.mark.parametrize(
    ("payload", "website"),
    [
        pytest.param({"website": "https://rowan.example/"}, "https://rowan.example/", id="graph"),
        pytest.param({"title": "Rowan / Website", "answer": "rowan.example"}, "https://rowan.example", id="answer"),
        pytest.param({"title": "Rowan Hall / Address", "answer": "7 Rowan Rd., Leith"}, None, id="another-answer"),
    ],
)
def test_each_box_of_a_search_has_its_website(payload, website):
    assert said("serper", payload).get("website_url") == website


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({"Library_Name": "Larch Library", "OBJECTID": 5}, id="of-a-library"),
        pytest.param({"FACILITY NAME": " Larch Library "}, id="with-a-space"),
        pytest.param({"siteName": "Larch Library", "Label": "5"}, id="in-one-word"),
        pytest.param({"NAME": "Larch Library", "FACILITY_NAME": "Libraries"}, id="its-name-before-other-names"),
        pytest.param({"NAME": "N/A", "Title": "Larch Library"}, id="after-a-placeholder"),
    ],
)
def test_name_of_a_layer_is_found(properties):
    assert said("edinburgh_council", {"properties": properties})["entity_name"] == "Larch Library"
    assert said("edinburgh_council", {"attributes": properties})["entity_name"] == "Larch Library"


HOSTILE: st.SearchStrategy[object] = st.sampled_from(
    [
        *(None, True, 7, 1e308, float("nan"), float("inf"), 10**400, [], {}, [[]], [{}], [1, [2]], "", "yes", "\ud800"),
        *("http://[", "https://[::1]/x", "http://a.example:99999999/", "@", "facebook.com/profile.php?id="),
        *("+", "++44(0)", "ext", "(fax)", "tel:;ext=", "9" * 5000, "0131 " * 50, "1," * 300, "12-", "Flat ,", ",,,"),
        *({"type": "Polygon", "coordinates": [[[0, 0]] * 4]}, {"x": 1e308, "y": 1e308}, {"x": 1e7, "y": 1e7}),
        *(
            {"x": 1e6, "y": 1, "spatialReference": {"wkid": 1}},
            {"x": 1e6, "y": 1, "crs": {"properties": {"name": "E"}}},
        ),
    ]
) | st.text(max_size=30)


@pytest.mark.parametrize("source", READERS.paths)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_content_of_a_payload_raises(source, data):
    payload = {}
    for path in (path for paths in READERS.paths[source].values() for path in paths if not path.constant):
        inner = payload
        for names in path.names[:-1]:
            if not isinstance(inner.get(names[0]), dict):  # one path may begin with another
                inner[names[0]] = {}
            inner = inner[names[0]]
        for name in path.names[-1:]:
            inner[data.draw(st.sampled_from(name))] = deepcopy(data.draw(HOSTILE))

    rows = [reading.as_row() for reading in READERS.read(source, json.dumps(payload), IN_BRITAIN)]

    assert [row["reason"] for row in rows if (row["reason"] or "").startswith("fault")] == []
    assert all((text or "").encode() is not None for row in rows for text in (row["value"], row["written"]))


def test_a_record_that_a_run_of_another_country_lands_is_read_again(warehouse):
    add_run(warehouse, "in_berlin", "DE", (52.3, 13.0, 52.7, 13.8))
    land(warehouse, "node/1", {"tags": {"phone": "030 23125001"}}, run_id="in_berlin")
    read_payloads(warehouse, SEEDS_DIR)
    of_berlin = [row[1] for row in phones(warehouse)]
    land(warehouse, "node/1", {"tags": {"phone": "030 23125001"}}, at="2026-01-02")

    read_payloads(warehouse, SEEDS_DIR)

    assert of_berlin == ["+493023125001"]
    assert [row[1] for row in phones(warehouse)] == ["+443023125001"]
