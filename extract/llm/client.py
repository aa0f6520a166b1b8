"""One model behind an OpenAI-compatible endpoint: what it understands; each attempt, and what it cost."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from extract.llm.answer import TEMPERATURE
from extract.llm.budget import Budget

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Outcome = Literal[
    "ok", "refused", "truncated", "content_filtered", "invalid_format", "rate_limited", "server_error", "timeout",
    "connection_failed", "bad_request", "bad_credentials", "model_not_found", "no_credit", "over_budget",
    "redirected",
]  # fmt: skip
FATAL: dict[Outcome, str] = {
    "bad_credentials": "The language model's server refused the key; set OPENAI_API_KEY in .env.",
    "model_not_found": (
        "The language model's server knows no such model or path; check TRIGPOINT_LLM_MODEL and OPENAI_BASE_URL."
    ),
    "redirected": (
        "The language model's server sends us on to another address, where the key is not sent; set OPENAI_BASE_URL to "
        "the new one if it is right."
    ),
    "no_credit": "The account of the language model has no credit left; top it up, then run again.",
}
PASSING = ("rate_limited", "server_error", "timeout", "connection_failed")  # may be better in a moment
ERROR_CHARACTERS = 300
MOST_REDIRECTS = 5
MIN_SAMPLES = 20  # answers, before it is known how long one takes
PATIENCE = 5  # times the slowest of late
LEAST_PATIENCE_SECONDS = 10.0
# Bound to the schema, the answer is red; a server that takes the schema and ignores it says blue.
PROBE_SCHEMA = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
PROBE = [{"role": "user", "content": 'Answer with this JSON object and nothing else: {"colour": "blue"}'}]
PROBE_TOKENS = 30
MODES = ("json_schema", "json_object+schema", "json_object", "prompt")
ResponseMode = Literal["json_schema", "json_object+schema", "json_object", "prompt"]


@dataclass(frozen=True)
class LlmSettings:
    base_url: str | None  # without anything secret: that is in `login` and `parameters`
    api_key: str
    model: str
    login: tuple[str, str] | None = None  # user and password, in the place of the key
    parameters: tuple[tuple[str, str], ...] = ()  # of the query, with every request
    redact: Callable[[str], str] = str  # what a server or a library says, without its secrets
    concurrency: int = 8
    records_per_call: int = 4
    timeout_seconds: float = 60.0  # of one attempt, from sending to the last byte, at most
    wait_seconds: float = 0.5  # before asking again, doubled each time; where the server asks for nothing else
    usd_per_million_tokens: tuple[float, float] = (0.0, 0.0)  # in, out


@dataclass(frozen=True)
class Dialect:
    """How the endpoint wants to be spoken to, as the probe found out."""

    response_mode: ResponseMode = "json_schema"
    limit_parameter: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    takes_temperature: bool = True


@dataclass
class LoggedCall:
    """One row of ops.llm_calls: one attempt."""

    call_id: str
    run_id: str
    purpose: Literal["probe", "extract"]
    model: str
    host: str
    response_mode: str
    records: tuple[str, ...]
    outcome: Outcome = "ok"
    status: int | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    ms: float = 0.0
    error_text: str | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))

    def as_row(self) -> dict[str, Any]:
        return {**vars(self), "records": list(self.records)}


@dataclass(frozen=True)
class Reply:
    call: LoggedCall
    content: str = ""
    retry_after: float | None = None

    @property
    def outcome(self) -> Outcome:
        return self.call.outcome


class ModelClient:
    """One shared connection pool; no retries of the library's own."""

    def __init__(self, settings: LlmSettings, budget: Budget, run_id: str) -> None:
        self.settings = settings
        self.dialect = Dialect()
        self._budget = budget
        self._run_id = run_id
        self._recent_seconds: deque[float] = deque(maxlen=50)
        self._client: AsyncOpenAI

    async def __aenter__(self) -> ModelClient:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        self._client = AsyncOpenAI(
            base_url=self.settings.base_url,
            api_key=self.settings.api_key,
            default_query=dict(self.settings.parameters),
            max_retries=0,
            http_client=DefaultAsyncHttpxClient(
                auth=self.settings.login,
                max_redirects=MOST_REDIRECTS,
                event_hooks={"response": [_stay_where_we_are]},
            ),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def probe(self) -> list[LoggedCall]:
        """Find the dialect: the strictest way to be sure of JSON that the server takes and keeps to.

        Tells every attempt. The last one's outcome is a failure if the endpoint did not answer at all.
        """
        calls: list[LoggedCall] = []
        for mode in MODES:
            self.dialect = replace(self.dialect, response_mode=mode)  # type: ignore[arg-type]
            for attempt in range(3):
                reply = await self._send("probe", PROBE, PROBE_SCHEMA, PROBE_TOKENS, ())
                calls.append(reply.call)
                if reply.outcome in FATAL or reply.outcome == "over_budget":
                    return calls
                if reply.outcome == "ok" and _keeps_to(mode, reply.content):
                    return calls
                if reply.outcome == "bad_request" and self._changed_dialect(reply.call.error_text or ""):
                    continue
                if reply.outcome not in PASSING or attempt == 1:
                    break  # not in this mode; some servers call a mode that they do not know an error of their own
                await asyncio.sleep(self.wait_before(reply, attempt))
        return calls

    @property
    def wants_bounds(self) -> bool:
        """Whether the schema is made into a grammar, as llama.cpp does: it has to end by itself."""
        return self.dialect.response_mode == "json_object+schema"

    async def ask(
        self, messages: Sequence[dict[str, str]], schema: dict[str, Any], max_tokens: int, records: tuple[str, ...]
    ) -> Reply:
        """One attempt. Never raises for what a server can do; the outcome says how it went."""
        return await self._send("extract", messages, schema, max_tokens, records)

    def _worst_cost(self, messages: Sequence[dict[str, str]], schema: dict[str, Any], max_tokens: int) -> float:
        """USD: no tokenizer makes more tokens than there are bytes."""
        sent = len(json.dumps([list(messages), schema], ensure_ascii=False).encode())
        return self._cost(sent, max_tokens)

    def wait_before(self, reply: Reply, failures: int) -> float:
        """Seconds until the next attempt: what the server asks for, or the longer the more `failures` there were.

        Spread by a quarter either way, so that those who failed together do not come back together.
        """
        if reply.retry_after is not None:
            return reply.retry_after
        spread = random.uniform(0.75, 1.25)  # noqa: S311
        return self.settings.wait_seconds * 2.0**failures * spread

    def _patience(self) -> float:
        """Seconds to wait for an answer: far longer than any of late took, so that a hung call costs no minute."""
        if len(self._recent_seconds) < MIN_SAMPLES:
            return self.settings.timeout_seconds
        slow = max(LEAST_PATIENCE_SECONDS, PATIENCE * max(self._recent_seconds))
        return min(self.settings.timeout_seconds, slow)

    async def _send(
        self,
        purpose: Literal["probe", "extract"],
        messages: Sequence[dict[str, str]],
        schema: dict[str, Any],
        max_tokens: int,
        records: tuple[str, ...],
    ) -> Reply:
        host = urlsplit(self.settings.base_url or "https://api.openai.com").hostname or ""
        mode = self.dialect.response_mode
        call = LoggedCall(uuid.uuid4().hex, self._run_id, purpose, self.settings.model, host, mode, records)
        worst = self._worst_cost(messages, schema, max_tokens)
        if not await self._budget.reserve(worst):
            call.outcome = "over_budget"
            return Reply(call)
        started = time.perf_counter()
        reply = Reply(call)
        spent = worst  # unless the server says how much it was: an attempt that is broken off may be billed
        try:
            reply = await self._attempt(call, self._request(messages, schema, max_tokens))
            spent = call.cost_usd = self._billed(call, worst)
        finally:
            call.ms = (time.perf_counter() - started) * 1000
            await self._budget.settle(worst, spent)
        return reply

    def _request(self, messages: Sequence[dict[str, str]], schema: dict[str, Any], max_tokens: int) -> dict[str, Any]:
        mode = self.dialect.response_mode
        formats: dict[str, Any] = {
            "json_schema": {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": True}},
            "json_object+schema": {"type": "json_object", "schema": schema},
            "json_object": {"type": "json_object"},
        }
        sent = list(messages)
        if mode in ("json_object", "prompt"):
            content = f"{sent[0]['content']}\n\nThe JSON schema of the answer: {json.dumps(schema)}"
            sent[0] = {**sent[0], "content": content}
        request = {"model": self.settings.model, "messages": sent, self.dialect.limit_parameter: max_tokens}
        if mode in formats:
            request["response_format"] = formats[mode]
        if self.dialect.takes_temperature:
            request["temperature"] = TEMPERATURE
        return request

    async def _attempt(self, call: LoggedCall, request: dict[str, Any]) -> Reply:
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

        patience, started = self._patience(), time.perf_counter()
        try:
            async with asyncio.timeout(patience):
                # As bytes, both ways: the library walks through its own objects key by key, which takes as long as
                # sending them.
                sent = json.dumps(request, ensure_ascii=False).encode()
                said = await self._client.post("/chat/completions", cast_to=bytes, content=sent)
            self._recent_seconds.append(time.perf_counter() - started)
            call.status = 200
            answer = json.loads(said)
            usage = answer.get("usage") or {}
            call.tokens_in = usage.get("prompt_tokens") or 0
            call.tokens_out = usage.get("completion_tokens") or 0
            choice = answer["choices"][0]
            call.outcome = _ended(choice)
            return Reply(call, choice["message"].get("content") or "")
        except (TimeoutError, APITimeoutError):
            call.outcome, call.error_text = "timeout", f"no answer in {patience:.3g} s"
        except _SentOnError as error:
            call.outcome, call.error_text = "redirected", self._redact(str(error))
        except APIConnectionError as error:
            call.outcome, call.error_text = "connection_failed", self._redact(str(error))
        except APIStatusError as error:
            call.status, call.error_text = error.status_code, self._redact(error.message)
            call.outcome = _refusal(error.status_code, error.message)
            return Reply(call, retry_after=_retry_after(error.response.headers.get("retry-after")))
        except (OpenAIError, ValueError, LookupError, TypeError, AttributeError) as error:
            call.outcome, call.error_text = "invalid_format", self._redact(f"no chat completion: {error}")
        return Reply(call)

    def _billed(self, call: LoggedCall, worst: float) -> float:
        """USD by the server's own count; the worst case where it may have worked and did not count."""
        if call.tokens_in or call.tokens_out:
            return self._cost(call.tokens_in, call.tokens_out)
        return worst if call.status == 200 or call.outcome == "timeout" else 0.0

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        price_in, price_out = self.settings.usd_per_million_tokens
        return (tokens_in * price_in + tokens_out * price_out) / 1_000_000

    def _changed_dialect(self, error: str) -> bool:
        """Newer models have another name for the limit and want no temperature; they say so."""
        if "max_completion_tokens" in error and self.dialect.limit_parameter == "max_tokens":
            self.dialect = replace(self.dialect, limit_parameter="max_completion_tokens")
            return True
        if "temperature" in error and self.dialect.takes_temperature:
            self.dialect = replace(self.dialect, takes_temperature=False)
            return True
        return False

    def _redact(self, text: str) -> str:
        return self.settings.redact(text.replace(self.settings.api_key, "***"))[:ERROR_CHARACTERS]


class _SentOnError(Exception):
    """A server sends our requests on to another one."""


async def _stay_where_we_are(response: Any) -> None:
    """Follow no redirect to another origin: a key and the texts were meant for this one."""
    if response.has_redirect_location:
        asked, there = response.url, response.url.join(response.headers["location"])
        if (there.scheme, there.host, there.port) != (asked.scheme, asked.host, asked.port):
            raise _SentOnError(f"sends us on to {there.copy_with(userinfo=b'', path='/', query=None, fragment=None)}")


def _keeps_to(mode: str, content: str) -> bool:
    if mode == "prompt":
        return True
    try:
        said = json.loads(content)
    except ValueError:
        return False
    return isinstance(said, dict) if mode == "json_object" else said == {"colour": "red"}


def _ended(choice: dict[str, Any]) -> Outcome:
    """How the model ended. Not a closed list: gateways have ends of their own, an error among them."""
    if choice["message"].get("refusal"):
        return "refused"
    ends: dict[str, Outcome] = {
        "length": "truncated",
        "content_filter": "content_filtered",
        "error": "server_error",
    }
    return ends.get(choice.get("finish_reason") or "", "ok")


def _refusal(status: int, message: str) -> Outcome:
    if status in (401, 403):
        return "bad_credentials"
    if status == 404:
        return "model_not_found"
    if status == 402 or "insufficient_quota" in message:
        return "no_credit"
    if status == 429:
        return "rate_limited"
    return "server_error" if status >= 500 or status in (408, 409, 425) else "bad_request"


def _retry_after(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None  # as a date, no model server sends it
