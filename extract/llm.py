"""The language model as an extractor: asked for what the rules did not find, and believed only with a quote."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

from extract.grounding import find_quote
from extract.schema import FIELDS, Aboutness, Claim, Extraction, QueryContext, TextRecord
from extract.values import derives

if TYPE_CHECKING:
    from openai import AsyncOpenAI

PROMPT = (Path(__file__).parent / "prompts" / "place.md").read_text(encoding="utf-8")
PROMPT_VERSION = hashlib.sha256(PROMPT.encode()).hexdigest()[:12]
ATTEMPTS = 4
LONGEST_WAIT_SECONDS = 30.0
CONFIDENCE = {"verified": 0.9, "inferred": 0.6}


@dataclass(frozen=True)
class LlmSettings:
    base_url: str | None
    api_key: str
    model: str
    concurrency: int = 8
    timeout_seconds: float = 60.0
    wait_seconds: float = 0.5  # doubled before each further attempt
    usd_per_million_tokens: tuple[float, float] = (0.0, 0.0)  # in, out


class Finding(BaseModel):
    """One stated fact, the quote first: a model that must quote before it answers invents less."""

    model_config = ConfigDict(extra="forbid")
    field: Literal[FIELDS]  # type: ignore[valid-type]
    quote: str
    value: str


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    aboutness: Aboutness
    findings: list[Finding]


class LlmExtractor:
    """One shared client, no retries of the library's own; at most `concurrency` requests at once."""

    def __init__(self, settings: LlmSettings) -> None:
        self.settings = settings
        self.version = f"llm-1/{settings.model}/{PROMPT_VERSION}"

    async def extract_all(self, records: list[TextRecord], query: QueryContext) -> list[Extraction]:
        """Read every record; one that fails is an extraction with status failed, and no other is lost."""
        from openai import AsyncOpenAI

        results: dict[int, Extraction] = {}
        queue: asyncio.Queue[tuple[int, TextRecord]] = asyncio.Queue()
        for item in enumerate(records):
            queue.put_nowait(item)

        async with AsyncOpenAI(
            base_url=self.settings.base_url,
            api_key=self.settings.api_key,
            max_retries=0,
            timeout=self.settings.timeout_seconds,
        ) as client:

            async def work() -> None:
                while not queue.empty():
                    position, record = queue.get_nowait()
                    results[position] = await self._extract(client, record, query)

            await asyncio.gather(*(work() for _ in range(min(self.settings.concurrency, len(records)))))
        return [results[position] for position in range(len(records))]

    async def _extract(self, client: AsyncOpenAI, record: TextRecord, query: QueryContext) -> Extraction:
        from openai import APIStatusError, OpenAIError

        tokens_in = tokens_out = 0
        error = ""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                reply = await client.chat.completions.create(
                    model=self.settings.model,
                    messages=_messages(record, query),
                    response_format=_response_format(),
                    temperature=0,
                )
                tokens_in += getattr(reply.usage, "prompt_tokens", None) or 0
                tokens_out += getattr(reply.usage, "completion_tokens", None) or 0
                if error := _why_no_answer(reply.choices[0]):
                    break  # it would say the same again
                answer = Answer.model_validate_json(reply.choices[0].message.content or "")
            except (ValueError, LookupError, TypeError, AttributeError):
                error = "invalid_format"  # no answer of ours, or none of the service's: asked again
            except APIStatusError as failure:
                error = "transport_failed"
                if failure.status_code not in (408, 409, 429) and failure.status_code < 500:
                    break
                await self._wait(failure.response.headers.get("retry-after"), attempt)
            except OpenAIError:
                error = "transport_failed"
                await self._wait(None, attempt)
            else:
                return replace(
                    _grounded(record, answer),
                    tokens_in=tokens_in,
                    tokens_out=tokens_out,
                    cost_usd=self._cost(tokens_in, tokens_out),
                    attempts=attempt,
                )
        claims = tuple(Claim(field, None, extractor="llm", null_reason=error) for field in FIELDS)  # type: ignore[arg-type]
        return Extraction(
            record, None, "the model gave no usable answer", claims, "failed", error, tokens_in, tokens_out,
            self._cost(tokens_in, tokens_out), attempt,
        )  # fmt: skip

    async def _wait(self, retry_after: str | None, attempt: int) -> None:
        """What the server asks for, or ever longer; after the last attempt there is nothing to wait for."""
        if attempt == ATTEMPTS:
            return
        is_told = retry_after and retry_after.replace(".", "", 1).isdigit()
        seconds = float(retry_after or 0) if is_told else self.settings.wait_seconds * 2**attempt
        await asyncio.sleep(min(seconds, LONGEST_WAIT_SECONDS))

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        price_in, price_out = self.settings.usd_per_million_tokens
        return (tokens_in * price_in + tokens_out * price_out) / 1_000_000


def _why_no_answer(choice: Any) -> str:
    """Of the closed list of reasons, where the model stopped of itself or was stopped."""
    if choice.message.refusal:
        return "refused"
    return {"length": "truncated", "content_filter": "content_filtered"}.get(choice.finish_reason, "")


def _messages(record: TextRecord, query: QueryContext) -> list[Any]:
    # The marker is random: a text cannot close what it cannot guess.
    marker = secrets.token_hex(8)
    data = f"BEGIN DATA {marker}\n{record.text}\nEND DATA {marker}"
    asked = f"Somebody asked: {json.dumps(query.text, ensure_ascii=False)}"
    return [{"role": "system", "content": PROMPT}, {"role": "user", "content": f"{asked}\n\n{data}"}]


def _response_format() -> Any:
    return {"type": "json_schema", "json_schema": {"name": "place", "schema": Answer.model_json_schema()}}


def _grounded(record: TextRecord, answer: Answer) -> Extraction:
    """Keep a value only if its quote stands in the text; the rest stays as rejected claims."""
    claims = [_judged(record, finding) for finding in answer.findings]
    told = {claim.field_name for claim in claims}
    claims += [Claim(f, None, extractor="llm", null_reason="not_mentioned") for f in FIELDS if f not in told]
    return Extraction(record, answer.aboutness, "judged by the language model", tuple(claims))


def _judged(record: TextRecord, finding: Finding) -> Claim:
    span = find_quote(finding.quote, record.text)
    if span is None:
        return Claim(
            finding.field, finding.value, finding.quote, verification="rejected", extractor="llm",
            null_reason="ungrounded_rejected",
        )  # fmt: skip
    quote = record.text[span.start : span.end]
    derived = derives(finding.field, finding.value, quote)
    if derived is None:
        derived = find_quote(finding.value, quote) is not None
    elif not derived:
        # A parser exists for this field and does not get this value from this quote: it was invented.
        return Claim(
            finding.field, finding.value, quote, span.start, span.end, "rejected", extractor="llm",
            null_reason="ungrounded_rejected",
        )  # fmt: skip
    verification: Literal["verified", "inferred"] = "verified" if derived else "inferred"
    return Claim(
        finding.field, finding.value, quote, span.start, span.end, verification, CONFIDENCE[verification], "llm"
    )
