"""Web addresses are read in every form that people type. A shared site is not a place's website."""

import pytest

from extract.payloads.kinds import load_readers
from extract.values.emails import read_emails
from extract.web.social import is_profile
from extract.web.urls import plain_url
from extract.web.websites import own_sites, profiles
from orchestrate.settings import SEEDS_DIR

FIND = load_readers(SEEDS_DIR).kinds["web"]


@pytest.mark.parametrize(
    ("written", "urls"),
    [
        pytest.param("www.quarry.example", ["https://www.quarry.example"], id="no-scheme"),
        pytest.param("HTTP://Quarry.example/Join", ["http://quarry.example/Join"], id="capitals"),
        pytest.param("https//quarry.example", ["https://quarry.example"], id="half-a-scheme"),
        pytest.param("https://a.example/;b.example", ["https://a.example/", "https://b.example"], id="two"),
        pytest.param("https://a.example/x,y", ["https://a.example/x,y"], id="a-comma-of-its-own"),
        pytest.param("https://a.example/?utm_source=g&id=3&fbclid=z", ["https://a.example/?id=3"], id="tracking"),
        pytest.param('<a href="https://a.example/x">News</a>', ["https://a.example/x"], id="html"),
    ],
)
def test_a_field_gives_each_address_in_it(written, urls):
    assert own_sites(written, set(), {}).values == tuple(urls)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        pytest.param("yes", "no_url", id="yes"),
        pytest.param("info@quarry.example", "no_url", id="email"),
        pytest.param("http://[", "no_url", id="broken"),
        pytest.param("https://www.volt.example/locations/7", "operator", id="operator"),
        pytest.param("https://maps.google.com/?cid=3", "map", id="map"),
        pytest.param("https://goo.gl/maps/x", "map", id="short-map"),
        pytest.param("https://twitter.com/volt/status/8995", "post", id="tweet"),
        pytest.param("https://www.facebook.com/sharer.php?u=x", "post", id="share"),
        pytest.param("https://www.facebook.com/quarry", "profile", id="profile"),
        pytest.param("https://www.pages.example/quarry", "directory", id="directory"),
        pytest.param("http://sho.rt.example/quarry", "short link", id="short-link"),
        pytest.param("https://book.example/", "booking", id="a-booking-platform-itself"),
    ],
)
def test_shared_site_has_a_reason(written, reason):
    kinds = {"pages.example": "directory", "book.example": "booking", "sho.rt.example": "short link"}

    assert own_sites(written, {"volt.example"}, kinds) == ((), reason)


def test_a_club_s_page_on_a_booking_platform_is_its_site():
    club = "https://clubs.book.example/QuarryTennis"

    assert own_sites(club, set(), {"book.example": "booking"}).values == (club,)


@pytest.mark.parametrize(
    ("field", "written", "profile"),
    [
        ("facebook_url", "quarrysports", "https://www.facebook.com/quarrysports"),
        ("facebook_url", "m.facebook.com/quarry/", "https://www.facebook.com/quarry"),
        ("facebook_url", "https://en-gb.facebook.com/pages/Quarry/123", "https://www.facebook.com/pages/Quarry/123"),
        ("facebook_url", "https://facebook.com/profile.php?id=12&ref=x", "https://www.facebook.com/profile.php?id=12"),
        ("facebook_url", "fb.me/quarry", "https://www.facebook.com/quarry"),
        ("facebook_url", "Quarry Sports", None),
        ("facebook_url", "yes", None),
        ("facebook_url", "https://www.facebook.com/quarry/posts/7", None),
        ("facebook_url", "https://twitter.com/quarry", None),
        ("instagram_url", "@quarry", "https://www.instagram.com/quarry"),
        ("instagram_url", "https://instagram.com/quarry?igshid=1", "https://www.instagram.com/quarry"),
        ("instagram_url", "https://www.instagram.com/p/abc/", None),
        ("twitter_url", "https://x.com/quarry", "https://twitter.com/quarry"),
        ("linkedin_url", "company/quarry", "https://www.linkedin.com/company/quarry"),
    ],
)
def test_handle_or_address_becomes_the_full_profile(field, written, profile):
    assert profiles(written, field).values == ((profile,) if profile else ())


def test_a_profile_given_as_website_goes_to_its_own_field():
    from extract.values.value_paths import Written

    parts = {"website": [Written("https://facebook.com/quarry", "/website"), Written("quarry.example", "/url")]}

    found = {reading.field_name: reading.value for reading in FIND(parts, "GB")}

    assert found == {"website_url": "https://quarry.example", "facebook_url": "https://www.facebook.com/quarry"}


@pytest.mark.parametrize(
    ("url", "is_page"),
    [
        ("https://twitter.com/quarry", True),
        ("https://twitter.com/quarry/status/1", False),
        ("https://twitter.com/", False),
        ("https://quarry.example/x", False),
    ],
)
def test_post_or_search_is_no_profile(url, is_page):
    assert is_profile(url) == is_page


def test_two_numbered_profiles_are_two():
    assert plain_url("https://www.facebook.com/profile.php?id=1&x=2") == "facebook.com/profile.php?id=1"
    assert plain_url("https://www.quarry.example/join/?id=1") == "quarry.example/join"


@pytest.mark.parametrize(
    ("written", "emails"),
    [
        pytest.param("Info@Quarry.example", ["info@quarry.example"], id="capitals"),
        pytest.param("mailto:info@quarry.example?subject=Hire", ["info@quarry.example"], id="mailto"),
        pytest.param("a@quarry.example; b@quarry.example", ["a@quarry.example", "b@quarry.example"], id="two"),
        pytest.param("at reception", [], id="none"),
    ],
)
def test_a_field_gives_each_email_in_it(written, emails):
    assert read_emails(written).values == tuple(emails)
