"""The client of one model behind an OpenAI-compatible endpoint. It logs each attempt with its cost."""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from extract.llm.budget import Budget
from extract.llm.calls import (
    FATAL,
    PASSING,
    LoggedCall,
    Reply,
    outcome_of_choice,
    outcome_of_status,
    retry_after_seconds,
)
from extract.llm.dialect import (
    MODES,
    PROBE,
    PROBE_TOKENS,
    THINKING_TOKENS,
    Dialect,
    has_thoughts,
    probe_schema,
    without_thoughts,
)

if TYPE_CHECKING:
    from openai import AsyncOpenAI

ERROR_CHARACTERS = 300
MOST_REDIRECTS = 5
MIN_SAMPLES = 20  # answers needed to know how long one takes
PATIENCE = 5  # multiple of the slowest recent answer
LEAST_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class LlmSettings:
    base_url: str | None  # without secrets: those are in `login` and `parameters`
    api_key: str
    model: str
    login: tuple[str, str] | None = None  # user and password, instead of the key
    parameters: tuple[tuple[str, str], ...] = ()  # of the query, with every request
    redact: Callable[[str], str] = str  # removes secrets from messages of a server or a library
    concurrency: int = 8
    records_per_call: int = 4
    timeout_seconds: float = 60.0  # of one attempt, from sending to the last byte, at most
    wait_seconds: float = 0.5  # before a retry, doubled each time; unless the server gives a time
    usd_per_million_tokens: tuple[float, float] = (0.0, 0.0)  # in, out


class ModelClient:
    """Uses one connection pool, without the retries of the library."""

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
        """Find the dialect: the strictest JSON mode that the server accepts and obeys.

        Returns every attempt. The outcome of the last one is a failure if the endpoint did not answer at all.
        """
        calls: list[LoggedCall] = []
        for mode in MODES:
            self.dialect = replace(self.dialect, response_mode=mode)
            for attempt in range(3):
                reply = await self._send("probe", PROBE, probe_schema(self.dialect.takes_bounds), PROBE_TOKENS, ())
                calls.append(reply.call)
                if reply.outcome in FATAL or reply.outcome == "over_budget":
                    return calls
                if reply.outcome == "ok" and self.dialect.is_kept_to(reply.content):
                    self.dialect = replace(self.dialect, thinking_tokens=THINKING_TOKENS if reply.has_thoughts else 0)
                    return calls
                if reply.outcome == "truncated" and not self.dialect.thinking_tokens:
                    self.dialect = replace(self.dialect, thinking_tokens=THINKING_TOKENS)
                    continue
                if reply.outcome == "bad_request":
                    refused, self.dialect = self.dialect, self.dialect.after_refusal(reply.call.error_text or "")
                    if self.dialect != refused:
                        continue
                if reply.outcome not in PASSING or attempt == 1:
                    break  # this mode fails; some servers report an unknown mode as a server error
                await asyncio.sleep(self.wait_before(reply, attempt))
        return calls

    async def ask(
        self, messages: Sequence[dict[str, str]], schema: dict[str, Any], max_tokens: int, records: tuple[str, ...]
    ) -> Reply:
        """Make one attempt. Never raises for a fault of the server: the outcome says what happened."""
        return await self._send("extract", messages, schema, max_tokens, records)

    def _worst_cost(self, messages: Sequence[dict[str, str]], schema: dict[str, Any], max_tokens: int) -> float:
        """The highest possible cost in USD: no tokenizer makes more tokens than there are bytes."""
        sent = len(json.dumps([list(messages), schema], ensure_ascii=False).encode())
        return self._cost(sent, max_tokens)

    def wait_before(self, reply: Reply, failures: int) -> float:
        """Seconds until the next attempt: the time from the server, or a time that doubles with each failure.

        A random quarter more or less keeps calls that failed together from returning together.
        """
        if reply.retry_after is not None:
            return reply.retry_after
        spread = random.uniform(0.75, 1.25)  # noqa: S311
        return self.settings.wait_seconds * 2.0**failures * spread

    def _patience(self) -> float:
        """Seconds to wait: a multiple of the slowest recent one, so a hung call does not take a minute."""
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
        worst = self._worst_cost(messages, schema, self.dialect.limit(max_tokens))
        if not await self._budget.reserve(worst):
            call.outcome = "over_budget"
            return Reply(call)
        started = time.perf_counter()
        reply = Reply(call)
        spent = worst  # unless the server reports the usage: a broken attempt may be billed
        try:
            reply = await self._attempt(call, self.dialect.request(self.settings.model, messages, schema, max_tokens))
            spent = call.cost_usd = self._billed(call, worst)
        finally:
            call.ms = (time.perf_counter() - started) * 1000
            await self._budget.settle(worst, spent)
        return reply

    async def _attempt(self, call: LoggedCall, request: dict[str, Any]) -> Reply:
        from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

        patience, started = self._patience(), time.perf_counter()
        try:
            async with asyncio.timeout(patience):
                # Bytes in both directions: the library copies its own objects key by key, which takes as long as
                # the transfer.
                sent = json.dumps(request, ensure_ascii=False).encode()
                said = await self._client.post("/chat/completions", cast_to=bytes, content=sent)
            self._recent_seconds.append(time.perf_counter() - started)
            call.status = 200
            answer = json.loads(said)
            usage = answer.get("usage") or {}
            call.tokens_in = usage.get("prompt_tokens") or 0
            call.tokens_out = usage.get("completion_tokens") or 0
            choice = answer["choices"][0]
            call.outcome = outcome_of_choice(choice)
            message = choice["message"]
            return Reply(call, without_thoughts(message.get("content") or ""), has_thoughts=has_thoughts(message))
        except (TimeoutError, APITimeoutError):
            call.outcome, call.error_text = "timeout", f"no answer in {patience:.3g} s"
        except _SentOnError as error:
            call.outcome, call.error_text = "redirected", self._redact(str(error))
        except APIConnectionError as error:
            call.outcome, call.error_text = "connection_failed", self._redact(str(error))
        except APIStatusError as error:
            call.status, call.error_text = error.status_code, self._redact(error.message)
            call.outcome = outcome_of_status(error.status_code, error.message)
            return Reply(call, retry_after=retry_after_seconds(error.response.headers.get("retry-after")))
        except (OpenAIError, ValueError, LookupError, TypeError, AttributeError) as error:
            call.outcome, call.error_text = "invalid_format", self._redact(f"no chat completion: {error}")
        return Reply(call)

    def _billed(self, call: LoggedCall, worst: float) -> float:
        """The cost in USD by the server's count. The worst case, if the server may have worked without a count."""
        if call.tokens_in or call.tokens_out:
            return self._cost(call.tokens_in, call.tokens_out)
        return worst if call.status == 200 or call.outcome == "timeout" else 0.0

    def _cost(self, tokens_in: int, tokens_out: int) -> float:
        price_in, price_out = self.settings.usd_per_million_tokens
        return (tokens_in * price_in + tokens_out * price_out) / 1_000_000

    def _redact(self, text: str) -> str:
        return self.settings.redact(text.replace(self.settings.api_key, "***"))[:ERROR_CHARACTERS]


class _SentOnError(Exception):
    """The server redirects requests to another server."""


async def _stay_where_we_are(response: Any) -> None:
    """Refuse a redirect to another origin: the key and the texts are only for this one."""
    if response.has_redirect_location:
        asked, there = response.url, response.url.join(response.headers["location"])
        if (there.scheme, there.host, there.port) != (asked.scheme, asked.host, asked.port):
            raise _SentOnError(f"sends us on to {there.copy_with(userinfo=b'', path='/', query=None, fragment=None)}")
