"""The stand-ins answer as the services do: by the request, in their wire formats, errors included."""

import pytest
from starlette.testclient import TestClient

from ingest.sandbox.server import app

KEY = {"X-API-KEY": "any"}
GOOGLE = {"X-Goog-Api-Key": "any", "X-Goog-FieldMask": "places.id,places.displayName,nextPageToken"}
AGENT = {"User-Agent": "trigpoint/test"}
WFS = {"typeNames": "ext_spf:pub_spfsp", "authkey": "any"}
LEITH_LIBRARIES = "/edinburgh_council/Digital_Edinburgh/FeatureServer/2/query"


@pytest.fixture
def sandbox() -> TestClient:
    return TestClient(app)


def search(sandbox: TestClient, text: str, **body: object) -> list[str]:
    answer = sandbox.post("/serper/search", headers=KEY, json={"q": text, **body})
    return [result["link"] for result in answer.json()["organic"]]


def test_web_search_depends_on_its_words(sandbox):
    assert search(sandbox, "portobello library") != search(sandbox, "padel courts")
    assert "https://www.edinburgh.gov.uk/libraries/portobello" in search(sandbox, "portobello library")
    assert search(sandbox, "zxqv nothing here") == []


def test_web_search_is_paged(sandbox):
    first, second = search(sandbox, "library", num=2), search(sandbox, "library", num=2, page=2)

    assert (len(first), len(second)) == (2, 2)
    assert set(first).isdisjoint(second)


def places(sandbox: TestClient, headers: dict = GOOGLE, **body: object) -> dict:
    return sandbox.post("/google_places/v1/places:searchText", headers=headers, json=body).json()


def test_places_search_has_mask_and_pages(sandbox):
    first = places(sandbox, textQuery="library", pageSize=10)
    second = places(sandbox, textQuery="library", pageSize=10, pageToken=first["nextPageToken"])

    assert {field for place in first["places"] for field in place} == {"id", "displayName"}
    assert {p["id"] for p in first["places"]}.isdisjoint(p["id"] for p in second["places"])


def test_places_search_stays_in_its_rectangle(sandbox):
    mask = {**GOOGLE, "X-Goog-FieldMask": "places.location"}
    leith = {"low": {"latitude": 55.9587, "longitude": -3.1993}, "high": {"latitude": 55.9893, "longitude": -3.1447}}

    found = places(sandbox, mask, textQuery="library", locationRestriction={"rectangle": leith})["places"]

    assert found
    assert all(55.9587 <= place["location"]["latitude"] <= 55.9893 for place in found)


def test_places_search_without_results_is_the_empty_object(sandbox):
    assert places(sandbox, textQuery="zxqv") == {}


def overpass(sandbox: TestClient, query: str) -> list[dict]:
    return sandbox.post("/openstreetmap/interpreter", headers=AGENT, data={"data": query}).json()["elements"]


def test_overpass_answers_by_tags_and_box(sandbox):
    edinburgh = overpass(sandbox, '[out:json];nwr["amenity"="library"](55.85,-3.4,56,-3);out tags center;')
    leith = overpass(sandbox, '[out:json];nwr["amenity"="library"](55.9587,-3.1993,55.9893,-3.1447);out tags center;')

    assert 0 < len(leith) < len(edinburgh)
    assert {element["tags"]["amenity"] for element in edinburgh} == {"library"}


def test_register_answers_by_layer_box_and_name(sandbox):
    def features(cql: str) -> list[dict]:
        return sandbox.get("/sport_scotland", params={**WFS, "cql_filter": cql}).json()["features"]

    everywhere = features("BBOX(geom,-3.4,55.85,-3.0,56.0)")
    named = features("BBOX(geom,-3.4,55.85,-3.0,56.0) AND site_name ILIKE '%porto%'")

    assert 0 < len(named) < len(everywhere)
    assert features("town='EDINBURGH'") == features("town = 'EDINBURGH'") != []
    assert all(feature["id"].startswith("pub_spfsp.") for feature in everywhere)


def test_register_is_paged_by_count(sandbox):
    answer = sandbox.get("/sport_scotland", params={**WFS, "count": "2", "startIndex": "1"}).json()

    assert answer["numberReturned"] == len(answer["features"]) == 2
    assert answer["numberMatched"] > 2


def test_council_says_when_there_is_more(sandbox):
    answer = sandbox.get(LEITH_LIBRARIES, params={"where": "1=1", "resultRecordCount": "1"}).json()

    assert len(answer["features"]) == 1
    assert answer["properties"]["exceededTransferLimit"] is True


def test_chargers_are_found_within_kilometres_or_miles(sandbox):
    def found(**params: str) -> int:
        here = {"latitude": "55.974", "longitude": "-3.172", "maxresults": "500", "key": "any"}
        return len(sandbox.get("/open_charge_map/poi", params={**here, **params}).json())

    assert 0 < found(distance="1", distanceunit="km") < found(distance="1") < found(distance="20")


@pytest.mark.parametrize(
    ("method", "path", "request_", "status", "words"),
    [
        pytest.param("POST", "/serper/search", {"json": {"q": "x"}}, 403, "Unauthorized", id="serper-key"),
        pytest.param("POST", "/serper/search", {"headers": KEY, "json": {}}, 400, "Missing query", id="serper-query"),
        pytest.param(
            "POST", "/google_places/v1/places:searchText", {"json": {}}, 403, "PERMISSION_DENIED", id="google-key"
        ),
        pytest.param(
            "POST",
            "/google_places/v1/places:searchText",
            {"headers": {**GOOGLE, "X-Goog-Api-Key": "invalid"}, "json": {"textQuery": "x"}},
            400,
            "API_KEY_INVALID",
            id="google-wrong-key",
        ),
        pytest.param(
            "POST",
            "/google_places/v1/places:searchText",
            {"headers": {"X-Goog-Api-Key": "any"}, "json": {"textQuery": "x"}},
            400,
            "FieldMask",
            id="google-mask",
        ),
        pytest.param(
            "POST",
            "/google_places/v1/places:searchText",
            {"headers": GOOGLE, "json": {}},
            400,
            "Empty text_query",
            id="google-text",
        ),
        pytest.param(
            "POST",
            "/openstreetmap/interpreter",
            {"headers": AGENT, "data": {"data": "nwr[;"}},
            400,
            "Error",
            id="overpass",
        ),
        pytest.param(
            "POST",
            "/openstreetmap/interpreter",
            {"headers": {"User-Agent": "python-requests/2"}, "data": {"data": "x"}},
            406,
            "Not Acceptable",
            id="overpass-agent",
        ),
        pytest.param("GET", "/sport_scotland", {"params": {"typeNames": "x"}}, 403, "Denied", id="register-key"),
        pytest.param(
            "GET",
            "/sport_scotland",
            {"params": {**WFS, "typeNames": "septic"}},
            400,
            "ExceptionReport",
            id="register-layer",
        ),
        pytest.param(
            "GET", "/sport_scotland", {"params": {**WFS, "cql_filter": "1=1; x"}}, 400, "CQL", id="register-filter"
        ),
        pytest.param("GET", "/edinburgh_council/No/FeatureServer/1/query", {}, 200, "Invalid URL", id="council-layer"),
        pytest.param("GET", LEITH_LIBRARIES, {"params": {"where": "x"}}, 200, "Invalid query", id="council-where"),
        pytest.param("GET", "/open_charge_map/poi", {}, 403, "specify an API key", id="ocm-key"),
        pytest.param(
            "GET", "/open_charge_map/poi", {"params": {"key": "invalid"}}, 403, "Invalid API key", id="ocm-wrong-key"
        ),
    ],
)
def test_wrong_request_gets_the_services_own_error(sandbox, method, path, request_, status, words):
    answer = sandbox.request(method, path, **request_)

    assert answer.status_code == status
    assert words in answer.text
