"""Finds hidden text and prompt injection. Values in such text are rejected, and the model does not see it.

It adds to two other defences: outside text is marked as data, and every value needs a quote. They are not enough,
because a planted "official phone" has a perfect quote. The seed `injection_phrases` gives phrases weights. One phrase
alone is not enough: several kinds within two sentences are (addressing a reader, revoking, saying what to report,
claiming authority).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import cast

from extract.folding import Word, fold, fold_each
from extract.phrases import Mention, Phrases
from extract.schema import TextRecord

THRESHOLD = 4.0
SENTENCES = 2  # whose weights are added
SENTENCE_END = re.compile(r"[.!?;|\]]+(?=\s|$)|\n")
# Parts that a browser does not show. They are no statements of the page.
UNSEEN = re.compile(
    r"<!--.*?(?:-->|$)|<(script|style|template|noscript|meta|title)\b.*?(?:</\1>|$|(?<=meta)[^>]*>)|"
    r"<(\w+)(?=[^>]{0,1000}>)[^>]{0,1000}(?:display:\s*none|visibility:\s*hidden|font-size:\s*0|opacity:\s*0|color:\s*(?:#fff|white|transparent)|"
    r"hidden|aria-hidden)[^>]{0,1000}>.*?(?:</\2>|$)|<[/!]?[a-zA-Z][^<>]*>|\[//\]:.*?(?:\n|$)|\[comment\].*?(?:\n|$)",
    re.IGNORECASE | re.DOTALL,
)
# Marks that could end the data, begin an answer or change the speaker. A pattern is searched only in a text with one
# of the words or signs before it, in lower case: most texts have none.
STRUCTURES: tuple[tuple[str, str], ...] = (
    ("< [", r"<\|[^|>]*\|>|</?(?:start|end)_of_turn>|\[/?(?:inst|sys|system|admin|assistant)\b[^\]\n]*\]|<</?sys>>"),
    (
        "system assistant human user developer tool function model role",  # another speaker
        r"(?:^|[\n\"'\[] ?)(?:system|assistant|human|user|developer|tool|function|model) ?:\s|\brole ?=",
    ),
    (
        "< ]]> [/",  # ends of the data
        r"</?(?:data|system|user|assistant|instructions?|prompt|document|context|snippet|results?|search_results?|"
        r"input|tool\w*|function\w*|extraction|fact|answer|output)\b[^>]*>|\]\]>|\[/\w+\]",
    ),
    ("``` ''' \"\"\" ## ====", r"```|'''|\"{3}|(?<!#)#{2,}+ ?\w+ ?:|(?<!=)={4,}+ ?\w+"),
    ("end begin new system stop", r"(?<![-=*#~])[-=*#~]{3,}+\s*(?:end|begin|new|system|stop)\b"),
    ("eof $", r"(?:^|\n)(?:EOF$|\$ )"),
    ("begin end", r"\b(?:begin|end) (?:of )?(?:data|input|text|context|document|results?)\b"),
    ("\" ' final_answer field", r"(?:^|[{\[,\s])[\"']\w+[\"']\s*:|\bfinal_answer\b|\bfield\s*,\s*value\b"),  # answers
    (
        "= functioncall function_call toolcall tool_call eval(",
        r"\b\w+\(\w+\s*=\s*['\"]|\b(?:function|tool)_?calls?\b|\beval\(|\s:=\s",
    ),
    ("=", r"\b(?:phone|email|wifi|website|postcode|parking)\s*="),
    ("\\u &# base64 data:", r"\\u[0-9a-f]{4}|(?:&#\d+;){4}|\bbase64\b|\bdata:text\b"),  # encodings
)
SIGNS = tuple((tuple(signs.split()), re.compile(form, re.IGNORECASE | re.MULTILINE)) for signs, form in STRUCTURES)
LONG_TOKEN = re.compile(r"\b(?=\w*\d)[A-Za-z0-9+/]{32,}", re.IGNORECASE)  # an encoded text
SHORTEST_TOKEN = 32  # characters
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")  # of Scotland, say
# Characters that can carry invisible text: tags, variation selectors of the supplement, invisible operators.
CARRIER = re.compile(
    "[\U000e0000-\U000e01ef\u202a-\u202e\u2066-\u2069]|[\u2061-\u2064]{4}|[\u200b-\u200d\u2060\ufeff]{4}"
)
HIDDEN_INSIDE = re.compile(r"(?<=\w)[\u200b-\u200d\u2060\ufeff]+(?=\w)")
MOST_HIDDEN_INSIDE = 5  # honest pages use fewer, to break words
SPELLED = re.compile(r"\b(?:\w ){2,}\w\b")  # i g n o r e
ONE_LETTER = re.compile(r" \w \w\b")  # in each spelled word: the search is faster
LOOKALIKES = str.maketrans(
    "аеорсухіѕјԁһӏԛԝвкмнтгпАЕОРСУХІЅЈВКМНТоεοαιρτυνκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxisjdhlqwbkmhtrnAEOPCYXISJBKMHToeoaiptuvkxABEZHIKMNOPTYX",
)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
LEET = str.maketrans("0134578", "oieastb")


class InjectionPhrases(Phrases[tuple[str, float]]):
    """The phrases that address a machine, each with its kind and weight."""

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> InjectionPhrases:
        return cls((fold(row["term"]), (row["kind"], float(row["weight"]))) for row in rows)

    def most_weight(self, words: Sequence[str]) -> float:
        """The weight of all phrases among the words, also of those that overlap."""
        return _weight(spot.what for spot in self.standing(words)) if self.may_begin(words) else 0.0


@lru_cache(maxsize=1024)  # the rules, the prompt and the check of each answer use it
def redact_untrusted(record: TextRecord, phrases: InjectionPhrases) -> TextRecord:
    """The record with hidden and suspicious text replaced by the same number of blanks: offsets stay."""
    if not _may_be_suspicious(record.text, phrases):
        return record
    prose = _blanked(f"{record.title}\n{record.snippet}", phrases)
    return replace(
        record,
        title=prose[: len(record.title)],
        snippet=prose[len(record.title) + 1 :],
        url=_blanked(record.url, phrases),
    )


def _may_be_suspicious(text: str, phrases: InjectionPhrases) -> bool:
    """A quick look at the whole text: most texts have nothing to search for."""
    plain, _ = _as_read(text)
    if "<" in text or "[" in text or next(_structures(plain), None):
        return True
    if not text.isascii() and next(_hidden(text), None) is not None:
        return True
    return phrases.most_weight(_folded_words(plain)) >= THRESHOLD


def _folded_words(plain: str) -> list[str]:
    """The words of `_words`, from the words that the readers use too."""
    if "'" in plain or "’" in plain:
        return [word.folded for word in _words(plain)]
    return [
        folded
        for word in fold_each(plain)
        for folded in ((word.folded,) if word.folded.isalpha() else _folded_word(plain[word.start : word.end]))
    ]


def _blanked(text: str, phrases: InjectionPhrases) -> str:
    start = suspicious_from(text, phrases)
    seen = UNSEEN.sub(lambda unseen: " " * len(unseen[0]), text)
    return seen if start is None else seen[:start] + " " * (len(text) - start)


def suspicious_from(text: str, phrases: InjectionPhrases) -> int | None:
    """The position of the first suspicious words, or None. The text from there to the end is not trusted."""
    plain, origins = _as_read(text)
    starts = [origins[match.start()] for match in _structures(plain)]
    if not text.isascii():
        starts += _hidden(text)
    starts += [origins[at] for at in [_injection_from(plain, phrases)] if at is not None]
    return min(starts) if starts else None


def _structures(plain: str) -> Iterator[re.Match[str]]:
    """The first match of each pattern."""
    low = plain.casefold().replace("ı", "i")  # as a pattern without case reads it
    for signs, pattern in SIGNS:
        for sign in signs:
            if sign in low:
                yield from islice(pattern.finditer(plain), 1)
                break
    is_long = max(map(len, plain.split()), default=0) >= SHORTEST_TOKEN
    if is_long and (match := LONG_TOKEN.search(plain)):
        yield match


def _hidden(text: str) -> Iterator[int]:
    """The positions of invisible text."""
    carriers = CARRIER.finditer(FLAG.sub(lambda flag: " " * len(flag[0]), text))
    yield from (match.start() for match in islice(carriers, 1))
    hidden = HIDDEN_INSIDE.findall(text)
    if len(hidden) > MOST_HIDDEN_INSIDE:
        yield text.index(hidden[0])


def _injection_from(plain: str, phrases: InjectionPhrases) -> int | None:
    mentions = phrases.among(list(_words(plain)))
    ends = [match.end() for match in SENTENCE_END.finditer(plain)]
    sentences: dict[int, list[Mention[tuple[str, float]]]] = defaultdict(list)
    for mention in mentions:
        sentences[bisect_right(ends, mention.start)].append(mention)
    for number in sorted(sentences):
        window = [mention for n in range(number, number + SENTENCES) for mention in sentences.get(n, [])]
        if _weight(mention.what for mention in window) >= THRESHOLD:
            return window[0].start
    return None


def _weight(meanings: Iterable[tuple[str, float]]) -> float:
    """Add the heaviest of each kind. A text that says "ai" many times is not suspicious for that alone."""
    heaviest: dict[str, float] = {}
    for kind, weight in meanings:
        heaviest[kind] = max(weight, heaviest.get(kind, 0.0))
    return sum(heaviest.values())


def _words(plain: str) -> Iterator[Word]:
    for match in WORD.finditer(plain):
        for folded in _folded_word(match[0]):
            yield Word(folded, match.start(), match.end())


@lru_cache(maxsize=10_000)  # texts share most of their words
def _folded_word(word: str) -> tuple[str, ...]:
    return tuple(fold(_unleet(word)))


def _unleet(word: str) -> str:
    return word.translate(LEET) if any(c.isalpha() for c in word) and any(c.isdigit() for c in word) else word


@lru_cache(maxsize=256)
def _as_read(text: str) -> tuple[str, Sequence[int]]:
    """The text as a person reads it: no invisible characters, plain letters for look-alikes, and words for letters
    that are s p e l l e d out. And the position in the text of each of its characters.
    """
    plain, origins = text, cast("Sequence[int]", range(len(text)))
    if not text.isascii():
        letters = [*map(_plain, text)]
        plain = "".join(letters)
        if set(map(len, letters)) != {1}:
            origins = [at for at, letter in enumerate(letters) for _ in letter]
    if not ONE_LETTER.search(plain):
        return plain, origins
    blanks = {at for spelled in SPELLED.finditer(plain) for at in range(spelled.start() + 1, spelled.end(), 2)}
    kept = [at for at in range(len(plain)) if at not in blanks]
    return "".join(plain[at] for at in kept), [origins[at] for at in kept]


@lru_cache(maxsize=10_000)  # texts share their letters
def _plain(character: str) -> str:
    if unicodedata.category(character) in ("Cf", "Mn"):
        return ""
    return unicodedata.normalize("NFKC", character).translate(LOOKALIKES).replace("’", "'")
