"""The words of a query, and which of them are understood."""

from __future__ import annotations

from extract.folding import fold_each
from extract.phrases import Phrases, Spot
from orchestrate.plan.query_vocabulary import Term


class QueryWords:
    """The words of a query. Each reader takes the words that it understands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spelled = fold_each(text)
        self.folded = [word.folded for word in self.spelled]
        self.is_taken = [False] * len(self.spelled)

    def take(self, terms: Phrases[Term]) -> list[Spot[Term]]:
        """Find the terms among the words that are not taken, and take their words."""
        taken = [at for at, is_taken in enumerate(self.is_taken) if is_taken]
        spots = terms.spots(self.folded, taken, lambda term: term.means_itself(self.folded))
        for spot in spots:
            self.is_taken[spot.start : spot.end] = [True] * (spot.end - spot.start)
        return spots

    def refused(self, terms: Phrases[Term]) -> list[Spot[Term]]:
        """Where a term of a kind means something else: "golf" in "crazy golf"."""
        return terms.spots(self.folded, may_count=lambda term: term.is_kind and not term.means_itself(self.folded))

    def left(self, start: int = 0, end: int | None = None) -> str:
        """The words of this stretch that are not taken, as the query spells them."""
        stretch = list(zip(self.spelled, self.is_taken, strict=True))[start:end]
        left = dict.fromkeys((word.start, word.end) for word, is_taken in stretch if not is_taken)
        return " ".join(self.text[first:last] for first, last in left)
