"""Asks the model about many texts: several in a call, as many calls as the server accepts, and no text lost."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extract.llm.answer import (
    TOKENS_PER_CALL,
    TOKENS_PER_RECORD,
    Prompt,
    Question,
    RecordAnswer,
    read_answer,
    schema_for,
)
from extract.llm.budget import Budget
from extract.llm.calls import FATAL, PASSING, LoggedCall, Outcome, Reply
from extract.llm.client import LlmSettings, ModelClient
from extract.llm.dialect import THINKING_TOKENS
from extract.schema import NullReason, QueryContext

MOST_ROOM = 2
ATTEMPTS = 6  # for one text, alone or with others
CHARACTERS_PER_CALL = 8000
LONGEST_WAIT_SECONDS = 120.0
MIN_SAMPLES = 60  # answers needed to say that a server refuses most; of 20, more than half may be chance
NO_ANSWER = "The language model's server does not answer; the rules read the texts alone. Run again later."
NO_END = (
    "The language model does not end its answer to a short question within {} tokens; the rules read the texts alone. "
    "Set TRIGPOINT_LLM_MODEL to a model that thinks less."
)
NO_USE = (
    "The language model's server answers a short question in no form that can be read ({}); the rules read the texts "
    "alone. Check TRIGPOINT_LLM_MODEL and OPENAI_BASE_URL."
)
FAILURES_IN_A_ROW = 20  # with no answer between them: the server is down


@dataclass
class Reading:
    """The result of asking about one text: an answer, or the reason why there is none."""

    answer: RecordAnswer | None = None
    failure: NullReason | None = None
    attempts: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True)
class ReadingReport:
    readings: Mapping[str, Reading]
    response_mode: str | None  # found by the probe; None if nothing was asked
    sentence: str | None  # why asking ended early


# Called with each attempt and its answers. Returns when both are on disk.
Keep = Callable[[Sequence[LoggedCall], Mapping[str, Reading]], Awaitable[None]]


@dataclass
class _Job:
    """Texts that share a call, by their keys."""

    keys: tuple[str, ...]
    hint: str = ""
    failures: int = 0  # consecutive failures of the server, without a waiting time from it
    room: int = 1  # multiple of the usual token limit: doubled after an answer that was cut off


async def read_texts(
    settings: LlmSettings,
    prompt: Prompt,
    questions: Mapping[str, Question],
    query: QueryContext,
    *,
    budget_usd: float | None,
    run_id: str,
    keep: Keep,
) -> ReadingReport:
    """Read every text of `questions`, by its key. A failure of one text does not affect the others.

    Spends at most `budget_usd`. A text is asked again if the server failed or the answer had the wrong form, never
    because a value is absent; each text at most ATTEMPTS times.
    """
    budget = Budget(budget_usd)
    async with ModelClient(settings, budget, run_id) as client:
        probed = await client.probe()
        await keep(probed, {})
        reader = _Reader(client, prompt, questions, query, keep)
        if probed[-1].outcome == "ok":
            await reader.read_all()
        else:
            reader.give_up(probed[-1])
    return ReadingReport(reader.readings, client.dialect.response_mode, reader.sentence)


class _Reader:
    def __init__(
        self,
        client: ModelClient,
        prompt: Prompt,
        questions: Mapping[str, Question],
        query: QueryContext,
        keep: Keep,
    ) -> None:
        self.readings = {key: Reading() for key in questions}
        self.sentence: str | None = None
        self._client = client
        self._prompt = prompt
        self._questions = questions
        self._query = query
        self._keep = keep
        self._queue: asyncio.PriorityQueue[tuple[int, int, _Job]] = asyncio.PriorityQueue()
        self._numbers = itertools.count()
        self._left = set(questions)
        self._done = asyncio.Event()
        self._concurrency = AdaptiveConcurrency(client.settings.concurrency)
        self._failures = 0

    async def read_all(self) -> None:
        for keys in _batches(self._questions, self._client.settings.records_per_call):
            self._put(_Job(keys))
        async with asyncio.TaskGroup() as workers:
            tasks = [workers.create_task(self._work()) for _ in range(self._client.settings.concurrency)]
            if self._left:
                await self._done.wait()
            for task in tasks:
                task.cancel()

    def give_up(self, last: LoggedCall) -> None:
        """Stop asking. Texts never asked are `not_attempted`; the others are `transport_failed`."""
        if last.outcome == "over_budget":
            self._fail(tuple(self._left), "budget_skipped")
            return
        self.sentence = _why(last.outcome)
        if last.outcome == "redirected":
            self.sentence += f" It {last.error_text}."
        for key in tuple(self._left):
            self._fail((key,), "transport_failed" if self.readings[key].attempts else "not_attempted")

    async def _work(self) -> None:
        while True:
            *_, job = await self._queue.get()
            async with self._concurrency:
                await self._carry_out(job)

    async def _carry_out(self, job: _Job) -> None:
        questions = {f"r{number}": self._questions[key] for number, key in enumerate(job.keys, 1)}
        messages = self._prompt.messages(questions, self._query, job.hint)
        limit = job.room * (TOKENS_PER_CALL + TOKENS_PER_RECORD * len(job.keys))
        schema = schema_for(questions, self._client.dialect.wants_bounds)
        reply = await self._client.ask(messages, schema, limit, job.keys)
        if self._done.is_set():  # the reader gave up meanwhile
            return
        if reply.outcome == "over_budget":
            self._unaffordable(job)
            return
        self._concurrency.record(reply.outcome == "rate_limited")
        answered, fault = self._read(reply, job)
        await self._keep([reply.call], answered)
        self._settle(answered)
        self._go_on(job, reply, answered, fault)

    def _read(self, reply: Reply, job: _Job) -> tuple[dict[str, Reading], str]:
        """The answers of a reply by text key, and what was wrong with it. Each text carries a share of the cost."""
        share = 1 / len(job.keys)
        for key in job.keys:
            reading = self.readings[key]
            reading.attempts += 1
            reading.tokens_in += round(reply.call.tokens_in * share)
            reading.tokens_out += round(reply.call.tokens_out * share)
            reading.cost_usd += reply.call.cost_usd * share
        if reply.outcome != "ok":
            return {}, ""
        by_id = {f"r{number}": key for number, key in enumerate(job.keys, 1)}
        answers, fault = read_answer(reply.content, list(by_id))
        if fault:
            reply.call.outcome, reply.call.error_text = "invalid_format", fault
        for name, answer in answers.items():
            self.readings[by_id[name]].answer = answer
        return {by_id[name]: self.readings[by_id[name]] for name in answers}, fault

    def _go_on(self, job: _Job, reply: Reply, answered: Mapping[str, Reading], fault: str) -> None:
        """Ask again about texts without an answer, or give them up."""
        outcome = reply.outcome
        self._failures = self._failures + 1 if outcome in PASSING and outcome != "rate_limited" else 0
        wait = self._client.wait_before(reply, job.failures) if outcome in PASSING else 0.0
        if outcome in FATAL or self._failures >= FAILURES_IN_A_ROW:
            self.give_up(reply.call)
            return
        left = [key for key in job.keys if key not in answered]
        spent = [key for key in left if wait > LONGEST_WAIT_SECONDS or self._is_spent(key, job, outcome)]
        self._fail(spent, _null_reason(outcome))
        again = tuple(key for key in left if key not in spent)
        if outcome in PASSING and outcome != "timeout":
            failures = job.failures + (reply.retry_after is None)
            self._ask_again(replace(job, keys=again, failures=failures), wait)  # the texts are not the cause
            return
        room = job.room * 2 if outcome == "truncated" and len(job.keys) == 1 else job.room
        for key in again:  # one of them may be the cause of the failure
            self._ask_again(_Job((key,), fault, job.failures + (outcome == "timeout"), room), wait)

    def _is_spent(self, key: str, job: _Job, outcome: Outcome) -> bool:
        """Whether the text has used its attempts, or another attempt would give the same result."""
        if self.readings[key].attempts >= ATTEMPTS:
            return True
        is_alone = len(job.keys) == 1
        return is_alone and (
            outcome in ("refused", "content_filtered", "bad_request")
            or (outcome == "truncated" and job.room >= MOST_ROOM)
        )

    def _ask_again(self, job: _Job, wait: float) -> None:
        """Put the job back after `wait` seconds, without holding a worker."""
        if job.keys:
            asyncio.get_running_loop().call_later(wait, self._put, job)

    def _put(self, job: _Job) -> None:
        """Texts with the most attempts come first, so that their retries are not left to the end."""
        self._queue.put_nowait((-self.readings[job.keys[0]].attempts, next(self._numbers), job))

    def _unaffordable(self, job: _Job) -> None:
        if len(job.keys) == 1:
            self._fail(job.keys, "budget_skipped")
        for key in job.keys if len(job.keys) > 1 else ():
            self._ask_again(_Job((key,)), 0.0)

    def _fail(self, keys: Sequence[str], reason: NullReason) -> None:
        for key in keys:
            self.readings[key].failure = reason
        self._settle(keys)

    def _settle(self, keys: Sequence[str] | Mapping[str, Reading]) -> None:
        self._left.difference_update(keys)
        if not self._left:
            self._done.set()


@dataclass
class AdaptiveConcurrency:
    """The limit of open calls. It halves when the server refuses more than half, then rises slowly."""

    most: int
    limit: float = 0.0
    is_open: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        self.limit = self.most
        # Twice the number of open calls: then a refusal rate of a third does not look like more than half by chance.
        self.recent: deque[bool] = deque(maxlen=max(MIN_SAMPLES, 2 * self.most))

    async def __aenter__(self) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: self.is_open < max(1, int(self.limit)))
            self.is_open += 1

    async def __aexit__(self, *_: object) -> None:
        async with self.changed:
            self.is_open -= 1
            self.changed.notify_all()

    def record(self, is_refused: bool) -> None:
        """Adapt the limit to the result of a call."""
        self.recent.append(is_refused)
        if len(self.recent) == self.recent.maxlen and sum(self.recent) > len(self.recent) / 2:
            self.limit = max(1.0, self.limit / 2)
            self.recent.clear()
        elif not is_refused:
            self.limit = min(self.most, self.limit + 0.1)


def _why(outcome: Outcome) -> str:
    """The sentence about a server that is asked no more."""
    if outcome == "truncated":
        return NO_END.format(f"{THINKING_TOKENS:,}")
    if outcome in FATAL or outcome in PASSING:
        return FATAL.get(outcome, NO_ANSWER)
    return NO_USE.format(outcome)


def _null_reason(outcome: Outcome) -> NullReason:
    reasons: dict[Outcome, NullReason] = {
        "ok": "invalid_format",
        "invalid_format": "invalid_format",
        "refused": "refused",
        "truncated": "truncated",
        "content_filtered": "content_filtered",
    }
    return reasons.get(outcome, "transport_failed")


def _batches(questions: Mapping[str, Question], most: int) -> list[tuple[str, ...]]:
    """Group texts of one source, few and short enough for one call."""
    batches: list[tuple[str, ...]] = []
    batch: list[str] = []
    size = 0
    for key, question in sorted(questions.items(), key=lambda item: item[1].record.source_name):
        length = len(question.record.text)
        other = batch and questions[batch[0]].record.source_name != question.record.source_name
        if batch and (other or len(batch) >= most or size + length > CHARACTERS_PER_CALL):
            batches.append(tuple(batch))
            batch, size = [], 0
        batch.append(key)
        size += length
    return [*batches, tuple(batch)] if batch else batches
