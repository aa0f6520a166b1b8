"""The dialect of an OpenAI-compatible endpoint, and the probe that detects it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from extract.llm.answer import TEMPERATURE

# A server that obeys the schema answers red. A server that accepts but ignores the schema answers blue.
PROBE_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
PROBE = [{"role": "user", "content": 'Answer with this JSON object and nothing else: {"colour": "blue"}'}]
PROBE_TOKENS = 30
ResponseMode = Literal["json_schema", "json_object+schema", "json_object", "prompt"]
MODES: tuple[ResponseMode, ...] = ("json_schema", "json_object+schema", "json_object", "prompt")


@dataclass(frozen=True)
class Dialect:
    """The request format of the endpoint, as the probe found it."""

    response_mode: ResponseMode = "json_schema"
    limit_parameter: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    takes_temperature: bool = True

    @property
    def wants_bounds(self) -> bool:
        """Whether the server makes a grammar of the schema, as llama.cpp does: the schema must then limit its lists."""
        return self.response_mode == "json_object+schema"

    def request(
        self, model: str, messages: Sequence[dict[str, str]], schema: dict[str, Any], max_tokens: int
    ) -> dict[str, Any]:
        """The body of a chat completion."""
        formats: dict[str, Any] = {
            "json_schema": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}},
            "json_object+schema": {"type": "json_object", "schema": schema},
            "json_object": {"type": "json_object"},
        }
        sent = list(messages)
        if self.response_mode in ("json_object", "prompt"):
            content = f"{sent[0]['content']}\n\nThe JSON schema of the answer: {json.dumps(schema)}"
            sent[0] = {**sent[0], "content": content}
        request = {"model": model, "messages": sent, self.limit_parameter: max_tokens}
        if self.response_mode in formats:
            request["response_format"] = formats[self.response_mode]
        if self.takes_temperature:
            request["temperature"] = TEMPERATURE
        return request

    def after_refusal(self, error: str) -> Dialect:
        """The dialect after an error. Newer models rename the token limit and refuse a temperature."""
        if "max_completion_tokens" in error and self.limit_parameter == "max_tokens":
            return replace(self, limit_parameter="max_completion_tokens")
        if "temperature" in error and self.takes_temperature:
            return replace(self, takes_temperature=False)
        return self

    def is_kept_to(self, content: str) -> bool:
        """Whether the answer to PROBE shows that the server obeys the response mode."""
        if self.response_mode == "prompt":
            return True
        try:
            said = json.loads(content)
        except ValueError:
            return False
        return isinstance(said, dict) if self.response_mode == "json_object" else said == {"colour": "red"}
