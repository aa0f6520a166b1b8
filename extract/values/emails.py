"""Reads e-mail addresses, in lower case."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.found import Found
from extract.values.reading import Reading, Values, first_readable
from extract.values.value_paths import Parts

# It begins only where a run of its characters begins: from each of them, a long run would take quadratic time.
EMAIL = re.compile(
    r"(?<![\w.+-])[.+-]*(?P<mail>\w[\w.+-]*@[\w-]+(?:\.[\w-]+)*\.(?!(?:png|jpe?g|gif|svg|webp)\b)[a-z]{2,})\b",
    re.IGNORECASE,
)
# Boxes for one purpose are not the place's: who asks for the place writes to another.
FOR_A_PURPOSE = re.compile(
    r"^(?:(?:gift)?vouchers?|(?:holiday)?camps|parties|jobs?|careers?|recruitment|hr|press|media|pr|privacy|gdpr|dpo|dsb|dataprotection|legal|"
    r"(?:(?:room|hall|venue|clubhouse)[-_.]?)?hire|lettings|weddings?|functions|newsletter|subscribe|unsubscribe|marketing|"
    r"safeguarding|vrijwilligers?|freiwillige|ehrenamt|benevol(?:es?|at)|voluntari(?:os?|ado|ato)|volontari(?:ato)?|wolontariat|frivillige?|"
    r"suppliers?|purchasing|volunteer(?:s|ing)?|fundraising|donations?|complaints?|invoices?|accounts|accounting|billing|webmaster|hostmaster|postmaster|abuse|no-?reply|advertising|"
    r"sponsorship|gutscheine?|bewerbung(?:en)?|karriere|personal|presse|datenschutz|rechnung(?:en)?|buchhaltung|"
    r"recrutement|emplois?|rgpd|comptabilite|factures?|empleo|prensa|rrhh|privacidad|facturacion|lavoro|stampa|"
    r"fatture|vacatures|pers|facturen|vagas|imprensa)(?=[@.+_-])",
    re.IGNORECASE,
)


def find_emails(text: str) -> Iterator[Found]:
    for match in EMAIL.finditer(text):
        yield Found(match["mail"].lower(), *match.span("mail"))


def read_emails(text: str) -> Values:
    """Every address of a field, without `mailto:` and without a subject."""
    emails = tuple(dict.fromkeys(found.value for found in find_emails(text)))
    return Values(emails, None if emails else "no_email")


def find_email(parts: Parts, country: str | None) -> Iterator[Reading]:
    yield from first_readable("email", parts.get("address", []), read_emails)
