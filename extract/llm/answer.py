"""The prompt for the model, the schema of its answer, and the parser of its reply."""

from __future__ import annotations

import copy
import hashlib
import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from extract.schema import FIELDS, Aboutness, QueryContext, TextRecord
from extract.text.lexicon import Lexicon
from extract.text.prompt_injection import InjectionPhrases, redact_untrusted

# Parameters of a call. If they change, answers may change.
TEMPERATURE = 0
TOKENS_PER_RECORD = 900
TOKENS_PER_CALL = 100
MOST_ENTITIES, MOST_FINDINGS = 3, 24
PROMPT = Path(__file__).parent / "prompts" / "place.md"


class Finding(BaseModel):
    """One stated fact. The quote comes first: a model that must quote before it answers invents less."""

    model_config = ConfigDict(extra="forbid")
    quote: str
    field: Literal[FIELDS]  # type: ignore[valid-type]
    value: str


class Entity(BaseModel):
    model_config = ConfigDict(extra="forbid")
    findings: list[Finding]


class RecordAnswer(BaseModel):
    """The model's answer about one record."""

    model_config = ConfigDict(extra="forbid")
    aboutness: Aboutness
    entities: list[Entity]


class Question(Protocol):
    """One text to read, and the fields that are still wanted."""

    @property
    def record(self) -> TextRecord: ...

    @property
    def wanted(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Prompt:
    """The prompt for one taxonomy. Its version changes with every change of the text, schema or parameters."""

    system: str
    injection_phrases: InjectionPhrases

    @classmethod
    def load(cls, lexicon: Lexicon) -> Prompt:
        text = PROMPT.read_text(encoding="utf-8")
        for field, values in lexicon.taxonomy.items():
            text = text.replace(f"{{{field}}}", ", ".join(sorted(values)))
        return cls(text, lexicon.injection_phrases)

    @cached_property
    def version(self) -> str:
        asked = [self.system, RECORD_SCHEMA, TEMPERATURE, TOKENS_PER_RECORD, TOKENS_PER_CALL]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]

    def messages(self, questions: Mapping[str, Question], query: QueryContext, hint: str = "") -> list[dict[str, str]]:
        """The messages about the questions, by their ids. `hint` says what was wrong with the last answer.

        The marker is random: a text cannot guess it, so it cannot end its data block. Text that looks like prompt
        injection is left out.
        """
        marker = secrets.token_hex(8)
        parts = [f"Somebody asked: {json.dumps(query.text, ensure_ascii=False)}"]
        for key, question in questions.items():
            wanted = "every field" if question.wanted == FIELDS else ", ".join(question.wanted)
            safe = redact_untrusted(question.record, self.injection_phrases)
            shown = "\n".join(part.rstrip() for part in (safe.title, safe.snippet, safe.url))
            data = f"BEGIN DATA {key} {marker}\n{shown}\nEND DATA {key} {marker}"
            parts.append(f"Wanted of record {key}: {wanted}\n{data}")
        if hint:
            parts.append(f"Your last answer could not be used: {hint}. Answer with the JSON object only.")
        return [{"role": "system", "content": self.system}, {"role": "user", "content": "\n\n".join(parts)}]


def schema_for(keys: Iterable[str], is_bounded: bool = False) -> dict[str, Any]:
    """The JSON schema of an answer about these records. One key for each, so that none is missing or invented.

    `is_bounded` limits the lists: a small model bound to a grammar can repeat itself without end. Not every server
    accepts such a limit in a strict schema.
    """
    record = _BOUNDED if is_bounded else RECORD_SCHEMA
    required = list(keys)
    return {
        "type": "object",
        "properties": dict.fromkeys(required, record),
        "required": required,
        "additionalProperties": False,
    }


def _record_schema() -> dict[str, Any]:
    """The schema with its parts inlined: some servers do not follow references."""
    schema = RecordAnswer.model_json_schema()
    parts = schema.pop("$defs")

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(inner) for inner in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return inlined(parts[node["$ref"].rpartition("/")[2]])
        return {name: inlined(inner) for name, inner in node.items() if name not in ("title", "description")}

    record: dict[str, Any] = inlined(schema)
    return record


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    capped = copy.deepcopy(schema)
    entities = capped["properties"]["entities"]
    entities["maxItems"] = MOST_ENTITIES
    entities["items"]["properties"]["findings"]["maxItems"] = MOST_FINDINGS
    return capped


RECORD_SCHEMA = _record_schema()
_BOUNDED = _bounded(RECORD_SCHEMA)


def read_answer(content: str, keys: Sequence[str]) -> tuple[dict[str, RecordAnswer], str]:
    """The valid answers by record id, and what is wrong with the others ("" if nothing is).

    An id that was not asked for is ignored. An id with two answers counts as not answered.
    """
    try:
        entries = json.loads(_without_fence(content), object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError):
        entries = None
    if not isinstance(entries, dict):
        return {}, "it was not a JSON object with one key for each record"
    answers: dict[str, RecordAnswer] = {}
    fault = ""
    for key in keys:
        try:
            answers[key] = RecordAnswer.model_validate(entries[key])
        except KeyError:
            fault = f"no entry, or more than one, for record {key}"
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            fault = f"{'.'.join(map(str, (key, *first['loc'])))}: {first['msg']}"
    return answers, fault


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Drop a key that occurs twice: it has two values, and neither counts."""
    often = Counter(key for key, _ in pairs)
    return {key: value for key, value in pairs if often[key] == 1}


def _without_fence(content: str) -> str:
    """Remove a fence (```json ... ```): a model that is not bound to JSON often adds one."""
    text = content.strip()
    if text.startswith("```"):
        text = text.removeprefix("```json").removeprefix("```").removesuffix("```")
    return text
