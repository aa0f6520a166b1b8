"""The council's layers: paging by a flag, ids by layer, errors inside status 200."""

import pytest

from ingest.connectors.edinburgh_council import BASE_URL, layer_path
from tests.ingest.conftest import Reply, ids, query, read

# For the tests that hold for every source: what it is asked for, a record, an answer of one record.
TARGETS = ("Digital_Edinburgh/FeatureServer/2",)
GOOD_RECORD = {"attributes": {"OBJECTID": 1, "ANY": []}, "geometry": {"x": -3.1, "y": 55.9}}
GOOD_ANSWER = {"features": [{"type": "Feature", "id": 1, "geometry": None, "properties": {"OBJECTID": 1}}]}

LAYER = "Digital_Edinburgh/FeatureServer/2"


def feature(number: int, **properties: object) -> dict:
    return {"type": "Feature", "id": number, "geometry": None, "properties": {"OBJECTID": number, **properties}}


def test_request_has_layer_and_box(service, fetch_of):
    service.will_answer({"features": []})

    read("edinburgh_council", fetch_of("edinburgh_council"), query(targets=(LAYER,), name="x' or 1=1"))

    (request,) = service.received
    assert (request.method, request.path) == ("GET", f"/{LAYER}/query")
    assert request.query == {
        "where": "1=1",
        "outFields": "*",
        "f": "geojson",
        "outSR": "4326",
        "geometry": "-3.1993,55.9587,-3.1447,55.9893",
        "geometryType": "esriGeometryEnvelope",
        "inSR": "4326",
        "spatialRel": "esriSpatialRelIntersects",
        "resultRecordCount": "1000",
        "resultOffset": "0",
    }


@pytest.mark.parametrize(
    "flag",
    [
        pytest.param({"exceededTransferLimit": True}, id="at-the-top"),
        pytest.param({"properties": {"exceededTransferLimit": True}}, id="under-properties"),
    ],
)
def test_paging_follows_the_servers_flag(service, fetch_of, flag):
    service.will_answer({"features": [feature(1), feature(2)], **flag}, {"features": [feature(3)]})

    records, error = read("edinburgh_council", fetch_of("edinburgh_council"), query(targets=(LAYER,)))

    assert (ids(records), error) == ([f"{LAYER}/1", f"{LAYER}/2", f"{LAYER}/3"], None)
    assert [request.query["resultOffset"] for request in service.received] == ["0", "2"]


def test_promised_page_that_is_empty_is_partial(service, fetch_of):
    service.will_answer(
        {"features": [feature(1)], "exceededTransferLimit": True}, {"features": [], "exceededTransferLimit": True}
    )

    records, error = read("edinburgh_council", fetch_of("edinburgh_council"), query(targets=(LAYER,)))

    assert (ids(records), error.kind) == ([f"{LAYER}/1"], "partial")


@pytest.mark.parametrize(
    ("record", "record_id"),
    [
        pytest.param(feature(4, GlobalID="{AB-1}"), "{AB-1}", id="global-id"),
        pytest.param(feature(4), f"{LAYER}/4", id="object-id"),
        pytest.param({"attributes": {"objectid": 5}}, f"{LAYER}/5", id="arcgis-json"),
        pytest.param({"id": 6, "properties": None}, f"{LAYER}/6", id="feature-id"),
        pytest.param({"properties": {}}, None, id="none"),
    ],
)
def test_most_stable_id_identifies_a_feature(service, fetch_of, record, record_id):
    service.will_answer({"features": [record]})

    records, _ = read("edinburgh_council", fetch_of("edinburgh_council"), query(targets=(LAYER,)))

    assert ids(records) == [record_id]


def arcgis_error(code: int, message: str = "No.") -> dict:
    return {"error": {"code": code, "message": message, "details": []}}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(arcgis_error(400, "Invalid or missing input parameters."), "bad_request", id="400"),
        pytest.param(arcgis_error(499, "Token Required"), "bad_credentials", id="499"),
        pytest.param(arcgis_error(500, "Error performing query operation"), "server_busy", id="500"),
        pytest.param(arcgis_error(503), "server_busy", id="503"),
        pytest.param(arcgis_error(504), "timeout", id="504"),
        pytest.param(Reply("<html>Service not started</html>"), "malformed", id="html"),
    ],
)
def test_error_inside_status_200_is_a_failure(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("edinburgh_council", fetch_of("edinburgh_council"), query(targets=(LAYER,)))

    assert (records, error.kind) == ([], kind)


def test_configured_base_url_replaces_the_councils_own_server():
    assert layer_path("Misc/INSPIRE/MapServer/15", BASE_URL).startswith("https://edinburghcouncilmaps.info/")
    assert layer_path("Misc/INSPIRE/MapServer/15", "http://mirror") == "Misc/INSPIRE/MapServer/15/query"
    assert layer_path(LAYER, BASE_URL) == f"{LAYER}/query"
