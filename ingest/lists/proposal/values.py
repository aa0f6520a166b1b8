"""What values look like: for each field, whether a text can be one of its values."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

NUMBER = re.compile(r"[-+−]?\d{1,12}(?:[.,]\d+)?")
INTEGER = re.compile(r"[-+]?\d{1,12}")
EMAIL = re.compile(r"(mailto:)?[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]{2,}([;,/ ]+.*)?", re.IGNORECASE)
URL = re.compile(r"(https?://\S+|www\.\S+)", re.IGNORECASE)
HOST = re.compile(r"(?!\d+\.\d+$)([\w-]+\.)+[a-z]{2,}(:\d+)?(/\S*)?", re.IGNORECASE)
PHONE = re.compile(
    r"[+＋(（]?[\d(（][\d\s()（）./\-–−‐+,;:|&]*(?:(?:ext|x|app|poste|int|durchwahl|option)[. ]*\d+)?", re.IGNORECASE
)
DECIMAL = re.compile(r"[-+]?\d+[.]\d{4,}")
DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:\d\d.*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( \d{1,2}:\d\d.*)?|"
    r"\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{2,4}|\d{4}年\d{1,2}月\d{1,2}日"
)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?")
SERIAL_DATE = re.compile(r"[2-5]\d{4}(\.\d+)?")  # 20,000 is in 1954, 59,999 in 2064
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d{2}", re.IGNORECASE)
POSTCODE = re.compile(r"〒?(?=.*\d)[A-Z0-9]{2,5}([ -]?[A-Z0-9]{2,4}){0,2}", re.IGNORECASE)
GB_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)
POSTCODES = {  # forms that one country alone has
    "GB": GB_POSTCODE,
    "NL": re.compile(r"[1-9]\d{3} ?[A-Z]{2}", re.IGNORECASE),
    "CA": re.compile(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", re.IGNORECASE),
    "IE": re.compile(r"[A-Z]\d[\dW] ?[A-Z\d]{4}", re.IGNORECASE),
    "JP": re.compile(r"〒?\d{3}[-−‐]\d{4}"),
    "PT": re.compile(r"\d{4}-\d{3}"),
    "PL": re.compile(r"\d{2}-\d{3}"),
    "BR": re.compile(r"\d{5}-\d{3}"),
}
HOUSE_NUMBER = re.compile(
    r"(?:no\.? ?|n° ?|nº ?|#)?\d{1,6} ?[a-z]?(?: ?(?:bis|ter|quater))?( ?[-–/,&+ ] ?\d{1,6} ?[a-z]?)*|s/?n",
    re.IGNORECASE,
)
GEOMETRY = re.compile(
    r"(SRID=\d+;)?\s*(MULTI)?(POINT|POLYGON|LINESTRING)\s*(Z|M|ZM)?\s*\(.*|GEOMETRYCOLLECTION.*|\{.*\"coordinates\".*|"
    r"0[01]0[1-7]0000[0-9A-F]{2,}.*",
    re.IGNORECASE | re.DOTALL,
)
POINT = re.compile(r"[(\[]?\s*[-+−]?\d{1,3}[.]\d+\s*[,; ]\s*[-+−]?\d{1,3}[.]\d+\s*[)\]]?")
MINUTES = re.compile(r"\d{1,3}\s*°.*|[NSEWO]\s*\d{1,3}[° ].*", re.IGNORECASE)
HOURS = re.compile(
    r"\b(?:mo|tu|di|we|mi|th|do|fr|sa|su|so|lu|ma|me|je|ve|lun|mar|mer|jeu|sab|dom|mon|tue|wed|thu|fri|sat|sun|daily)\w*"
    r".{0,20}?\d{1,2} ?[-–] ?\d{1,2}|"
    r"\b[a-z]{1,3} ?[-–] ?[a-z]{1,3}\b.*\d|^\d{1,2} ?[-–] ?\d{1,2}$|"
    r"\d{1,2} ?[:.hH時] ?\d{0,2}|\d{1,2} ?(?:am|pm)\b|24/7|24 ?h|\bclosed\b|geschlossen|fermé|cerrado|chiuso|gesloten",
    re.IGNORECASE,
)
YES_OR_NO = (
    "yes no y n true false t f 0 1 ja nein j oui non si sí no sì nee sim não да нет はい いいえ 有 無 あり なし ○ "
    "× 〇 x limited designated partial partly teilweise parcial free customers wlan wired terminal available "
    "none limité tak nie ano ne on off unknown permissive private street surface dedicated kyllä ei"
)
YES_NO = frozenset(YES_OR_NO.split())
OPEN = "operational, open, opened, operating, trading, in operation"
CLOSED = "closed_permanently, permanently_closed, permanently closed, closed permanently, ceased, dissolved, demolished"
CLOSED_FOR_NOW = "closed_temporarily, temporarily_closed, temporarily closed, closed temporarily"
PLANNED = "planned, proposed, under construction, coming soon, opening soon"
STATUSES = {
    **dict.fromkeys(OPEN.split(", "), "operational"),
    **dict.fromkeys(CLOSED.split(", "), "closed_permanently"),
    **dict.fromkeys(CLOSED_FOR_NOW.split(", "), "closed_temporarily"),
    **dict.fromkeys(PLANNED.split(", "), "planned"),
}
SOCIAL = {
    "facebook_url": ("facebook.com", "fb.com", "fb.me"),
    "instagram_url": ("instagram.com",),
    "twitter_url": ("twitter.com", "x.com"),
    "linkedin_url": ("linkedin.com",),
}
LETTER = re.compile(r"[^\W\d_]")
MOST_DIGITS_OF_A_PHONE = 17


def as_number(text: str) -> float | None:
    """A number with a point or a comma."""
    text = text.strip().replace("−", "-")
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def is_phone(text: str) -> bool:
    text = text.strip().removeprefix("tel:")
    digits = sum(character.isdigit() for character in text)
    first = sum(character.isdigit() for character in re.split(r"[;,|]| / ", text)[0])
    is_number = bool(PHONE.fullmatch(text)) and not DATE.fullmatch(text) and not DECIMAL.fullmatch(text)
    return is_number and digits >= 6 and 3 <= first <= MOST_DIGITS_OF_A_PHONE


def is_url(text: str) -> bool:
    return "@" not in text.partition("/")[0] and bool(URL.fullmatch(text.strip()) or HOST.fullmatch(text.strip()))


def host_of(text: str) -> str:
    """The host of a web address without www; empty for another text."""
    text = text.strip()
    try:
        host = urlsplit(text if "://" in text else f"https://{text}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").removeprefix("m.") if "." in host else ""


def is_social(name: str) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        host = host_of(text)
        if any(host == site or host.endswith(f".{site}") for site in SOCIAL[name]):
            return True
        return not URL.match(text) and bool(re.fullmatch(r"@?[\w.-]{2,80}", text.strip()))

    return test


def is_text(text: str) -> bool:
    """A text with letters that is no address of the web, no email and no date."""
    return bool(LETTER.search(text)) and not is_url(text) and not EMAIL.fullmatch(text) and not DATE.fullmatch(text)


def is_town(text: str) -> bool:
    return is_text(text) and len(text) <= 60 and sum(c.isdigit() for c in text) <= 3 and not text.startswith(("{", "["))


def is_category(text: str) -> bool:
    return is_text(text) and len(text) <= 250


def is_name(text: str) -> bool:
    return bool(LETTER.search(text)) and len(text) <= 200 and not URL.match(text) and not EMAIL.fullmatch(text)


def is_number_of_at_most(most: float) -> Callable[[str], bool]:
    return lambda text: (number := as_number(text)) is not None and abs(number) <= most


def is_yes_or_no(text: str) -> bool:
    return text.strip().casefold() in YES_NO


def is_house_number(text: str) -> bool:
    text = text.strip()
    is_short = len(text) <= 12 and text[:1].isdigit() and not DATE.fullmatch(text)
    return bool(HOUSE_NUMBER.fullmatch(text)) or is_short


def is_rating(text: str) -> bool:
    number = as_number(text.split("/")[0].strip())
    return number is not None and 0 <= number <= 100


TESTS: dict[str, Callable[[str], bool]] = {
    "entity_name": is_name,
    "alternate_names": is_name,
    "raw_categories": is_category,
    "address": lambda text: bool(LETTER.search(text)) and not is_url(text) and not EMAIL.fullmatch(text),
    "street_address": is_name,
    "address_line": lambda text: bool(re.search(r"\w", text)) and not URL.match(text),
    "street": lambda text: bool(LETTER.search(text)) and len(text) <= 120 and not URL.match(text),
    "house_number": is_house_number,
    "house_name": is_name,
    "unit": lambda text: len(text) <= 40,
    "locality": is_town,
    "city": is_town,
    "region": is_town,
    "country": is_town,
    "postcode": lambda text: bool(POSTCODE.fullmatch(text.strip())),
    "latitude": is_number_of_at_most(3e7),  # also metres: what the numbers are is found later, from both columns
    "longitude": is_number_of_at_most(3e7),
    "easting": is_number_of_at_most(3e7),
    "northing": is_number_of_at_most(3e7),
    "geometry": lambda text: bool(GEOMETRY.match(text.strip())),
    "point": lambda text: bool(POINT.fullmatch(text.strip())),
    "phone": is_phone,
    "email": lambda text: bool(EMAIL.fullmatch(text.strip())),
    "website_url": is_url,
    **{name: is_social(name) for name in SOCIAL},
    "opening_hours": lambda text: bool(HOURS.search(text)),
    "rating": is_rating,
    "rating_count": lambda text: bool(INTEGER.fullmatch(text.replace(",", "").replace(".", "").strip())),
    "description": is_text,
    "summary": is_text,
    "disabled_access": is_yes_or_no,
    "wifi": is_yes_or_no,
    "parking_available": is_yes_or_no,
    "operating_status": lambda text: text.strip().casefold() in STATUSES,
    "source_updated_at": lambda text: bool(ISO_DATE.fullmatch(text.strip())),
    "id": lambda text: len(text) <= 200,
}


def share_of(name: str, values: Sequence[str]) -> float:
    """The share of the values that can be values of the field."""
    test = TESTS.get(name)
    return sum(map(test, values)) / len(values) if test and values else 1.0
