"""Reads a text that is longer than a search result in pieces. Its claims keep the characters of the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extract.folding import compact
from extract.schema import FIELDS, NO_PLACE, Claim, Extraction, QueryContext, TextRecord
from extract.text.context import Context
from extract.text.lexicon import Lexicon, domain_label
from extract.text.rules import extract_by_rules
from extract.text.subject.localities import town_of_address
from extract.text_paths import FOOTER, LONGEST_PIECE, MOST_PIECES

# A piece ends with a line, else with a sentence, else with a word.
ENDS = ("\n", ". ", " ")
OPEN = ("not_mentioned", "not_attempted")  # reasons of an absence that a later piece may end
ADDRESS = frozenset(["street_address", "postcode", "locality", "city"])
OF_A_FOOTER = ADDRESS | {"phone", "email", "opening_hours"}
OF_A_BRANCH = re.compile(
    r"/(?:locations?|branches|branch|stores?|shops?|clubs?|gyms?|clinics?|filialen?|standorte?)/[^/]+/?"
)


def first_piece(record: TextRecord) -> TextRecord:
    """The text that shows what the page is about. A short text is its own first piece."""
    return next(_pieces(record))[1]


def with_later_pieces(first: Extraction, record: TextRecord, query: QueryContext, lexicon: Lexicon) -> Extraction:
    """The extraction of the whole text: a later piece gives the fields that the pieces before it leave open.

    A piece that by itself is about something else, such as the other branches, gives nothing.
    """
    footer = record.snippet.find(FOOTER)
    (_, head), *later = _pieces(record)
    claims = [_moved(claim, head, record, 0) for claim in first.claims]
    if first.aboutness not in NO_PLACE:
        for start, piece in later:
            found = extract_by_rules(piece, query, lexicon)
            if found.aboutness == first.aboutness:
                claims = _filled(claims, [_moved(claim, piece, record, start) for claim in found.claims])
        if footer >= 0:
            claims = _with_footer(claims, first, record, footer + 1, query, lexicon)
    return replace(first, record=record, claims=tuple(claims))


def _with_footer(
    claims: list[Claim], first: Extraction, record: TextRecord, start: int, query: QueryContext, lexicon: Lexicon
) -> list[Claim]:
    """The claims with what the footer states of the place, if the site is the place's own.

    The footer of a page about a branch is that of its chain. An address in another town is that of a head office. An
    address of the main text and one of the footer are never mixed.
    """
    piece = replace(record, snippet=record.snippet[start:])
    if not _is_own_site(claims, piece) or town_of_address(Context(replace(piece, url=""), query, lexicon)):
        return claims
    found = extract_by_rules(piece, query, lexicon)
    taken = {claim.field_name for claim in claims if claim.value is not None}
    is_placed = bool({"street_address", "postcode"} & taken)
    wanted = OF_A_FOOTER - (ADDRESS if is_placed else set())
    given = [claim for claim in found.claims if claim.field_name in wanted and claim.is_kept]
    if found.aboutness != first.aboutness:
        return claims
    return _filled(claims, [_moved(claim, piece, record, start) for claim in given])


def _is_own_site(claims: list[Claim], piece: TextRecord) -> bool:
    """Whether the site has the name of the place, or the footer says it; and the page is not that of a branch."""
    name = next((compact(c.value) for c in claims if c.field_name == "entity_name" and c.value), "")
    label = compact(domain_label(piece.url))
    is_named = bool(name) and (name in compact(piece.snippet) or (bool(label) and (label in name or name in label)))
    return is_named and not OF_A_BRANCH.search(piece.url)


def _filled(claims: list[Claim], later: list[Claim]) -> list[Claim]:
    closed = {c.field_name for c in claims if c.value is not None or c.null_reason not in OPEN}
    stated = {c.field_name for c in later if c.value is not None or c.null_reason not in OPEN} - closed
    given = [claim for claim in later if claim.field_name in stated or claim.flag]
    return [*(c for c in claims if c.field_name not in stated), *(c for c in given if c.field_name in FIELDS)]


def _moved(claim: Claim, piece: TextRecord, whole: TextRecord, start: int) -> Claim:
    """The claim with its characters in the whole text: the title stays, the piece and the link behind it move."""
    if claim.start is None or claim.end is None or claim.start <= len(piece.title):
        return claim
    is_of_link = claim.start > len(piece.title) + 1 + len(piece.snippet)
    by = len(whole.snippet) - len(piece.snippet) if is_of_link else start
    return replace(claim, start=claim.start + by, end=claim.end + by)


def _pieces(record: TextRecord) -> Iterator[tuple[int, TextRecord]]:
    """Each piece with its first character in the snippet."""
    main, start = record.snippet.partition(FOOTER)[0], 0
    for _ in range(MOST_PIECES):
        end = _end(main, start)
        yield start, replace(record, snippet=main[start:end])
        start = end
        if start >= len(main):
            return


def _end(text: str, start: int) -> int:
    """At least half a piece further, unless the text ends."""
    limit = start + LONGEST_PIECE
    if len(text) <= limit:
        return len(text)
    least = start + LONGEST_PIECE // 2
    return next((at + len(mark) for mark in ENDS if (at := text.rfind(mark, least, limit)) >= 0), limit)
