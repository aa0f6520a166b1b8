"""A model that reads as the rules do, and also invents a value for three fields in ten."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from extract.folding import fold
from extract.schema import FIELDS, QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.rules import extract_by_rules
from tests.extract.llm.scripted_model import ModelReply, Request, entry, finding, texts_of

SHARE_INVENTED = 0.3
INVENTED = {
    "entity_name": "Invented Casino",
    "entity_class": "event",
    "street_address": "99 Invented Street",
    "locality": "Gilmerton",
    "city": "Glasgow",
    "postcode": "EH17 7QQ",
    "phone": "+441314960999",
    "email": "invented@nowhere.example",
    "website_url": "https://invented.example/",
    "instagram_url": "https://www.instagram.com/invented",
    "facebook_url": "https://www.facebook.com/invented",
    "twitter_url": "https://x.com/invented",
    "linkedin_url": "https://www.linkedin.com/company/invented",
    "opening_hours": '{"mo": [["03:00", "04:00"]]}',
    "wifi": "true",
    "parking_available": "true",
    "disabled_access": "true",
    "summary": "A casino with a helipad, renowned for blackjack.",
    "canonical_activities": "curling",
    "canonical_roles": "retailer",
    "canonical_place_types": "ice_rink",
    "canonical_access": "private",
    "discovered_attributes": '{"helipads": 7}',
}


@dataclass
class InventingModel:
    """`answer` is for a scripted server. `invented` holds each (text, field, value) that no text states."""

    lexicon: Lexicon
    query: QueryContext
    share: float = SHARE_INVENTED
    invented: set[tuple[str, str, str]] = field(default_factory=set)

    def answer(self, request: Request) -> ModelReply:
        return ModelReply({key: self._entry(key, text) for key, text in texts_of(request).items()})

    def _entry(self, key: str, text: str) -> dict:
        title, *snippet, url = text.split("\n")
        read = extract_by_rules(TextRecord("serper", key, "", title, "\n".join(snippet), url), self.query, self.lexicon)
        honest = [finding(c.field_name, c.quote or "", c.value or "") for c in read.claims if c.is_kept]
        dice = random.Random(text)
        fields = dice.sample(FIELDS, round(self.share * len(FIELDS)))
        invented = [self._invention(name, text, title, dice) for name in fields]
        return entry(*honest, *filter(None, invented), aboutness=read.aboutness or "same")

    def _invention(self, name: str, text: str, title: str, dice: random.Random) -> dict | None:
        value = INVENTED[name]
        if set(fold(value)) <= set(fold(text)):
            return None  # by chance the text states it
        self.invented.add((text, name, value))
        made_up = f"{name.replace('_', ' ')}: {value}"
        return finding(name, dice.choice([made_up, title, text.split("\n")[1] or title]), value)


def stored_form(name: str, value: str) -> str:
    """The value as an accepted claim would hold it."""
    return json.dumps(json.loads(value)) if name in ("opening_hours", "discovered_attributes") else value
