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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from extract.folding import Word, fold
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
# Marks that could end the data, begin an answer or change the speaker.
STRUCTURES = [
    r"<\|[^|>]*\|>|</?(?:start|end)_of_turn>|\[/?(?:inst|sys|system|admin|assistant)\b[^\]\n]*\]|<</?sys>>",
    r"(?:^|[\n\"'\[] ?)(?:system|assistant|human|user|developer|tool|function|model) ?:\s|\brole ?=",  # another speaker
    r"</?(?:data|system|user|assistant|instructions?|prompt|document|context|snippet|results?|search_results?|input|"
    r"tool\w*|function\w*|extraction|fact|answer|output)\b[^>]*>|\]\]>|\[/\w+\]",  # ends of the data
    r"```|'''|\"{3}|#{2,} ?\w+ ?:|={4,} ?\w+|[-=*#~]{3,}\s*(?:end|begin|new|system|stop)\b|(?:^|\n)(?:EOF$|\$ )",
    r"\b(?:begin|end) (?:of )?(?:data|input|text|context|document|results?)\b",
    r"(?:^|[{\[,\s])[\"']\w+[\"']\s*:|\bfinal_answer\b|\bfield\s*,\s*value\b",  # answers
    r"\b\w+\(\w+\s*=\s*['\"]|\b(?:function|tool)_?calls?\b|\beval\(|\s:=\s",  # calls
    r"\b(?:phone|email|wifi|website|postcode|parking)\s*=",
    r"\\u[0-9a-f]{4}|(?:&#\d+;){4}|\bbase64\b|\bdata:text\b|\b(?=\w*\d)[A-Za-z0-9+/]{32,}",  # encodings
]
STRUCTURE = re.compile("|".join(STRUCTURES), re.IGNORECASE | re.MULTILINE)
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")  # of Scotland, say
# Characters that can carry invisible text: tags, variation selectors of the supplement, invisible operators.
CARRIER = re.compile(
    "[\U000e0000-\U000e01ef\u202a-\u202e\u2066-\u2069]|[\u2061-\u2064]{4}|[\u200b-\u200d\u2060\ufeff]{4}"
)
HIDDEN_INSIDE = re.compile(r"(?<=\w)[\u200b-\u200d\u2060\ufeff]+(?=\w)")
MOST_HIDDEN_INSIDE = 5  # honest pages use fewer, to break words
SPELLED = re.compile(r"\b(?:\w ){2,}\w\b")  # i g n o r e
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


@lru_cache(maxsize=1024)  # the rules, the prompt and the check of each answer use it
def redact_untrusted(record: TextRecord, phrases: InjectionPhrases) -> TextRecord:
    """The record with hidden and suspicious text replaced by the same number of blanks: offsets stay."""
    prose = _blanked(f"{record.title}\n{record.snippet}", phrases)
    return replace(
        record,
        title=prose[: len(record.title)],
        snippet=prose[len(record.title) + 1 :],
        url=_blanked(record.url, phrases),
    )


def _blanked(text: str, phrases: InjectionPhrases) -> str:
    characters = list(text)
    for unseen in UNSEEN.finditer(text):
        characters[unseen.start() : unseen.end()] = " " * len(unseen[0])
    if (start := suspicious_from(text, phrases)) is not None:
        characters[start:] = " " * (len(text) - start)
    return "".join(characters)


def suspicious_from(text: str, phrases: InjectionPhrases) -> int | None:
    """The position of the first suspicious words, or None. The text from there to the end is not trusted."""
    plain, origins = _as_read(text)
    starts = [origins[match.start()] for match in [STRUCTURE.search(plain)] if match]
    starts += [match.start() for match in CARRIER.finditer(FLAG.sub(lambda flag: " " * len(flag[0]), text))][:1]
    hidden = HIDDEN_INSIDE.findall(text)
    if len(hidden) > MOST_HIDDEN_INSIDE:
        starts.append(text.index(hidden[0]))
    starts += [origins[at] for at in [_injection_from(plain, phrases)] if at is not None]
    return min(starts) if starts else None


def _injection_from(plain: str, phrases: InjectionPhrases) -> int | None:
    ends = [match.end() for match in SENTENCE_END.finditer(plain)]
    sentences: dict[int, list[Mention[tuple[str, float]]]] = defaultdict(list)
    for mention in phrases.among(list(_words(plain))):
        sentences[bisect_right(ends, mention.start)].append(mention)
    for number in sorted(sentences):
        window = [mention for n in range(number, number + SENTENCES) for mention in sentences.get(n, [])]
        if _weight(window) >= THRESHOLD:
            return window[0].start
    return None


def _weight(mentions: Iterable[Mention[tuple[str, float]]]) -> float:
    """Add the heaviest mention of each kind. A text that says "ai" many times is not suspicious for that alone."""
    heaviest: dict[str, float] = {}
    for mention in mentions:
        kind, weight = mention.what
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
def _as_read(text: str) -> tuple[str, list[int]]:
    """The text as a person reads it: no invisible characters, plain letters for look-alikes, and words for letters
    that are s p e l l e d out.
    """
    if text.isascii() and not SPELLED.search(text):
        return text, list(range(len(text)))
    characters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        if unicodedata.category(character) in ("Cf", "Mn"):
            continue
        for plain in unicodedata.normalize("NFKC", character).translate(LOOKALIKES).replace("’", "'"):
            characters.append(plain)
            origins.append(position)
    plain = "".join(characters)
    kept = [True] * len(plain)
    for spelled in SPELLED.finditer(plain):
        for at in range(spelled.start() + 1, spelled.end(), 2):
            kept[at] = False
    return "".join(c for c, k in zip(plain, kept, strict=True) if k), [
        o for o, k in zip(origins, kept, strict=True) if k
    ]
