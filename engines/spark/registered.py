"""Functions of DuckDB that Spark has no expression for. Each session registers them."""

from __future__ import annotations

import functools
import json
import unicodedata
from typing import Any

from engines.spark.similarity import jaro_winkler_similarity
from engines.spark.sql.patterns import java_pattern


def nfc_normalize(text: str | None) -> str | None:
    return None if text is None else unicodedata.normalize("NFC", text)


def nfc_normalize_all(texts: list[str | None] | None) -> list[str | None] | None:
    return None if texts is None else [nfc_normalize(text) for text in texts]


def json_merge_all(texts: list[str | None] | None) -> str | None:
    """The objects merged one after the other (RFC 7396): what is null in a later one is removed."""
    if not texts or None in texts:
        return None
    first, *others = texts
    if not others:
        return first
    merged = functools.reduce(_merged, (json.loads(text or "") for text in others), json.loads(first or ""))
    return json.dumps(merged, ensure_ascii=False, separators=(",", ":"))


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = _merged(merged.get(key), value)
    return merged


def pattern_of_java(pattern: str | None) -> str | None:
    return None if pattern is None else java_pattern(pattern)


FUNCTIONS: dict[str, tuple[Any, str]] = {
    "nfc_normalize": (nfc_normalize, "string"),
    "nfc_normalize_all": (nfc_normalize_all, "array<string>"),
    "json_merge_all": (json_merge_all, "string"),
    "java_pattern": (pattern_of_java, "string"),
    # Spark has a function of DuckDB's name, which counts letters and comes first.
    "jaro_winkler_of_bytes": (jaro_winkler_similarity, "double"),
}


def register(session: Any) -> None:
    for name, (function, returned) in FUNCTIONS.items():
        session.udf.register(name, function, returned)
