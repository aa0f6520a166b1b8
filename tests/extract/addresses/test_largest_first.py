"""Addresses in the scripts of East Asia are read from the largest part to the smallest, or not at all."""

import json

import pytest

from extract.addresses.divisions import divisions_of
from extract.addresses.largest_first import country_of_largest_first, read_largest_first
from extract.payloads.kinds import load_readers
from making.municipalities import parts
from orchestrate.settings import SEEDS_DIR

READERS = load_readers(SEEDS_DIR, {"clubs": None})


@pytest.mark.parametrize(
    ("text", "country", "read"),
    [
        ("〒443-0022 愛知県蒲郡市三谷北通4丁目131", "JP", ("443-0022", "蒲郡市", None, "三谷北通4丁目131")),
        (
            "〒1500041東京都渋谷区神南１丁目２−３ カゼビル5F",
            "JP",
            ("150-0041", "渋谷区", None, "神南1丁目2-3 カゼビル5F"),
        ),
        ("日本、〒150-0041 東京都渋谷区神南1-2-3", "JP", ("150-0041", "渋谷区", None, "神南1-2-3")),
        ("東京都 港区 海岸 4-5-6", "JP", (None, "港区", None, "海岸4-5-6")),
        ("神奈川県横浜市中区本町1-1", "JP", (None, "横浜市", "中区", "本町1-1")),
        ("三重県四日市市諏訪町1-5", "JP", (None, "四日市市", None, "諏訪町1-5")),
        ("北海道余市郡余市町黒川町5-43", "JP", (None, "余市町", None, "黒川町5-43")),
        ("福島県郡山市朝日一丁目", "JP", (None, "郡山市", None, "朝日一丁目")),
        ("北海道札幌市中央区北1条西2丁目", "JP", (None, "札幌市", "中央区", "北1条西2丁目")),
        ("渋谷区神南1-2-3", "JP", (None, "渋谷区", None, "神南1-2-3")),
        ("04524 서울특별시 중구 세종대로 110", "KR", ("04524", "서울특별시", "중구", "세종대로 110")),
        (
            "서울 강남구 테헤란로14길 6 (역삼동), 06236",
            "KR",
            ("06236", "서울특별시", "강남구", "테헤란로14길 6 (역삼동)"),
        ),
        ("경기도 성남시 분당구 판교역로 166", "KR", (None, "성남시", "분당구", "판교역로 166")),
        ("경기도 양평군 양평읍 양근로 1", "KR", (None, "양평군", None, "양평읍 양근로 1")),
        ("강원특별자치도 춘천시 중앙로 1", "KR", (None, "춘천시", None, "중앙로 1")),
        ("부산광역시 해운대구 우동 1408번지", "KR", (None, "부산광역시", "해운대구", "우동 1408번지")),
        ("서울특별시 강남구 테헤란로 152, 15층", "KR", (None, "서울특별시", "강남구", "테헤란로 152, 15층")),
        ("310012 浙江省杭州市西湖区文三路100号", "CN", ("310012", "杭州市", "西湖区", "文三路100号")),
        ("上海浦东新区世纪大道100号3楼", "CN", (None, "上海市", "浦东新区", "世纪大道100号3楼")),
        ("上海市崇明区北门路1号", "CN", (None, "上海市", "崇明区", "北门路1号")),  # a county in the data
        ("江苏省昆山市前进路1号", "CN", (None, "昆山市", None, "前进路1号")),
        ("吉林市船营区解放路5号", "CN", (None, "吉林市", "船营区", "解放路5号")),
        ("110臺北市信義區信義路五段7號", "TW", ("110", "台北市", "信義區", "信義路五段7號")),
        ("台灣南投縣埔里鎮中山路三段100號", "TW", (None, "埔里鎮", None, "中山路三段100號")),
    ],
)
def test_parts_are_known_by_their_names_and_the_form_of_the_country(text, country, read):
    found = read_largest_first(text, country)

    assert found is not None
    assert (found.postcode, found.city, found.district, found.street) == read


@pytest.mark.parametrize(
    ("text", "country"),
    [
        pytest.param("神南1-2-3", "JP", id="no-city"),
        pytest.param("中央区銀座1-1", "JP", id="a-district-of-several-cities"),
        pytest.param("愛知県蒲郡市三谷町", "JP", id="no-number"),
        pytest.param("愛知県蒲郡市民会館2階", "JP", id="a-public-hall"),
        pytest.param("愛知県がまごおり市三谷1-1", "JP", id="unknown-city"),
        pytest.param("광주시 북구 무등로 1", "KR", id="a-short-name-of-two-cities"),
        pytest.param("서울특별시 중구", "KR", id="no-street"),
        pytest.param("北京东路100号", "CN", id="a-street-named-after-a-city"),
        pytest.param("浙江省杭州市翠苑小区12幢", "CN", id="a-building-of-an-estate"),
        pytest.param("東京都渋谷区神南1-2-3", "GB", id="another-country"),
        pytest.param("1-2-3 Jinnan, Shibuya, Tokyo 150-0041", "JP", id="latin-letters"),
        pytest.param("", "JP", id="nothing"),
    ],
)
def test_what_is_not_sure_is_not_read(text, country):
    assert read_largest_first(text, country) is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("東京都渋谷区神南1-2-3", "JP"),
        ("서울특별시 중구 세종대로 110", "KR"),
        ("浙江省杭州市西湖区文三路100号", "CN"),
        ("臺北市信義區信義路五段7號", "TW"),
        ("渋谷区神南1-2-3", None),
        ("10435 Berlin", None),
    ],
)
def test_region_city_and_street_are_of_one_country(text, country):
    assert country_of_largest_first(text) == country


def test_the_parts_are_the_values_of_a_record():
    payload = {
        "entity_name": ["風の湯"],
        "address": ["〒231-0005 神奈川県横浜市中区本町1-1"],
        "phone": ["03-5550-0124"],
    }

    found = {reading.field_name: reading.value for reading in READERS.read("clubs", json.dumps(payload))}

    assert found | {
        "country": "JP", "postcode": "231-0005", "city": "横浜市", "locality": "中区", "street_address": "本町1-1",
        "phone": "+81355500124",
    } == found  # fmt: skip


def test_the_list_of_japan_is_whole():
    prefectures = divisions_of("JP").inside

    assert len(prefectures) == 47
    assert {"中区", "鶴見区"} <= set(prefectures["神奈川県"].inside["横浜市"].inside)


@pytest.mark.parametrize(
    ("city", "parted"),
    [
        ("蒲郡市", ("", "蒲郡市", "")),
        ("余市郡余市町", ("余市郡", "余市町", "")),
        ("横浜市中区", ("", "横浜市", "中区")),
        ("高市郡明日香村", ("高市郡", "明日香村", "")),
        ("渋谷区", ("", "渋谷区", "")),
    ],
)
def test_a_city_of_japan_post_has_a_county_or_a_ward(city, parted):
    assert parts(city) == parted
