"""The rules read search results of the whole world: where they are, when they open, and what they are about."""

import json

import pytest

from extract.combining import _about
from extract.schema import Claim, Extraction, QueryContext, TextRecord
from extract.text.languages import languages_of
from extract.text.lexicon import load_lexicon
from extract.text.rules import extract_by_rules
from orchestrate.settings import SEEDS_DIR

LEXICON = load_lexicon(SEEDS_DIR)
STREETS = LEXICON.gazetteer.streets


def read(city: str, country: str, title: str, snippet: str, url: str = "https://house.example/") -> Extraction:
    query = QueryContext(f"house {city}", None, None, city, (), country)
    return extract_by_rules(TextRecord("serper", url, "h", title, snippet, url), query, LEXICON.for_query(query))


def values(extraction: Extraction) -> dict[str, str]:
    return {claim.field_name: claim.value for claim in extraction.claims if claim.value is not None}


@pytest.mark.parametrize(
    ("city", "country", "title", "snippet", "locality"),
    [
        pytest.param("Hamburg", "DE", "Café Anker – Hamburg-Eimsbüttel", "Kuchen.", "Eimsbüttel", id="joined"),
        pytest.param("Nairobi", "KE", "Fig Desk | Desks in Lavington, Nairobi", "Wifi.", "Lavington", id="before-town"),
        pytest.param("Kraków", "PL", "Kawiarnia Ryba – Kraków Kazimierz", "Kawa.", "Kazimierz", id="behind-town"),
        pytest.param("Cape Town", "ZA", "Kelp Books — Cape Town", "9 Main Road, Muizenberg, 7945.", "Muizenberg",
                     id="after-street"),
        pytest.param("Hobart", "AU", "Fern Vet, Hobart", "9 King Street, Sandy Bay TAS 7005.", "Sandy Bay",
                     id="before-state"),
        pytest.param("Bruxelles", "BE", "Salon Folle", "Rue Haute 2, 1050 Ixelles, Bruxelles.", "Ixelles",
                     id="town-in-a-town"),
        pytest.param("Lyon", "FR", "Musée du Fil | Lyon Tourisme", "Ouvert.", None, id="name-of-a-site"),
        pytest.param("York", "GB", "The Old Ketch, York", "The Old Ketch, York.", None, id="name-of-the-place"),
        pytest.param("Moab", "US", "Mesa Camp - Moab, Utah", "Showers.", None, id="region"),
        pytest.param("Bath", "GB", "Elm House | Rooms near Bath", "Ten minutes from Widcombe, Bath.", None, id="near"),
    ],
)  # fmt: skip
def test_a_part_of_a_town_is_known_by_where_it_stands(city, country, title, snippet, locality):
    assert values(read(city, country, title, snippet)).get("locality") == locality


@pytest.mark.parametrize(
    ("country", "snippet", "street"),
    [
        pytest.param("IE", "1A Royal Canal Bank, Phibsborough, D07 RK58.", "1A Royal Canal Bank", id="before-code"),
        pytest.param("US", "1512 W 25th St, Springfield, OH 44113.", "1512 W 25th St", id="ordinal"),
        pytest.param("FI", "Hakaniemenranta 5, 00530 Helsinki.", "Hakaniemenranta 5", id="number-last"),
        pytest.param("CZ", "Nerudova 300/12, 118 00 Praha 1.", "Nerudova 300/12", id="two-numbers"),
        pytest.param("GB", "Bird Lane, Springfield AB1 2CD.", "Bird Lane", id="without-a-number"),
        pytest.param("CO", "Cra. 7 # 119-24, Usaquén.", "Cra. 7 # 119-24", id="colombia"),
        pytest.param("ID", "Jl. Kapten Muslihat No. 21, Bogor 16122.", "Jl. Kapten Muslihat No. 21", id="indonesia"),
        pytest.param("TR", "Kıbrıs Şehitleri Cad. No:140, Alsancak.", "Kıbrıs Şehitleri Cad. No:140", id="turkey"),
        pytest.param("GB", "10 Badminton Courts, Springfield AB1 2CD.", None, id="a-count"),
        pytest.param("GB", "Beside the car park on Bird Lane.", None, id="beside-a-street"),
    ],
)
def test_streets_are_read_in_the_forms_of_the_world(country, snippet, street):
    found = [hit.value for hit in STREETS.find(snippet, country)]

    assert found == ([street] if street else [])


@pytest.mark.parametrize(
    ("country", "snippet", "days"),
    [
        pytest.param("PT", "Seg a sáb 7h-20h, dom 8h-13h.", {"sa": ["07:00", "20:00"], "su": ["08:00", "13:00"]},
                     id="portuguese"),
        pytest.param("NL", "Ma-vr 9:00-18:00, za 10:00-17:00.", {"fr": ["09:00", "18:00"], "sa": ["10:00", "17:00"]},
                     id="dutch"),
        pytest.param("SE", "Öppet alla dagar 7-22.", {"su": ["07:00", "22:00"]}, id="swedish"),
        pytest.param("PL", "Pon-pt 6:00-23:00, sob-nd 8:00-20:00.", {"su": ["08:00", "20:00"]}, id="polish"),
        pytest.param("FR", "Du mardi au samedi de 7h à 19h. Fermé le lundi.", {"tu": ["07:00", "19:00"], "mo": None},
                     id="closed-in-french"),
        pytest.param("CA", "Lun-ven 7h-17h, sam-dim 8h-17h avec vous.", {"su": ["08:00", "17:00"]},
                     id="french-in-canada"),
        pytest.param("SG", "10am-3pm, closed on Mondays.", {"tu": ["10:00", "15:00"], "mo": None}, id="all-but-closed"),
        pytest.param("ZA", "Petrol · Open 24 hours", {"mo": ["00:00", "24:00"]}, id="round-the-clock"),
        pytest.param("GB", "Moved in May. Open 9.30am-6pm Monday to Friday.", {"fr": ["09:30", "18:00"]},
                     id="a-month-elsewhere"),
        pytest.param("GB", "Open daily 10am-5pm. Closed in winter.", None, id="seasonal"),
        pytest.param("DE", "Mo-Fr 8-20 Uhr, Mitglieder 24/7.", {"mo": ["08:00", "20:00"]}, id="beside-24/7"),
        pytest.param("IT", "Dal lunedì al sabato 10-20. Eventi ogni giovedì alle 18.", {"th": ["10:00", "20:00"]},
                     id="at-is-not-until"),
        pytest.param("AT", "Mittagsmenü Mo-Fr 11:30-14 Uhr.", None, id="of-a-meal"),
    ],
)  # fmt: skip
def test_hours_are_read_in_the_languages_of_the_world(country, snippet, days):
    week = values(read("Springfield", country, "House of Kelp, Springfield", snippet)).get("opening_hours")

    stated = json.loads(week) if week else None
    assert (stated is None) == (days is None)
    assert all(stated.get(day) == (span and [span]) for day, span in (days or {}).items())


@pytest.mark.parametrize(
    ("title", "snippet", "url", "aboutness"),
    [
        pytest.param("Kelp House Graz", "Prices and how to get to Kelp House. Lange Gasse 3, 8010 Graz.",
                     "https://kelp.example/", "same", id="how-to-get-there"),
        pytest.param("Die 10 günstigsten Tankstellen in Graz", "Diesel.", "https://sprit.example/", "list_page",
                     id="german"),
        pytest.param("Los 15 mejores bares de Graz", "Dónde.", "https://guia.example/", "list_page", id="spanish"),
        pytest.param("Pool delayed in Graz - Avon Post", "It opens late, councillors were told.",
                     "https://www.avonpost.example/pool", "unrelated", id="news"),

                            pytest.param("Cook (m/w/d) - Kelp House Graz", "Vollzeit. Jetzt bewerben!",
                     "https://kelp.example/", "unrelated",
                     id="job"),
        pytest.param("Kelp House Graz | Best rates", "Lange Gasse 3, 8010 Graz.", "https://kelp.example/", "same",
                     id="praise-behind-the-name"),
        pytest.param("The Post House, Graz", "Lange Gasse 3, 8010 Graz.", "https://post.example/", "same",
                     id="a-house-named-post"),
    ],
)  # fmt: skip
def test_lists_news_and_job_adverts_are_no_places(title, snippet, url, aboutness):
    assert read("Graz", "AT", title, snippet, url).aboutness == aboutness


@pytest.mark.parametrize(
    ("title", "snippet", "what"),
    [
        pytest.param("Kelp Studio, Graz", "Lange Gasse 3, 8010 Graz.", "place", id="with-an-address"),
        pytest.param(
            "Styrian Rowing Federation", "The governing body of rowing in Graz.", "organization", id="federation"
        ),
        pytest.param("Kelp Festival Graz", "Music on 12 June in Graz.", "event", id="festival"),
        pytest.param("Ada Kelp | Personal Trainer in Graz", "Call +43 316 555012.", "person", id="trainer"),
    ],
)
def test_the_class_of_a_page(title, snippet, what):
    claims = [c for c in read("Graz", "AT", title, snippet).claims if c.field_name == "entity_class"]

    assert [claim.value for claim in claims] == [what]
    assert claims[0].verification == "inferred"


@pytest.mark.parametrize(
    ("country", "text", "languages"),
    [
        pytest.param("GB", "le la les des", (), id="one-language"),
        pytest.param("CA", "Ouvert du lundi au jeudi, rue des Pins", ("fr",), id="of-two"),
        pytest.param("CA", "Open the whole week for you and your family", (), id="english-of-two"),
        pytest.param("CH", "Aperto tutti i giorni con una sala per il gioco", ("it", "de", "fr"), id="of-three"),
        pytest.param(None, "Geöffnet für Sie von Montag bis Freitag und im Sommer", ("de",), id="unknown-country"),
    ],
)
def test_the_language_of_a_text_shows_in_its_small_words(country, text, languages):
    assert languages_of(country, STREETS, text) == languages


def by_rules(*claims: Claim) -> Extraction:
    return Extraction(TextRecord("s", "r", "h", "t", "s", "u"), "same", "about one place", claims)


def test_a_model_cannot_silence_a_page_with_an_address():
    phone = Claim("phone", "+4331655501", "0316 55501", 0, 10, "verified", 0.9)

    assert _about(by_rules(phone), "unrelated") == (
        "same",
        "about one place, by its address, phone or hours; the model: unrelated",
    )


def test_a_models_doubt_counts_where_nothing_shows_a_place():
    assert _about(by_rules(), "unrelated") == ("unrelated", "so says the model; the rules: same")


@pytest.mark.parametrize(
    ("title", "snippet", "url", "name"),
    [
        pytest.param("Öffnungszeiten und Preise | Uhrenhaus", "", "https://u.example/", "Uhrenhaus", id="page-words"),
        pytest.param("Bound In Springfield | Escape Room", "", "https://boundinspringfield.example/",
                     "Bound In Springfield", id="phrase-of-the-host"),
        pytest.param("Suds & Co Laundry in Dell - Hours, Prices & Machines", "", "https://sudsandco.example/",
                     "Suds & Co Laundry", id="name-in-a-town"),
        pytest.param("Fern Lodge $189 ($240) - Prices & Reviews", "", "https://fernlodge.example/", "Fern Lodge",
                     id="price"),
        pytest.param("Camping Les Joncs *** - Tarifs", "", "https://lesjoncs.example/", "Camping Les Joncs",
                     id="stars"),
        pytest.param("Fern Inn (Springfield): UPDATED 2031 Reviews", "", "https://ferninn.example/", "Fern Inn",
                     id="town-in-brackets"),
        pytest.param("KFZ Huber GmbH in 1210 Springfield | herold.at", "", "https://www.herold.at/huber",
                     "KFZ Huber GmbH", id="firm-in-a-town"),
    ],
)  # fmt: skip
def test_a_name_is_read_without_what_sites_add(title, snippet, url, name):
    record = read("Springfield", "AT", title, snippet or "Hauptstraße 9, 1210 Springfield.", url)

    assert values(record).get("entity_name") == name


@pytest.mark.parametrize(
    ("country", "title", "snippet", "kinds"),
    [
        pytest.param("DE", "Am Markt | Apotheke", "Mo-Fr 9-18 Uhr.", ["pharmacy"], id="german"),
        pytest.param("FR", "Les Aubiers - Cabinet dentaire", "Sur rendez-vous.", ["dentist"], id="french"),
        pytest.param("ES", "La Espiga", "Panadería de barrio.", ["bakery"], id="spanish"),
        pytest.param("IT", "Ca' Lana", "Museo aperto tutti i giorni.", ["museum"], id="italian"),
        pytest.param("NL", "De Vos - dierenkliniek", "Bel voor een afspraak.", ["vet"], id="dutch"),
        pytest.param("PT", "O Cais | Restaurante", "Peixe fresco.", ["restaurant"], id="portuguese"),
        pytest.param("PL", "Św. Anna", "Kościół. Msze w niedziele.", ["church"], id="polish"),
        pytest.param("GB", "Fern & Dell | Google Maps", "4.2 ★ (188) · Petrol station · Bird Street",
                     ["petrol_station"], id="item"),
        pytest.param("GB", "The Old Post Office", "Lunch and cakes.", [], id="name-alone"),
        pytest.param("IT", "Museo della Lana", "Aperto tutti i giorni.", [], id="name-alone-abroad"),
        pytest.param("GB", "Dell Park Bowling Club", "Six rinks.", ["sports_club"], id="park-of-a-club"),
        pytest.param("GB", "Dell Leisure Centre and Gym", "Ask us.", ["leisure_centre", "gym"], id="two-kinds"),
        pytest.param("FR", "Les Aubiers", "École de tennis pour tous.", [], id="lessons"),
        pytest.param("GB", "Hay Loft", "Hostel with 40 beds.", ["hostel"], id="first-words"),
        pytest.param("GB", "Hay Loft", "We are next to the church and the museum.", [], id="neighbours"),
        pytest.param("FR", "Mairie | Hôtel de Ville", "Place de la Paix.", [], id="town-hall"),
    ],
)  # fmt: skip
def test_the_kind_of_a_place_is_that_of_its_title(country, title, snippet, kinds):
    claims = read("Springfield", country, title, f"{snippet} Tel. +44 131 496 0123").claims
    found = [claim.value for claim in claims if claim.field_name == "canonical_place_types" and claim.value]

    assert found == kinds


@pytest.mark.parametrize(
    ("text", "city"),
    [
        pytest.param("Via Larga 9, 00184 Roma.", "Roma", id="address"),
        pytest.param("Una casa a roma antica.", None, id="a-small-word"),
    ],
)
def test_a_city_is_known_by_its_name_in_another_language(text, city):
    query = QueryContext("house rome", None, None, "Rome", (), "IT", ("roma", "rzym"))
    record = TextRecord("serper", "u", "h", "Casa Bianca", text, "https://house.example/")

    assert values(extract_by_rules(record, query, LEXICON.for_query(query))).get("city") == city
