"""Claims that a model might make about a text: right ones in harmless spellings, and wrong ones.

A fixed seed draws them, so every run and every compared library gets the same claims.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from extract.schema import QueryContext, TextRecord

SEED = 20261124
QUERY = QueryContext("tennis leith", None, "Leith", "Edinburgh", ("tennis",))
NAMES = [
    "Café Ōmi",
    "Dùn Èideann Tennis Club",
    "O’Brien’s Gym",
    "Shore Squash Club",
    "Naïve Padel",
    "Leith Swim Centre",
]
STREETS = ["Shore", "Giles Street", "Duke Street", "Salamander Street", "Constitution Street"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
HOMOGLYPHS = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і", "A": "А", "C": "С", "O": "О"}
OTHER_MARKS = {"é": "è", "Ō": "Ö", "ù": "ú", "È": "Ê", "ï": "í"}


@dataclass(frozen=True)
class Case:
    kind: str
    is_right: bool
    field: str
    value: str
    quote: str
    record: TextRecord
    is_quote_right: bool = True  # whether the quote is in the text, regardless of the value


@dataclass(frozen=True)
class Facts:
    """The facts of one invented search result."""

    name: str
    phone: str
    other_phone: str
    postcode: str
    street: str
    email: str
    opens: str
    closes: str
    day: str
    courts: int
    metres: int
    pounds: int

    @property
    def record(self) -> TextRecord:
        snippet = (
            f"{self.courts} squash courts and a {self.metres} m pool at {self.street}, Leith {self.postcode}. "
            f"Tel: {self.phone} – {self.email}. Open {self.day} {self.opens}–{self.closes}. "
            f"There is no parking on site, but free Wi-Fi. Annual fee £{self.pounds}. "
            f"Gorgie branch: {self.other_phone}."
        )
        host = "".join(c for c in unicodedata.normalize("NFKD", self.name.casefold()) if c.isascii() and c.isalnum())
        return TextRecord("serper", f"https://{host}.example/", "h", self.name, snippet, f"https://{host}.example/")


def draw_facts(dice: random.Random) -> Facts:
    opens, closes = dice.randint(6, 11), dice.randint(2, 10)
    return Facts(
        name=dice.choice(NAMES),
        phone=f"0131 496 0{dice.randint(0, 499):03}",
        other_phone=f"0131 496 0{dice.randint(500, 999):03}",
        postcode=f"EH6 {dice.randint(1, 9)}{dice.choice('ABDEFGHJLNPQRSTUWXYZ')}{dice.choice('ABDEFGHJLNPQRSTUWXYZ')}",
        street=f"{dice.randint(2, 98)} {dice.choice(STREETS[1:])}",
        email=f"{dice.choice(['info', 'hello', 'bookings'])}{dice.randint(1, 99)}@club.example",
        opens=f"{opens}{dice.choice(['', '.30', '.15'])}am",
        closes=f"{closes}{dice.choice(['', '.30', '.45'])}pm",
        day=dice.choice(DAYS),
        courts=dice.randint(2, 9),
        metres=dice.choice([20, 25, 33, 50]),
        pounds=dice.randint(100, 900),
    )


def right_claims(facts: Facts) -> dict[str, Case]:
    """One right claim of each kind, as written."""
    record = facts.record
    hours = f"{facts.day} {facts.opens}–{facts.closes}"

    def case(field: str, value: str, quote: str) -> Case:
        return Case("as_written", True, field, value, quote, record)

    return {
        "name": case("entity_name", facts.name, facts.name),
        "phone": case("phone", facts.phone, f"Tel: {facts.phone}"),
        "postcode": case("postcode", facts.postcode, facts.postcode),
        "street": case("street_address", facts.street, f"{facts.street}, Leith"),
        "email": case("email", facts.email, facts.email),
        "hours": case("opening_hours", hours, f"Open {hours}"),
        "courts": case(
            "discovered_attributes", json.dumps({"squash_courts": facts.courts}), f"{facts.courts} squash courts"
        ),
        "pool": case(
            "discovered_attributes", json.dumps({"pool_length": f"{facts.metres} m"}), f"{facts.metres} m pool"
        ),
        "fee": case(
            "discovered_attributes", json.dumps({"annual_fee": f"£{facts.pounds}"}), f"Annual fee £{facts.pounds}"
        ),
        "parking": case("parking_available", "false", "no parking on site"),
        "wifi": case("wifi", "true", "free Wi-Fi"),
    }


# --- harmless: the same claim, spelled otherwise ----------------------------------------------------------


def harmless(facts: Facts, dice: random.Random) -> Iterator[Case]:
    claims = right_claims(facts)
    yield from claims.values()
    for kind, change in HARMLESS.items():
        claim = claims[dice.choice(list(claims))]
        yield replace(claim, kind=kind, quote=change(claim.quote))
    digits = facts.phone.replace(" ", "")
    for kind, value in (
        ("phone_unspaced", digits),
        ("phone_e164", f"+44{digits[1:]}"),
        ("phone_zero", f"+44 (0){digits[1:]}"),
    ):
        yield replace(claims["phone"], kind=kind, value=value)
    yield replace(claims["postcode"], kind="postcode_unspaced", value=facts.postcode.replace(" ", "").lower())
    yield replace(claims["parking"], kind="no_for_false", value="no")
    yield replace(claims["email"], kind="email_case", value=facts.email.upper())


HARMLESS: dict[str, Callable[[str], str]] = {
    "upper_case": str.upper,
    "lower_case": str.lower,
    "decomposed": lambda quote: unicodedata.normalize("NFD", quote),
    "plain_dash": lambda quote: quote.replace("–", "-"),
    "straight_quotes": lambda quote: quote.replace("’", "'"),
    "no_break_spaces": lambda quote: quote.replace(" ", "\u00a0"),
    "double_spaces": lambda quote: quote.replace(" ", "  "),
    "line_break": lambda quote: quote.replace(" ", "\n", 1),
    "full_width_digits": lambda quote: quote.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "soft_hyphen": lambda quote: quote[:2] + "\u00ad" + quote[2:],
    "blank_around": lambda quote: f"  {quote}\n",
}


# --- wrong ------------------------------------------------------------------------------------------------


def wrong(facts: Facts, dice: random.Random) -> Iterator[Case]:
    claims = right_claims(facts)
    for name in ("phone", "postcode", "street", "email", "hours", "courts", "pool", "fee"):
        claim = claims[name]
        changed = _other_digit(claim.value, dice)
        yield replace(claim, kind="changed_digit_in_value", is_right=False, value=changed)
        yield _unquoted(claim, "changed_digit_in_quote", _other_digit(claim.quote, dice), changed)
        if (shorter := _without_a_digit(claim.quote, dice)).strip() not in claim.quote:
            yield _unquoted(claim, "left_out_digit", shorter, claim.value)
    hours = claims["hours"]
    day = dice.choice([other for other in DAYS if other != facts.day])
    yield replace(hours, kind="weekday_in_value", is_right=False, value=hours.value.replace(facts.day, day))
    yield _unquoted(hours, "weekday_in_quote", hours.quote.replace(facts.day, day), hours.value.replace(facts.day, day))
    yield replace(hours, kind="every_day", is_right=False, value=hours.value.replace(facts.day, "Daily"))
    yield replace(hours, kind="am_for_pm", is_right=False, value=hours.value.replace("pm", "am"))
    for name, flipped in (("parking", "true"), ("wifi", "false")):
        yield replace(claims[name], kind="negation", is_right=False, value=flipped)
    yield replace(claims["parking"], kind="negation", is_right=False, value="true", quote="parking on site")
    yield replace(claims["parking"], kind="negation", is_right=False, value="true", quote="parking")
    for unit in ("yd", "ft", "km", "lanes"):
        value = json.dumps({"pool_length": f"{facts.metres} {unit}"})
        yield replace(claims["pool"], kind="unit_in_value", is_right=False, value=value)
        yield _unquoted(claims["pool"], "unit_in_quote", f"{facts.metres} {unit} pool", value)
    yield replace(
        claims["fee"], kind="unit_in_value", is_right=False, value=json.dumps({"annual_fee": f"€{facts.pounds}"})
    )
    yield replace(
        claims["courts"], kind="other_sport", is_right=False, value=json.dumps({"tennis_courts": facts.courts})
    )
    yield replace(
        claims["phone"], kind="other_branch", is_right=False, value=facts.other_phone, quote=facts.other_phone
    )
    yield replace(
        claims["phone"], kind="other_branch", is_right=False, value=facts.other_phone,
        quote=f"Gorgie branch: {facts.other_phone}",
    )  # fmt: skip
    yield replace(claims["phone"], kind="not_its_quote", is_right=False, quote=facts.street)
    yield _unquoted(claims["phone"], "invented", "Reception 0131 496 0888", "0131 496 0888")
    for name in ("name", "street", "email", "hours"):
        claim = claims[name]
        yield _unquoted(claim, "homoglyph", _look_alike(claim.quote, dice), claim.value)
        yield _unquoted(claim, "homoglyph", _look_alike(claim.quote, dice), _look_alike(claim.value, dice))
    if other := _other_mark(facts.name):
        yield _unquoted(claims["name"], "non_ascii", other, other)
    yield _unquoted(claims["name"], "swapped_words", " ".join(reversed(facts.name.split())), facts.name)
    yield _unquoted(claims["street"], "word_left_out", facts.street.split()[0] + ", Leith", facts.street)


def _unquoted(claim: Case, kind: str, quote: str, value: str) -> Case:
    return replace(claim, kind=kind, is_right=False, quote=quote, value=value, is_quote_right=False)


def _other_digit(text: str, dice: random.Random) -> str:
    at = dice.choice([n for n, c in enumerate(text) if c.isdigit()])
    return f"{text[:at]}{(int(text[at]) + dice.randint(1, 9)) % 10}{text[at + 1 :]}"


def _without_a_digit(text: str, dice: random.Random) -> str:
    at = dice.choice([n for n, c in enumerate(text) if c.isdigit()])
    return text[:at] + text[at + 1 :]


def _look_alike(text: str, dice: random.Random) -> str:
    at = dice.choice([n for n, c in enumerate(text) if c in HOMOGLYPHS])
    return text[:at] + HOMOGLYPHS[text[at]] + text[at + 1 :]


def _other_mark(name: str) -> str | None:
    at = next((n for n, c in enumerate(name) if c in OTHER_MARKS), None)
    return None if at is None else name[:at] + OTHER_MARKS[name[at]] + name[at + 1 :]


def draw_cases(texts: int = 60, seed: int = SEED) -> list[Case]:
    """Right and wrong claims about `texts` invented search results. The same seed gives the same claims."""
    dice = random.Random(seed)
    cases: list[Case] = []
    for _ in range(texts):
        facts = draw_facts(dice)
        cases += [*harmless(facts, dice), *wrong(facts, dice)]
    return cases
