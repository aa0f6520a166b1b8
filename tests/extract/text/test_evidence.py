"""A value is taken only with its evidence: the clause is about this place, now, affirmed and whole."""

import json

import pytest

from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)


def values(
    title: str, snippet: str, city: str, country: str, url: str = "https://fernhaus.example/"
) -> dict[str, list[str]]:
    query = QueryContext("x", None, None, city, (), country)
    claims = extract_by_rules(
        TextRecord("serper", "r", "h", title, snippet, url), query, LEXICON.for_query(query)
    ).claims
    found: dict[str, list[str]] = {}
    for claim in claims:
        if claim.is_kept:
            found.setdefault(claim.field_name, []).append(str(claim.value))
    return found


@pytest.mark.parametrize(
    ("title", "snippet", "field"),
    [
        pytest.param("Visit | Moorside Fen", "Parking at the village hall only.", "parking_available", id="at-a-hall"),
        pytest.param(
            "Moor Bay Surf Club | Bar, Bistro & Functions",
            "Bistro open Wed-Sun 12pm-8.30pm.",
            "opening_hours",
            id="part",
        ),
        pytest.param("Dell Divers - Dive shop", "Office hours 7am - 8pm daily.", "opening_hours", id="office"),
        pytest.param("Dell Wanderers RFC", "Clubhouse hire: hire@dellrfc.example", "email", id="hire"),
        pytest.param("Dell Golf", "Society bookings are open. 18 holes.", "canonical_roles", id="society"),
        pytest.param("Karate Federation", "Insurance for 34 clubs.", "canonical_roles", id="others-clubs"),
        pytest.param(
            "Voltmoor Ltd", "The operator of charging stations in Wales.", "canonical_place_types", id="others-stations"
        ),
        pytest.param("Ledger House | Desks & Offices", "42 desks.", "canonical_place_types", id="offered"),
        pytest.param("Dell Filling Station", "24 hour fuel, car wash and shop.", "canonical_place_types", id="shop-in"),
        pytest.param("Hostel Fernau Springfield", "Hostel Fernau: 48 beds.", "canonical_place_types", id="name-again"),
    ],
)
def test_what_is_of_others_or_of_a_part_states_nothing_of_the_place(title, snippet, field):
    assert field not in values(f"{title}, Springfield", snippet, "Springfield", "GB")


def test_bowls_of_a_skatepark_are_no_game():
    assert values("Dell Skatepark, Springfield", "Outdoor skatepark with two bowls.", "Springfield", "GB")[
        "canonical_activities"
    ] == ["skateboarding"]


def test_a_practice_calls_its_hours_office_hours():
    found = values("Dell Dental, Springfield", "Office hours: Mon-Fri 9am-5pm.", "Springfield", "US")

    assert list(json.loads(found["opening_hours"][0])) == ["mo", "tu", "we", "th", "fr"]


@pytest.mark.parametrize(
    ("title", "snippet", "name"),
    [
        pytest.param("Parties | Fern Haus", "Fern Haus, Dell Road, Springfield.", "Fern Haus", id="site-in-the-text"),
        pytest.param(
            "The Lamplighter | Fern Haus", "The Lamplighter, 1 Dell Road.", "The Lamplighter", id="of-a-chain"
        ),
        pytest.param(
            "Friends of Moorside", "Free entry to Moorside Nature Reserve.", "Moorside Nature Reserve", id="friends"
        ),
    ],
)
def test_the_name_is_that_of_the_place(title, snippet, name):
    assert values(title, f"{snippet} 0131 496 0123", "Springfield", "GB")["entity_name"] == [name]


def test_a_portal_is_no_site_of_the_place():
    url = "https://www.staywell.example/hotel/dell-lodge"

    assert "website_url" not in values("Dell Lodge, Springfield – StayWell", "7 Dell Road.", "Springfield", "GB", url)
    assert "website_url" in values("Dell Lodge, Springfield – StayWell", "7 Dell Road.", "Springfield", "GB")


@pytest.mark.parametrize(
    ("snippet", "city", "country", "street"),
    [
        pytest.param("Plot 57 Dell Road. Open daily.", "Kampala", "UG", "Plot 57 Dell Road", id="plot"),
        pytest.param(
            "4120 E Dell Blvd Ste 200, Tucson, AZ 85712.", "Tucson", "US", "4120 E Dell Blvd Ste 200", id="suite"
        ),
    ],
)
def test_a_street_is_whole(snippet, city, country, street):
    assert values(f"Fern House {city}", snippet, city, country)["street_address"] == [street]


def test_an_island_is_in_its_town_and_not_in_the_province():
    found = values("Dell Divers, Cebu", "Logon Beach, Moor Island, Daanbantayan, Cebu. +63 917 555 0129", "Cebu", "PH")

    assert (found["locality"], found["city"]) == (["Moor Island"], ["Daanbantayan"])


def test_the_centre_of_another_city_is_no_part_of_this_one():
    found = values("Fernhaus Dundee | Low cost gym in Dundee city centre", "5 Dell Lane, Dundee.", "Edinburgh", "GB")

    assert "locality" not in found


@pytest.mark.parametrize(
    ("country", "city", "snippet", "field"),
    [
        pytest.param("PT", "Porto", "Em breve: estacionamento.", "parking_available", id="planned-portuguese"),
        pytest.param("PT", "Porto", "Câmara municipal: 22 555 0123.", "phone", id="owner-portuguese"),
        pytest.param("NL", "Utrecht", "Keuken open: ma-zo 12:00-21:00.", "opening_hours", id="part-dutch"),
        pytest.param("NL", "Utrecht", "Parkeren naast het station.", "parking_available", id="beside-dutch"),
        pytest.param("PL", "Gdynia", "Dawniej parking.", "parking_available", id="past-polish"),
        pytest.param("PL", "Gdynia", "Reklamacje: 58 555 01 23.", "phone", id="owner-polish"),
        pytest.param("SE", "Uppsala", "Telefontid mån-fre 8-10.", "opening_hours", id="part-swedish"),
        pytest.param("DK", "Odense", "Køkken åbent alle dage 12-21.", "opening_hours", id="part-danish"),
        pytest.param("NO", "Bergen", "Legevakt: 55 55 01 23.", "phone", id="owner-norwegian"),
        pytest.param("CZ", "Brno", "Pohotovost: 541 555 012.", "phone", id="owner-czech"),
        pytest.param("FI", "Turku", "Tulossa: wifi.", "wifi", id="planned-finnish"),
        pytest.param("HU", "Pécs", "Hamarosan: wifi.", "wifi", id="planned-hungarian"),
        pytest.param("HR", "Split", "Uskoro: wifi.", "wifi", id="planned-croatian"),
        pytest.param("DE", "Kassel", "Betreiber: Parkgut, Tel. 030 555 0100.", "phone", id="operator-german"),
        pytest.param("GB", "Derby", "Shop open 6am-11pm, pay at pump 24/7.", "opening_hours", id="pump"),
        pytest.param("GB", "Derby", "Customer line: 0800 555 0111.", "phone", id="customer-line"),
    ],
)
def test_words_of_the_language_show_whose_and_when(country, city, snippet, field):
    assert field not in values(f"Fernhaus | {city}", snippet, city, country)


@pytest.mark.parametrize(
    ("country", "city", "snippet", "field"),
    [
        pytest.param("IT", "Verona", "Accessibile ai disabili solo al piano terra.", "disabled_access", id="one-floor"),
        pytest.param(
            "FR", "Lyon", "Seul le rez-de-chaussée est accessible PMR.", "disabled_access", id="only-one-floor"
        ),
        pytest.param("GB", "Derby", "Pool closed for refurbishment.", "canonical_activities", id="closed-for-works"),
        pytest.param("BR", "Curitiba", "Piscina fechada para obras.", "canonical_activities", id="closed-portuguese"),
        pytest.param("GB", "Derby", "Madrasah Mon-Thu 2-5pm.", "opening_hours", id="hours-of-an-unknown-subject"),
        pytest.param("GB", "Derby", "Call 01332 555 0123 (Mon-Fri 9am-5pm).", "opening_hours", id="hours-of-a-phone"),
    ],
)
def test_a_part_a_pause_or_an_unknown_subject_states_nothing(country, city, snippet, field):
    assert field not in values(f"Fernhaus | {city}", snippet, city, country)


MON_FRI = ["mo", "tu", "we", "th", "fr"]


@pytest.mark.parametrize(
    ("country", "city", "snippet", "days"),
    [
        pytest.param("RS", "Niš", "Радно време: понедељак - петак 08-20, недеља затворено.", MON_FRI, id="serbian"),
        pytest.param("RS", "Niš", "Radno vreme: pon-pet 8-20, ned zatvoreno.", MON_FRI, id="serbian-latin"),
        pytest.param("HR", "Split", "Radno vrijeme: pon-pet 8:00-20:00.", MON_FRI, id="croatian"),
        pytest.param("TH", "Bangkok", "เปิด จันทร์-ศุกร์ 07:00-18:00 น.", MON_FRI, id="thai"),
        pytest.param("RO", "Sibiu", "Program: Luni-Vineri 9-18, Duminică închis.", MON_FRI, id="romanian"),
        pytest.param("GR", "Volos", "Ανοιχτά Δευτέρα-Παρασκευή 08:30-15:30.", MON_FRI, id="greek"),
        pytest.param("BG", "Varna", "Работно време: понеделник - петък 9-18.", MON_FRI, id="bulgarian"),
        pytest.param("UA", "Lviv", "Графік роботи: Пн-Пт 9:00-18:00, Нд вихідний.", MON_FRI, id="ukrainian"),
        pytest.param("VN", "Hue", "Giờ mở cửa: Thứ Hai - Thứ Sáu 8:00-17:00.", MON_FRI, id="vietnamese"),
        pytest.param("CN", "Suzhou", "开放时间：周一至周五9:00-17:00。", MON_FRI, id="chinese"),
        pytest.param("ID", "Bogor", "Buka Senin-Jumat 08.00-16.00.", MON_FRI, id="indonesian"),
        pytest.param("AR", "Rosario", "Lunes a viernes de 9 a 13 y desde las 16 a 20.", MON_FRI, id="two-spans"),
    ],
)
def test_hours_are_read_in_the_language_of_the_country(country, city, snippet, days):
    week = json.loads(values(f"Fernhaus | {city}", snippet, city, country)["opening_hours"][0])

    assert [day for day, spans in week.items() if spans] == days
    assert {len(spans) for spans in week.values() if spans} == ({2} if country == "AR" else {1})


def test_a_street_of_la_plata_needs_no_street_word():
    found = values("Farmacia Fernau", "Corrientes 1234, CABA. Abierto 24 hs.", "Buenos Aires", "AR")

    assert found["street_address"] == ["Corrientes 1234"]
    assert "postcode" not in found


@pytest.mark.parametrize(
    ("country", "city", "snippet", "stated"),
    [
        pytest.param("JP", "Kobe", "駐車場なし、近隣に有料駐車場あり。", ["false"], id="japanese-none-and-one-nearby"),
        pytest.param("KR", "Seoul", "주차 불가.", ["false"], id="korean-impossible"),
        pytest.param("CN", "Suzhou", "免费停车。", ["true"], id="chinese-free"),
        pytest.param("DE", "Kassel", "Kundenparkplätze im Hof.", ["true"], id="german-compound"),
        pytest.param("GB", "Derby", "You can park in our yard.", ["true"], id="verb"),
        pytest.param("UA", "Lviv", "Поруч безкоштовна парковка.", None, id="ukrainian-beside"),
        pytest.param("ES", "Ávila", "El parking de la plaza está a 2 minutos.", None, id="spanish-at-minutes"),
        pytest.param("SE", "Uppsala", "Parkering i P-hus Centrum.", None, id="swedish-car-park"),
    ],
)
def test_parking_is_stated_denied_or_of_others_in_the_language(country, city, snippet, stated):
    assert values(f"Fernhaus | {city}", snippet, city, country).get("parking_available") == stated


@pytest.mark.parametrize(
    ("country", "city", "snippet", "code"),
    [
        pytest.param("SG", "Singapore", "12 Arab Street, Singapore 199724.", ["199724"], id="singapore"),
        pytest.param("UA", "Lviv", "вул. Шевченка, 60, Львів, 79039.", ["79039"], id="behind-a-comma"),
        pytest.param("AT", "Linz", "Seit, Gasthof Huber 1890.", None, id="a-year"),
    ],
)
def test_a_long_code_may_stand_behind_its_town(country, city, snippet, code):
    assert values(f"Fernhaus | {city}", snippet, city, country).get("postcode") == code


@pytest.mark.parametrize(
    ("title", "path", "name"),
    [
        pytest.param("Timetable – Elbe Ferry", "timetable", "Elbe Ferry", id="english"),
        pytest.param("Boat trips | Fern Haus", "boat-trips", "Fern Haus", id="by-its-address"),
        pytest.param("Filiale Neustadt | Bäckerei Sommer", "neustadt", "Bäckerei Sommer", id="branch"),
        pytest.param("门票 - 苏州园林", "tickets", "苏州园林", id="chinese"),
    ],
)
def test_the_topic_of_a_page_is_no_name(title, path, name):
    found = values(title, "Tel. 0131 496 0123.", "Derby", "GB", f"https://fernhaus.example/{path}")

    assert found["entity_name"] == [name]


def test_midnight_closes_a_day():
    week = json.loads(values("Fernhaus | Derby", "Open daily, 8:00-00:00.", "Derby", "GB")["opening_hours"][0])

    assert week["mo"] == [["08:00", "24:00"]]


def test_a_box_of_the_post_is_no_street():
    found = values("Fernhaus | Uppsala", "Box 123, 751 04 Uppsala.", "Uppsala", "SE")

    assert "street_address" not in found


def test_a_shop_is_a_kind_where_it_is_no_part_of_a_list():
    found = values("Fernhaus | Derby", "Open today! Our little shop sells plants.", "Derby", "GB")

    assert found["canonical_place_types"] == ["shop"]


@pytest.mark.parametrize(
    ("snippet", "field"),
    [
        pytest.param("Follow the council on twitter.com/ayrcouncil", "twitter_url", id="profile-of-the-council"),
        pytest.param("A former hospital with 56 rooms.", "canonical_place_types", id="former"),
        pytest.param("Spa and gym opening 2027.", "canonical_place_types", id="opening-in-a-year"),
        pytest.param("Parking at Menara Plaza.", "parking_available", id="at-a-named-house"),
        pytest.param("No parking on zigzags.", "parking_available", id="no-parking-on-a-part"),
        pytest.param("Swimming lessons at Dell Baths.", "canonical_place_types", id="kind-in-the-name-of-another"),
    ],
)
def test_what_another_has_or_had_states_nothing(snippet, field):
    assert field not in values("Fernhaus | Derby", snippet, "Derby", "GB")
