"""Checks whether two libraries find quotes in texts, with their defaults. Reads the pairs from stdin.

langextract says how it found a quote. So there are two answers: any status, and `match_exact` alone.
"""

import json
import sys
import time

from instructor import CitationMixin
from langextract.core.data import AlignmentStatus, Extraction
from langextract.resolver import WordAligner


def langextract(quote: str, text: str) -> bool:
    return _aligned(quote, text).char_interval is not None


def langextract_exact(quote: str, text: str) -> bool:
    return _aligned(quote, text).alignment_status == AlignmentStatus.MATCH_EXACT


def _aligned(quote: str, text: str) -> Extraction:
    ((aligned,),) = WordAligner().align_extractions([[Extraction("fact", quote)]], text)
    return aligned


def instructor(quote: str, text: str) -> bool:
    found = CitationMixin.model_validate({"substring_quotes": [quote]}, context={"context": text})
    return bool(found.substring_quotes)


def accepts(library, quote: str, text: str) -> bool:
    try:
        return library(quote, text)
    except ValueError:  # langextract raises this for a quote without a word
        return False


pairs = json.load(sys.stdin)
results = {}
for library in (langextract, langextract_exact, instructor):
    started = time.perf_counter()
    accepted = [accepts(library, quote, text) for quote, text in pairs]
    results[library.__name__] = {
        "accepted": accepted,
        "ms_each": (time.perf_counter() - started) * 1000 / len(pairs),
    }
json.dump(results, sys.stdout)
