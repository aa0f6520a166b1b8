"""The register of sports facilities: layers, a CQL filter, paging by count, XML errors."""

import pytest

from tests.ingest.conftest import KEY, Reply, ids, query, read

# For the tests that hold for every source: what it is asked for, a record, an answer of one record.
TARGETS = ("pub_spfotc",)
GOOD_RECORD = {
    "type": "Feature",
    "id": "pub_spfotc.1",
    "geometry": {"type": "MultiPoint", "coordinates": [[-3.1, 55.9]]},
    "properties": {"site_name": "A", "postcode": None, "eastings_x": 1.5},
}
GOOD_ANSWER = {
    "type": "FeatureCollection",
    "features": [{"type": "Feature", "id": "pub_spfotc.1", "geometry": None, "properties": {}}],
    "numberMatched": 1,
}

ALL = ("pub_spfotc",)


def feature(number: int) -> dict:
    geometry = {"type": "MultiPoint", "coordinates": [[-3.17, 55.97]]}
    return {
        "type": "Feature",
        "id": f"pub_spfotc.{number}",
        "geometry": geometry,
        "properties": {"site_name": "A club"},
    }


def collection(*features: dict, matched: int | str | None) -> dict:
    return {"type": "FeatureCollection", "features": list(features), "numberMatched": matched}


def test_request_has_layer_and_box(service, fetch_of):
    service.will_answer(collection(matched=0))

    read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL))

    (request,) = service.received
    assert request.method == "GET"
    assert request.query == {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": "ext_spf:pub_spfotc",
        "outputFormat": "application/json",
        "exceptions": "application/json",
        "srsName": "EPSG:4326",
        "sortBy": "fid",
        "count": "1000",
        "cql_filter": "BBOX(geom,-3.1993,55.9587,-3.1447,55.9893)",
        "authkey": KEY,
        "startIndex": "0",
    }


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        pytest.param("david lloyd", "site_name ILIKE '%david%lloyd%'", id="words"),
        pytest.param("o'neill's", "site_name ILIKE '%o''neill''s%'", id="quotes"),
        pytest.param("100%_", "site_name ILIKE '%100%'", id="wildcards"),
        pytest.param("x' OR 1=1 --", "site_name ILIKE '%x''%OR%1=1%--%'", id="hostile"),
    ],
)
def test_name_is_escaped_in_the_filter(service, fetch_of, name, condition):
    service.will_answer(collection(matched=0))

    read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL, name=name))

    assert service.received[0].query["cql_filter"] == f"BBOX(geom,-3.1993,55.9587,-3.1447,55.9893) AND {condition}"


def test_paging_goes_on_until_all_matches_came(service, fetch_of):
    service.will_answer(
        collection(feature(1), feature(2), matched=3),
        collection(feature(3), matched=3),
    )

    records, error = read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL))

    assert (ids(records), error) == (["pub_spfotc.1", "pub_spfotc.2", "pub_spfotc.3"], None)
    assert [request.query["startIndex"] for request in service.received] == ["0", "2"]


@pytest.mark.parametrize("matched", [pytest.param("unknown", id="unknown"), pytest.param(187, id="more-than-there-is")])
def test_paging_ends_at_an_empty_page(service, fetch_of, matched):
    service.will_answer(collection(feature(1), matched=matched), collection(matched=matched))

    records, error = read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL))

    assert (ids(records), error) == (["pub_spfotc.1"], None)
    assert len(service.received) <= 2


def test_ranks_continue_over_layers(service, fetch_of):
    service.will_answer(collection(feature(1), matched=1), collection(feature(2), matched=1))

    records, _ = read("sport_scotland", fetch_of("sport_scotland"), query(targets=("pub_spfotc", "pub_spfsp")))

    assert [request.query["typeNames"] for request in service.received] == ["ext_spf:pub_spfotc", "ext_spf:pub_spfsp"]
    assert [record.result_rank for record in records] == [1, 2]


XML = '<?xml version="1.0"?><ows:ExceptionReport><ows:Exception exceptionCode="NoSuchLayer"/></ows:ExceptionReport>'


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        pytest.param(Reply(XML, 400), "bad_request", id="xml"),
        pytest.param(Reply(XML, 200), "bad_request", id="xml-in-200"),
        pytest.param(Reply({"version": "2.0.0", "exceptions": [{"code": "x"}]}, 400), "bad_request", id="json"),
        pytest.param(Reply("<html>Unauthorized</html>", 401), "bad_credentials", id="key"),
        pytest.param(Reply("<html>Bad Gateway</html>", 502), "server_busy", id="gateway"),
    ],
)
def test_failure_is_not_an_empty_answer(service, fetch_of, reply, kind):
    service.will_answer(reply)

    records, error = read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL))

    assert (records, error.kind) == ([], kind)


def test_other_reference_system_lands_with_the_feature(service, fetch_of):
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    degrees = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}

    service.will_answer({**collection(feature(1), matched=1), "crs": grid})
    in_metres, _ = read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL))
    service.will_answer({**collection(feature(1), matched=1), "crs": degrees})
    in_degrees, _ = read("sport_scotland", fetch_of("sport_scotland"), query(targets=ALL))

    assert [record.payload for record in in_metres] == [{"crs": grid, **feature(1)}]
    assert [record.payload for record in in_degrees] == [feature(1)]
