"""What the model is asked and what it may answer: the prompt, the schema, and how a reply is taken apart."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from extract.lexicon import Lexicon
from extract.schema import FIELDS, Aboutness, QueryContext, TextRecord
from extract.suspicion import MachineTalk, believed

# How it is asked, besides the words: with these, other answers may come.
TEMPERATURE = 0
TOKENS_PER_RECORD = 900
TOKENS_PER_CALL = 100
PROMPT = Path(__file__).parent / "prompts" / "place.md"


class Finding(BaseModel):
    """One stated fact, the quote first: a model that must quote before it answers invents less."""

    model_config = ConfigDict(extra="forbid")
    quote: str
    field: Literal[FIELDS]  # type: ignore[valid-type]
    value: str


class Entity(BaseModel):
    model_config = ConfigDict(extra="forbid")
    findings: list[Finding]


class RecordAnswer(BaseModel):
    """What the model says of one record."""

    model_config = ConfigDict(extra="forbid")
    id: str
    aboutness: Aboutness
    entities: list[Entity]


class Envelope(BaseModel):
    """An answer whose records are still to be looked at one by one."""

    model_config = ConfigDict(extra="forbid")
    records: list[Any]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    records: list[RecordAnswer]


@dataclass(frozen=True)
class Question:
    """One text to be read, and which fields are still wanted of it."""

    record: TextRecord
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Prompt:
    """The prompt of one taxonomy. Its version changes with every letter of it, of the schema and of the parameters."""

    system: str
    machine_talk: MachineTalk

    @classmethod
    def load(cls, lexicon: Lexicon) -> Prompt:
        text = PROMPT.read_text(encoding="utf-8")
        for field, values in lexicon.taxonomy.items():
            text = text.replace(f"{{{field}}}", ", ".join(sorted(values)))
        return cls(text, lexicon.machine_talk)

    @cached_property
    def version(self) -> str:
        asked = [self.system, SCHEMA, TEMPERATURE, TOKENS_PER_RECORD, TOKENS_PER_CALL]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:12]

    def messages(self, questions: Mapping[str, Question], query: QueryContext, hint: str = "") -> list[dict[str, str]]:
        """A conversation about the questions by their ids; `hint` says what was wrong with the last answer.

        The marker is random: a text cannot close what it cannot guess. Words of a text that speak to a machine are
        not shown to it.
        """
        marker = secrets.token_hex(8)
        parts = [f"Somebody asked: {json.dumps(query.text, ensure_ascii=False)}"]
        for key, question in questions.items():
            wanted = "every field" if question.wanted == FIELDS else ", ".join(question.wanted)
            told = believed(question.record, self.machine_talk)
            shown = "\n".join(part.rstrip() for part in (told.title, told.snippet, told.url))
            data = f"BEGIN DATA {key} {marker}\n{shown}\nEND DATA {key} {marker}"
            parts.append(f"Wanted of record {key}: {wanted}\n{data}")
        if hint:
            parts.append(f"Your last answer could not be used: {hint}. Answer with the JSON object only.")
        return [{"role": "system", "content": self.system}, {"role": "user", "content": "\n\n".join(parts)}]


def _schema() -> dict[str, Any]:
    """The JSON schema with its parts in place: some servers do not follow references."""
    schema = Answer.model_json_schema()
    parts = schema.pop("$defs")

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(inner) for inner in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return inlined(parts[node["$ref"].rpartition("/")[2]])
        return {name: inlined(inner) for name, inner in node.items() if name not in ("title", "description")}

    return inlined(schema)


SCHEMA = _schema()


def read_answer(content: str, keys: Sequence[str]) -> tuple[dict[str, RecordAnswer], str]:
    """Each record's answer by its id, those that are in order, and what is wrong with the rest ("" if nothing is).

    An id that was not asked about is left out; one that is answered twice is not answered.
    """
    try:
        entries = Envelope.model_validate_json(_without_fence(content)).records
    except ValidationError:
        return {}, "it was not a JSON object with the one key records, a list"
    answers: dict[str, RecordAnswer] = {}
    fault, seen = "", set[str]()
    for entry in entries:
        try:
            answer = RecordAnswer.model_validate(entry)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            fault = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            continue
        if answer.id in seen:
            answers.pop(answer.id, None)
            fault = "an id stood twice"
        elif answer.id in keys:
            answers[answer.id] = answer
        seen.add(answer.id)
    missing = [key for key in keys if key not in answers]
    return answers, fault or (f"no entry for record {missing[0]}" if missing else "")


def _without_fence(content: str) -> str:
    """A model that may not be bound to JSON often wraps it: ```json ... ```."""
    text = content.strip()
    if text.startswith("```"):
        text = text.removeprefix("```json").removeprefix("```").removesuffix("```")
    return text
