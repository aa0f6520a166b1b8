"""The proposal of a mapping: 24 exports of different origin, and what must never be guessed in silence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingest.errors import SourceError
from ingest.lists.fields import FIELDS
from ingest.lists.proposal import Proposal
from ingest.lists.proposal.countries import read_countries
from ingest.lists.proposal.header_words import NOTHING, read_header_words, words_of
from ingest.lists.proposal.proposing import propose
from ingest.lists.proposal.sampling import take_sample
from ingest.lists.proposal.values import TESTS
from ingest.lists.readers.locations import format_of
from ingest.lists.readers.opening import open_list
from orchestrate.settings import SEEDS_DIR
from tests.ingest.lists.exports import EXPORTS, Export

WORDS = read_header_words(SEEDS_DIR / "header_words.csv")
COUNTRIES = read_countries(SEEDS_DIR / "countries.csv")


def proposed_for(folder: Path, name: str) -> Proposal:
    with open_list(name, folder, format_of(name)) as opened:
        return propose(take_sample(opened), WORDS, COUNTRIES)


def proposed(folder: Path, text: str) -> Proposal:
    (folder / "list.csv").write_text(text)
    return proposed_for(folder, "list.csv")


def fields(proposal: Proposal) -> dict[str, str | None]:
    return {report.column: report.field for report in proposal.reports}


def reason(proposal: Proposal, column: str) -> str | None:
    """Why the column is unsure; None where it is not."""
    (report,) = [report for report in proposal.reports if report.column == column]
    return report.reason if report.status == "unsure" else None


@pytest.fixture(scope="module")
def all_proposed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Proposal]:
    folder = tmp_path_factory.mktemp("exports")
    for export in EXPORTS:
        export.write(folder / export.name)
    return {export.name: proposed_for(folder, export.name) for export in EXPORTS}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_every_column_of_an_export_is_right_or_unsure(all_proposed, export: Export):
    reports = {report.column: report for report in all_proposed[export.name].reports}

    wrong = [column for column, field in export.truth.items() if reports[column].field != field]
    assert reports.keys() == export.truth.keys()
    assert [column for column in wrong if reports[column].status != "unsure"] == []


def test_nine_of_ten_columns_are_mapped_rightly_without_help(all_proposed):
    judged = [
        field == fields(all_proposed[export.name])[column]
        for export in EXPORTS
        for column, field in export.truth.items()
    ]

    assert len(EXPORTS) == 24
    assert sum(judged) >= 0.9 * len(judged), f"{sum(judged)} of {len(judged)}"


def test_a_column_without_a_field_says_why(all_proposed):
    reports = [report for proposal in all_proposed.values() for report in proposal.reports]

    assert [report for report in reports if report.status != "mapped" and not report.reason] == []


# --- coordinates ----------------------------------------------------------------------------------------------


def test_swapped_degrees_are_exchanged_and_named(tmp_path):
    found = proposed(
        tmp_path, "Club,Lat,Lng,Postcode\nA,-3.19,55.95,EH1 1AA\nB,-3.18,55.96,EH1 2BB\nC,-3.1,55.9,EH1 3CC\n"
    )

    assert (found.columns["latitude"], found.columns["longitude"]) == ("Lng", "Lat")
    assert "swapped" in (reason(found, "Lat") or "")


def test_degrees_that_are_off_the_earth_are_exchanged_without_a_country(tmp_path):
    found = proposed(tmp_path, "name,latitude,longitude\nA,139.7,35.6\nB,139.8,35.7\n")

    assert (found.columns["latitude"], found.columns["longitude"]) == ("longitude", "latitude")


def test_metres_are_converted_where_the_country_tells_the_system(tmp_path):
    found = proposed(
        tmp_path, "Name,X,Y,Post Code\nA,457200,341100,NG5 1AB\nB,457900,341900,NG5 2CD\nC,458300,340200,NG5 3EF\n"
    )

    assert (found.columns["easting"], found.columns["northing"], found.options["crs"]) == ("X", "Y", "EPSG:27700")


def test_metres_under_the_names_of_degrees_are_recognised(tmp_path):
    text = (
        "Name,Latitude,Longitude,Post Code\nA,341100,457200,NG5 1AB\nB,341900,457900,NG5 2CD\nC,340200,458300,NG5 3EF\n"
    )
    found = proposed(tmp_path, text)

    assert (found.columns["easting"], found.columns["northing"]) == ("Longitude", "Latitude")
    assert "latitude" not in found.columns


def test_metres_of_an_unknown_system_are_refused_with_the_systems_that_fit(tmp_path):
    found = proposed(tmp_path, "name,x,y\nA,565200,5934100\nB,567200,5934900\n")

    assert not {"easting", "northing", "latitude"} & found.columns.keys()
    assert "fit several reference systems (EPSG:25832" in (reason(found, "x") or "")


def test_numbers_of_no_system_are_refused(tmp_path):
    found = proposed(tmp_path, "name,easting,northing,country\nA,9999999,-9999999,DE\nB,8888888,-8888888,DE\n")

    assert "no reference system that is usual in DE" in (reason(found, "easting") or "")


def test_degrees_and_minutes_are_refused(tmp_path):
    found = proposed(tmp_path, "name,latitude,longitude\nA,55°57'N,3°11'W\nB,55°58'N,3°12'W\n")

    assert "latitude" not in found.columns
    assert reason(found, "latitude")


# --- values that contradict their header -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "values", "words"),
    [
        pytest.param("Phone", ["a@b.example", "c@d.example"], None, id="emails under phone"),
        pytest.param("Phone", ["4.41E+11", "4.42E+11"], "a spreadsheet has shortened the phones", id="shortened"),
        pytest.param("Last updated", ["45123", "45124"], "dates as serial numbers", id="serial dates"),
        pytest.param("Opening hours", ["45123", "45124"], "dates as serial numbers", id="serial hours"),
        pytest.param("Postcode", ["see website", "unknown"], "do not", id="words under postcode"),
        pytest.param("Website", ["https://one.example/a", "https://one.example/b"], "its header", id="no reason"),
    ],
)
def test_a_header_is_not_believed_against_its_values(tmp_path, header, values, words):
    found = proposed(tmp_path, "name," + header + "\n" + "".join(f"Club {n},{v}\n" for n, v in enumerate(values)))

    if header == "Website":
        assert fields(found)[header] == "website_url"
    elif words is None:
        assert fields(found)[header] == "email"
    else:
        assert fields(found)[header] is None
        assert words in (reason(found, header) or "")


def test_serial_dates_are_no_postcodes_though_they_have_five_digits(tmp_path):
    found = proposed(tmp_path, "name,opened,checked,zip\nA,44197,45123,89501\nB,43831,45124,89502\n")

    assert (fields(found)["opened"], fields(found)["checked"], fields(found)["zip"]) == (None, None, "postcode")


def test_pages_of_another_service_are_no_websites(tmp_path):
    rows = "".join(f"Club {n},https://www.google.com/maps/place/{n}\n" for n in range(4))
    found = proposed(tmp_path, f"name,url\n{rows}")

    assert fields(found)["url"] is None
    assert "nearly all addresses are at google.com" in (reason(found, "url") or "")


def test_a_column_that_only_its_values_explain_is_unsure(tmp_path):
    found = proposed(tmp_path, "name,xyz\nA,https://a.example\nB,https://b.example\nC,https://c.example\n")

    assert fields(found)["xyz"] == "website_url"
    assert reason(found, "xyz") == "only its values say so, not its header"


def test_the_second_column_for_a_field_is_named_and_not_mapped(tmp_path):
    found = proposed(tmp_path, "name,billing city,shipping city\nA,Leeds,York\nB,Leeds,Hull\n")

    assert fields(found)["shipping city"] is None
    assert reason(found, "shipping city") == "it may be city, which is taken from billing city"


def test_an_unknown_header_is_named(tmp_path):
    assert reason(proposed(tmp_path, "name,zork\nA,foo\nB,bar\n"), "zork") == "its header is not known"


def test_without_a_column_of_names_nothing_is_proposed(tmp_path):
    with pytest.raises(SourceError, match="No column can be the name of a place"):
        proposed(tmp_path, "x,y\n1,2\n3,4\n")


# --- ids, countries, several values ---------------------------------------------------------------------------


def test_a_column_with_repeated_values_is_no_id(tmp_path):
    rows = "".join(f"{n if n else 7},Club {n}\n" for n in range(20))
    found = proposed(tmp_path, f"club_id,name\n{rows}")

    assert found.id == "made"
    assert reason(found, "club_id") == "it may be the id, but 1 rows repeat a value of it"


def test_names_of_countries_become_codes(tmp_path):
    found = proposed(tmp_path, "name,country\nA,Deutschland\nB,Österreich\nC,Schweiz\n")

    assert "when 'deutschland' then 'DE'" in found.columns["country"]["sql"]


@pytest.mark.parametrize(
    ("columns", "country"),
    [
        pytest.param("postcode\nEH1 1AA\nEH2 2BB\nG1 1CC\n", "GB", id="postcodes"),
        pytest.param("phone\n+49 30 5550101\n+49 30 5550102\n+49 40 5550103\n", "DE", id="calling code"),
        pytest.param("website\nwww.a.fr\nwww.b.fr\nwww.c.fr\n", "FR", id="web addresses"),
        pytest.param(
            "calle,ciudad,latitud,longitud,categoría\nSol,Sevilla,37.4,-6.0,bar\nLuna,Cádiz,36.5,-6.3,bar\n",
            "ES",
            id="points and language",
        ),
        pytest.param(
            "Straße,Hausnummer,Webseite,Breitengrad,Längengrad\nSee,1,a.berlin,52.5,13.4\nTal,2,b.berlin,52.4,13.3\n",
            "DE",
            id="points beside web addresses of no country",
        ),
        pytest.param(
            "PLZ,Breitengrad,Längengrad\n80331,48.1,11.6\n80333,48.2,11.5\n", None, id="points that lie in two"
        ),
        pytest.param("postcode\n12345\n23456\n34567\n", None, id="nothing"),
    ],
)
def test_the_country_of_all_rows_follows_from_their_values_and_is_said(tmp_path, columns, country):
    header, *values = columns.splitlines()
    found = proposed(tmp_path, f"name,{header}\n" + "".join(f"Club {n},{v}\n" for n, v in enumerate(values)))

    assert found.columns.get("country") == ({"value": country} if country else None)
    assert any("country" in note for note in found.notes)


def test_a_number_is_no_house_number_without_a_street_that_lacks_it(tmp_path):
    rows = [
        "Nr;Verein;Straße und Hausnr.;Ort",
        "1;TC Blau;Seestr. 12a;Köln",
        "2;SV Rhein;Badstr. 4;Köln",
        "2;X;Am 3;Bonn",
    ]
    with_street = proposed(tmp_path, "\n".join(rows))
    without = proposed(tmp_path, "Nr;Verein;Ort\n1;TC Blau;Köln\n2;SV Rhein;Köln\n2;Boule;Bonn\n")

    assert fields(with_street)["Straße und Hausnr."] == "street_address"
    assert reason(with_street, "Nr") == "it may be house_number, but Straße und Hausnr. has the number"
    assert reason(without, "Nr") == "it may be house_number, but no column is the street"


def test_a_phone_with_a_stroke_is_one_number(tmp_path):
    one = proposed(tmp_path, "Verein;Telefon\nTC Blau;0221 / 49 82 01\nSV Rhein;0221 / 11 00 22\n")
    two = proposed(tmp_path, "Verein;Telefon\nTC Blau;0221 498201 / 0221 498202\nSV Rhein;0221 110022\n")

    assert one.columns["phone"] == "Telefon"
    assert two.columns["phone"] == {"column": "Telefon", "split": " / "}


def test_several_values_in_a_cell_are_cut(tmp_path):
    found = proposed(tmp_path, "name,categories,phone\nA,bar;cafe,1\nB,cafe,0113 496 0101\nC,bar;pub,0113 496 0102\n")

    assert found.columns["raw_categories"] == {"column": "categories", "split": ";"}


def test_the_seed_names_no_field_that_a_record_does_not_have():
    with (SEEDS_DIR / "header_words.csv").open(encoding="utf-8", newline="") as file:
        named = {row["field"] for row in csv.DictReader(file)}

    assert named - FIELDS.keys() == {"address_line", "point", "id", NOTHING}
    assert named <= TESTS.keys() | {NOTHING}


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("addr:postCode1", ("addr", "post", "code", "1")),
        ("Straße/Nr.", ("strasse", "nr")),
        ("OrganisationName", ("organisation", "name")),
        ("施設名_カナ", ("施設名", "カナ")),
        ("ＵＲＬ", ("url",)),
    ],
)
def test_the_words_of_a_header(header, words):
    assert words_of(header) == words
