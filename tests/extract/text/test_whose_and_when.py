"""Values that stand in a text, and that the text does not state of this place, now and as a whole."""

import json

import pytest

from extract.schema import QueryContext, TextRecord
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)


def values(snippet: str, country: str, title: str = "Fernhaus | Springfield", city: str = "Springfield") -> dict:
    record = TextRecord("serper", "r", "h", title, snippet, "https://fernhaus.example/")
    query = QueryContext("x", None, None, city, (), country)
    claims = extract_by_rules(record, query, LEXICON.for_query(query)).claims
    found: dict[str, list[str]] = {}
    for claim in claims:
        if claim.is_kept:
            found.setdefault(claim.field_name, []).append(str(claim.value))
    return found


@pytest.mark.parametrize(
    ("country", "text"),
    [
        pytest.param("IT", "Aperto sabato e domenica 14-17, da giugno a settembre.", id="months-italian"),
        pytest.param("FR", "Avril à octobre : tous les jours de 10h à 18h.", id="months-french"),
        pytest.param("DE", "Geöffnet 1. Mai bis 30. September, täglich 9-18 Uhr.", id="months-german"),
        pytest.param("ES", "Horario de verano: lunes a viernes de 9:00 a 14:00.", id="summer-spanish"),
        pytest.param("SE", "Öppet alla dagar 7–20 under säsong.", id="season-swedish"),
        pytest.param("GB", "Summer 2031 (1 April to 30 September): daily 10am-6pm.", id="summer-of-a-year"),
        pytest.param("GB", "Season: May to October. Open daily 10am-6pm.", id="season-label"),
        pytest.param("FR", "Accueil : lundi-vendredi 16h-20h.", id="reception-french"),
        pytest.param("IT", "Segreteria: lunedì-venerdì 9:00-12:00.", id="secretary-italian"),
        pytest.param("DE", "Das Hallenbad Moorwald ist täglich von 7 bis 21 Uhr geöffnet.", id="another-house"),
    ],
)
def test_hours_of_a_season_or_of_another_are_not_those_of_the_place(country, text):
    assert "opening_hours" not in values(text, country)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        pytest.param("FR", "Accueil du public : lundi-vendredi 9h-17h.", id="public-french"),
        pytest.param("DE", "Die Halle ist täglich von 7 bis 21 Uhr geöffnet.", id="our-hall"),
        pytest.param("GB", "We moved in May. Open daily 9am-5pm.", id="a-month"),
    ],
)
def test_hours_of_the_place_stay(country, text):
    assert "opening_hours" in values(text, country)


@pytest.mark.parametrize(
    ("country", "text", "field"),
    [
        pytest.param("GB", "Parking: metered on the street.", "parking_available", id="street"),
        pytest.param("FR", "Stationnement dans les rues voisines.", "parking_available", id="street-french"),
        pytest.param("GB", "Screens 1 and 2 are wheelchair accessible, Screen 3 is not.", "disabled_access", id="part"),
        pytest.param("GB", "Not suitable for wheelchairs above the ground floor.", "disabled_access", id="upstairs"),
        pytest.param("FR", "Pas de wifi le dimanche.", "wifi", id="sundays-french"),
        pytest.param("GB", "Phone banking: 0345 555 0100.", "phone", id="bank"),
        pytest.param("GB", "The nearest is Dell Car Park (0131 496 0171).", "phone", id="nearest"),
        pytest.param("GB", "Second shop in Moorwald: 0131 496 0172.", "phone", id="second-shop"),
        pytest.param("FR", "Également à Moorwald : 03 80 55 01 23.", "phone", id="second-shop-french"),
        pytest.param("GB", "Unit 3, Dell Park, Springfield. 0131 496 0123", "canonical_place_types", id="estate"),
        pytest.param("GB", "Dell Bar. 5pm-2am daily, noon-3am Sat.", "opening_hours", id="two-spans-of-a-night"),
        pytest.param("GB", "Members only except Tuesdays.", "canonical_access", id="members-but-for-a-day"),
        pytest.param("GB", "Meeting room (seats 20) for hire.", "discovered_attributes", id="room-in-brackets"),
        pytest.param("GB", "Our old tennis courts are now a car park.", "canonical_place_types", id="old-courts"),
        pytest.param("IE", "085 555 0123 (coach)", "phone", id="coach"),
        pytest.param("GB", "The largest trampoline park around.", "canonical_place_types", id="trampolines"),
        pytest.param("GB", "Gift vouchers: gifts@fernhaus.example", "email", id="vouchers"),
        pytest.param("DE", "Bewerbung an personal@fernhaus.example", "email", id="applications"),
        pytest.param("GB", "We were at 7 Moor Road, Springfield BS6 6SH.", "postcode", id="old-postcode"),
        pytest.param("GB", "We were at 7 Moor Road, Springfield BS6 6SH.", "street_address", id="old-street"),
        pytest.param("GB", "Two 50 kW rapid chargers coming in spring 2031.", "discovered_attributes", id="planned"),
        pytest.param("GB", "Tel 01865 555 090 Fax 01865 555 091 office.", "discovered_attributes", id="digits"),
        pytest.param("FR", "2 place du Calvaire Neuf, 35000 Springfield.", "discovered_attributes", id="street-number"),
        pytest.param("GB", "Meeting room holds 45.", "discovered_attributes", id="room"),
        pytest.param("GB", "Rooms for bouldering: our climbing gym.", "canonical_place_types", id="idiom"),
    ],
)
def test_what_is_not_said_of_the_place_is_no_value(country, text, field):
    assert field not in values(text, country)


@pytest.mark.parametrize(
    ("title", "text", "town"),
    [
        pytest.param("Fernhaus vicino a Siena", "A 12 km da Siena.", "Siena", id="italian"),
        pytest.param("Fernhaus", "Proche de Lyon, à 8 km de Lyon.", "Lyon", id="french"),
        pytest.param("Fernhaus", "Unweit von Trier gelegen.", "Trier", id="german"),
    ],
)
def test_a_town_nearby_is_not_the_town_of_the_place(title, text, town):
    assert "city" not in values(f"{text} Tel. +39 0577 555 0123", "IT", title, town)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        pytest.param("Dell branch closing 14 March 2031 | Tyne Bank", "Tyne Bank", id="closing"),
        pytest.param("We have moved! - Smoke Table", "Smoke Table", id="moved"),
        pytest.param("Access | Dell Paper Museum", "Dell Paper Museum", id="page-word"),
        pytest.param("Over ons - De Zeemeeuw", "De Zeemeeuw", id="dutch"),
        pytest.param("Kontak - Karet Futsal", "Karet Futsal", id="indonesian"),
    ],
)
def test_what_a_page_says_is_no_name(title, name):
    assert values("12 Dell Road, Springfield. Tel. 0131 496 0123", "GB", title)["entity_name"] == [name]


def test_a_street_keeps_what_stands_behind_its_name():
    assert values("15 Dell Street 44, Singapore 529123.", "SG")["street_address"] == ["15 Dell Street 44"]
    assert values("9 quai du Wault prolongé, 59800 Lille.", "FR")["street_address"] == ["9 quai du Wault prolongé"]


def test_a_service_that_comes_to_its_customers_is_no_place():
    assert values("Mobile repairs, we come to you! Call 0131 496 0123.", "GB")["entity_class"] == ["organization"]


def test_the_site_of_an_inspectorate_is_not_the_places():
    assert "website_url" not in values("Dell Road, Springfield.", "GB", "Dell Nursery - Care Inspectorate report")


@pytest.mark.parametrize(
    ("country", "text"),
    [
        pytest.param("IT", "Accessibile in sedia a rotelle.", id="italian"),
        pytest.param("NO", "Badet er tilrettelagt for rullestolbrukere.", id="norwegian"),
        pytest.param("CH", "Der Laden ist rollstuhlgängig.", id="swiss"),
        pytest.param("NL", "Toegankelijk voor rolstoelgebruikers.", id="dutch"),
    ],
)
def test_access_for_wheelchairs_is_read_in_more_languages(country, text):
    assert values(text, country)["disabled_access"] == ["true"]


def test_the_answer_to_the_next_label_does_not_deny_the_value_before_it():
    assert values("info@fernhaus.example\nBezbariérový přístup: ne", "CZ")["email"] == ["info@fernhaus.example"]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        pytest.param("Jobs bei Metzgerei Egger", "Die Metzgerei sucht ab sofort eine Verkäuferin.", id="jobs-german"),
        pytest.param("Cercasi cameriere - Al Pozzo", "Inviare CV. Turno serale 18-24.", id="jobs-italian"),
        pytest.param("For Lease: shop in Dell Street", "84 sqm in the heart of town.", id="lease"),
        pytest.param("Neues Hallenbad in Walle: Baubeginn 2031", "Der Rat plant ein Becken.", id="planned-german"),
        pytest.param("Council approves plans for new climbing wall", "Work starts in spring.", id="planned"),
        pytest.param("Weather at Dell Marina, Springfield", "24°C, wind 12 kn.", id="weather"),
        pytest.param("Kletterhalle Dell – Preisvergleich", "Vergleiche 9 Hallen.", id="comparison"),
        pytest.param("Our cafés | Stone Café", "Dell Row, BA1 1AE, 01225 496 011. Park Row, BS1 2AG.", id="branches"),
    ],
)
def test_a_page_about_something_else_gives_no_values(title, text):
    assert values(text, "GB", title) == {}


@pytest.mark.parametrize(
    ("country", "text", "number"),
    [
        pytest.param("IT", "T. 02 555 0123 - M. 347 555 0123", "+39025550123", id="italian"),
        pytest.param("ID", "Telp. (031) 555 0123 / WA 0812 5550 1234", "+62315550123", id="whatsapp"),
        pytest.param("GB", "Tel 0131 496 0123, mobile 07911 123456", "+441314960123", id="mobile"),
    ],
)
def test_the_landline_comes_before_the_mobile(country, text, number):
    assert values(text, country)["phone"] == [number]


def test_a_legal_page_gives_no_town_of_the_place():
    record = TextRecord("pages", "r", "h", "Mentions légales – Ciné Aster", "Hébergeur : 59100 Roubaix.",
                        "https://cineaster.example/mentions-legales")  # fmt: skip
    query = QueryContext("cinema", None, None, "Roubaix", (), "FR")

    claims = extract_by_rules(record, query, LEXICON.for_query(query)).claims

    assert [claim for claim in claims if claim.field_name == "city" and claim.is_kept] == []


def test_halls_are_screens_in_a_cinema_only():
    assert values("Salsa und Tango. 3 Säle.", "DE")["discovered_attributes"] == ['{"halls": 3}']
    assert values("Kino mit 3 Sälen, 3 Säle.", "DE")["discovered_attributes"] == ['{"screens": 3}']


def test_a_person_is_no_gym():
    found = values("Isla trains in gyms and parks. Call 0131 496 0123.", "GB", "Isla Dell | Personal Trainer")

    assert found["entity_class"] == ["person"]
    assert "canonical_place_types" not in found


@pytest.mark.parametrize(
    ("country", "text", "field"),
    [
        pytest.param("GB", "A second gym opens in Moorwald in spring 2031.", "canonical_place_types", id="opens"),
        pytest.param("DE", "Ein zweites Fitnessstudio eröffnet in Moorwald.", "canonical_place_types", id="eröffnet"),
        pytest.param("ES", "Un segundo gimnasio abrirá en Moorwald.", "canonical_place_types", id="abrirá"),
        pytest.param("GB", "Changing rooms are not wheelchair accessible.", "disabled_access", id="changing-rooms"),
        pytest.param("DE", "Die Umkleiden sind nicht barrierefrei.", "disabled_access", id="umkleiden"),
        pytest.param("GB", "The upper floor is not wheelchair accessible.", "disabled_access", id="floor"),
        pytest.param("ZA", "Ferns · Shop 8, Lagoon Mall · Open until 6pm", "canonical_place_types", id="unit"),
        pytest.param("ZA", "Ferns · Shop 8, Lagoon Mall · Open until 6pm", "canonical_roles", id="unit-role"),
        pytest.param("GB", "Seats are reserved through our access line on 0131 496 0172.", "phone", id="access-line"),
        pytest.param("GB", "Parties: 0131 496 0172. Lessons: 0131 496 0173.", "phone", id="two-purposes"),
        pytest.param("JP", "Open every day 11:00-05:00.", "opening_hours", id="night-or-afternoon"),
    ],
)
def test_what_is_said_of_a_part_or_of_another_house_is_no_value(country, text, field):
    assert field not in values(text, country)


@pytest.mark.parametrize(
    ("country", "text", "field"),
    [
        pytest.param("GB", "A second gym is upstairs.", "canonical_place_types", id="second-room"),
        pytest.param("GB", "The house is not wheelchair accessible.", "disabled_access", id="whole"),
        pytest.param("GB", "Toilets and showers but no wifi.", "wifi", id="of-the-house"),
        pytest.param("GB", "Coffee shop 14 Moor Road, Springfield.", "canonical_place_types", id="shop-and-street"),
        pytest.param("GB", "Booking line: 0131 496 0172.", "phone", id="booking-line"),
        pytest.param("GB", "Open every day 11:00-5:00pm.", "opening_hours", id="afternoon"),
    ],
)
def test_what_is_said_of_the_whole_house_stays(country, text, field):
    assert field in values(text, country)


@pytest.mark.parametrize(
    ("title", "is_stated"),
    [
        pytest.param("Fernhaus: how to get there, parking and tickets", False, id="english"),
        pytest.param("Fernhaus - Anfahrt und Parkplätze", False, id="german"),
        pytest.param("Fernhaus with free parking", True, id="stated"),
    ],
)
def test_the_topics_of_a_page_state_nothing(title, is_stated):
    assert ("parking_available" in values("12 Dell Road, Springfield.", "DE", title)) is is_stated


@pytest.mark.parametrize(
    ("country", "text", "days"),
    [
        pytest.param("IT", "Orario: lun-ven 8.30-13, 16-20; sab 8.30-13.", {"mo": 2, "sa": 1}, id="italian"),
        pytest.param("ES", "Lunes a viernes 9-14, 17-20.", {"fr": 2}, id="spanish"),
        pytest.param("DE", "Mo-Fr 8-12, 14-18 Uhr.", {"we": 2}, id="german"),
        pytest.param("GB", "Mon-Fri 9am-1pm, 14-18 Dell Road, Springfield.", {"mo": 1}, id="a-street"),
    ],
)
def test_the_hours_after_a_break_are_read(country, text, days):
    week = json.loads(values(text, country)["opening_hours"][0])

    assert {day: len(week[day]) for day in days} == days


def test_the_name_of_a_street_is_read_to_its_end():
    assert values("2 Dell Court Parade, Springfield.", "GB")["street_address"] == ["2 Dell Court Parade"]
    assert values("6 Moor Mews, Springfield.", "GB")["street_address"] == ["6 Moor Mews"]


@pytest.mark.parametrize(
    ("country", "title", "text"),
    [
        pytest.param("GB", "Dell Physio and Moor Physio: two clinics", "Dell: 0131 496 0171. Moor: 0131 496 0172.",
                     id="clinics"),
        pytest.param("ES", "Clínica Helecho: dos sedes", "Norte: 91 555 01 23. Sur: 91 555 01 24.", id="sedes"),
        pytest.param("DE", "Zwei Standorte | Physio Fern", "Nord: 0911 2345012. Süd: 0911 2345013.", id="standorte"),
    ],
)  # fmt: skip
def test_a_page_of_two_branches_is_a_list(country, title, text):
    assert "entity_name" not in values(text, country, title)


def test_a_hotel_with_two_restaurants_is_one_place():
    text = "Reception 0131 496 0171, bar 0131 496 0172. Dell Road, Springfield."

    assert values(text, "GB", "Dell Hotel: 2 restaurants")["entity_name"]


@pytest.mark.parametrize(
    ("country", "text"),
    [
        pytest.param("GB", "Reception: 0131 496 0171. Parties: 0131 496 0172.", id="parties"),
        pytest.param("GB", "Kids parties: 0131 496 0172 · 0131 496 0171", id="without-a-label"),
        pytest.param("GB", "Group bookings: 0131 496 0172. Tel: 0131 496 0171.", id="groups"),
    ],
)
def test_a_number_for_some_visitors_comes_after_that_of_all(country, text):
    assert values(text, country)["phone"] == ["+441314960171"]
