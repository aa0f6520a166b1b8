"""Free-text search over the sandbox's records, as a search service would: rare words count, nonsense finds nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

STOP_WORDS = frozenset(
    [
        "in",
        "near",
        "the",
        "a",
        "an",
        "of",
        "for",
        "to",
        "and",
        "at",
        "on",
        "with",
        "open",
        "my",
        "me",
        "best",
        "edinburgh",
        "uk",
        "scotland",
    ]
)
ENOUGH = 0.6  # of the query's weight must be found in a record


def words_of(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return [_stem(word) for word in re.findall(r"[^\W_]+", plain)]


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and len(word) > 4 and word[-3] in "hxs":
        return word[:-2]
    return word[:-1] if word.endswith("s") and len(word) > 3 and not word.endswith("ss") else word


class Index:
    """Documents, scored by the share of the query's inverse document frequency they hold."""

    def __init__(self, documents: Sequence[str]) -> None:
        self._documents = [frozenset(words_of(text)) for text in documents]
        self._frequency = Counter(word for document in self._documents for word in document)

    def search(self, query: str) -> list[int]:
        """Positions of the documents that answer, best first; ties in the order of the documents."""
        words = [word for word in dict.fromkeys(words_of(query)) if word not in STOP_WORDS]
        weights = {word: self._weight(word) for word in words}
        total = sum(weights.values())
        scored = []
        for position, document in enumerate(self._documents):
            score = sum(weight for word, weight in weights.items() if word in document)
            if total and score >= ENOUGH * total:
                scored.append((-score, position))
        return [position for _, position in sorted(scored)]

    def _weight(self, word: str) -> float:
        return math.log(1 + len(self._documents) / (1 + self._frequency[word]))
