"""One attempt at the language model: its outcome, duration and cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Outcome = Literal[
    "ok", "refused", "truncated", "content_filtered", "invalid_format", "rate_limited", "server_error", "timeout",
    "connection_failed", "bad_request", "bad_credentials", "model_not_found", "no_credit", "over_budget",
    "redirected",
]  # fmt: skip
FATAL: dict[Outcome, str] = {
    "bad_credentials": "The language model's server refused the key; set OPENAI_API_KEY in .env.",
    "model_not_found": (
        "The language model's server has no such model or path; check TRIGPOINT_LLM_MODEL and OPENAI_BASE_URL."
    ),
    "redirected": (
        "The language model's server sends us on to another address, where the key is not sent; set OPENAI_BASE_URL to "
        "the new one if it is right."
    ),
    "no_credit": "The account of the language model has no credit left; top it up, then run again.",
}
PASSING = ("rate_limited", "server_error", "timeout", "connection_failed")  # a retry may succeed


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
    has_thoughts: bool = False

    @property
    def outcome(self) -> Outcome:
        return self.call.outcome


def outcome_of_choice(choice: dict[str, Any]) -> Outcome:
    """How the model ended. The reasons are not a closed list: gateways add their own, such as an error."""
    if choice["message"].get("refusal"):
        return "refused"
    ends: dict[str, Outcome] = {
        "length": "truncated",
        "content_filter": "content_filtered",
        "error": "server_error",
    }
    return ends.get(choice.get("finish_reason") or "", "ok")


def outcome_of_status(status: int, message: str) -> Outcome:
    if status in (401, 403):
        return "bad_credentials"
    if status == 404:
        return "model_not_found"
    if status == 402 or "insufficient_quota" in message:
        return "no_credit"
    if status == 429:
        return "rate_limited"
    return "server_error" if status >= 500 or status in (408, 409, 425) else "bad_request"


def retry_after_seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None  # no model server sends a date
