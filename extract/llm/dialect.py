"""The dialect of an OpenAI-compatible endpoint, and the probe that detects it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from extract.llm.answer import TEMPERATURE

# A server that obeys the schema answers red. A server that accepts but ignores the schema answers blue.
RED: dict[str, Any] = {"type": "string", "enum": ["red"]}
PROBE = [{"role": "user", "content": 'Answer with this JSON object and nothing else: {"colour": "blue"}'}]
PROBE_TOKENS = 30
THINKING_TOKENS = 2048  # more for each answer of a model that thinks first
END_OF_THOUGHTS = "</think>"
ResponseMode = Literal["json_schema", "json_object+schema", "json_object", "prompt"]
MODES: tuple[ResponseMode, ...] = ("json_schema", "json_object+schema", "json_object", "prompt")


@dataclass(frozen=True)
class Dialect:
    """The request format of the endpoint, as the probe found it."""

    response_mode: ResponseMode = "json_schema"
    limit_parameter: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    takes_temperature: bool = True
    takes_bounds: bool = True
    thinking_tokens: int = 0

    @property
    def wants_bounds(self) -> bool:
        """Whether the server may make a grammar of the schema, as llama.cpp does: the schema then limits its lists."""
        return self.response_mode in ("json_schema", "json_object+schema") and self.takes_bounds

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
        request = {"model": model, "messages": sent, self.limit_parameter: self.limit(max_tokens)}
        if self.response_mode in formats:
            request["response_format"] = formats[self.response_mode]
        if self.takes_temperature:
            request["temperature"] = TEMPERATURE
        return request

    def limit(self, max_tokens: int) -> int:
        """The tokens of an answer with its thoughts."""
        return max_tokens + self.thinking_tokens

    def after_refusal(self, error: str) -> Dialect:
        """The dialect after an error. Newer models rename the token limit and refuse a temperature."""
        if "maxItems" in error and self.takes_bounds:
            return replace(self, takes_bounds=False)
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
        if not isinstance(said, dict):
            return False
        return self.response_mode == "json_object" or said.get("colour") == "red"


def probe_schema(is_bounded: bool) -> dict[str, Any]:
    others = {"type": "array", "items": RED, **({"maxItems": 1} if is_bounded else {})}
    return {
        "type": "object",
        "properties": {"colour": RED, "others": others},
        "required": ["colour", "others"],
        "additionalProperties": False,
    }


def has_thoughts(message: Mapping[str, Any]) -> bool:
    """Whether the model thought before it answered: in a part of its own, or in the answer."""
    content = str(message.get("content") or "")
    is_apart = bool(message.get("reasoning_content") or message.get("reasoning"))
    return is_apart or content.lstrip().startswith("<think") or without_thoughts(content) != content


def without_thoughts(content: str) -> str:
    """The answer itself. An answer that begins as JSON has no thoughts, whatever its values say."""
    return content if content.lstrip().startswith(("{", "[", "`")) else content.rpartition(END_OF_THOUGHTS)[2]
