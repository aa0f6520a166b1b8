"""A session of `requests` that retries, gives up in time, and asks before it follows a redirect."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
import tenacity
from requests import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict

from ingest.errors import SourceError
from ingest.fetch import FetchPolicy
from ingest.fetch.retry_after import retry_after_seconds

CONNECT_TIMEOUT_SECONDS = 5
MAX_REDIRECTS = 5
BACKOFF = tenacity.wait_random_exponential(multiplier=1, max=20)
PASSING_STATUSES = frozenset({429, *range(500, 600)})
PASSING_ERRORS = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)

Send = Callable[[], Response]


class SourceSession(requests.Session):
    """Sends the requests of one source.

    `exchange` is called around each request, its retries and redirects included; it calls `send`. `check_redirect`
    raises SourceError for a redirect that must not be followed.
    """

    def __init__(
        self,
        policy: FetchPolicy,
        deadline: float,
        exchange: Callable[[PreparedRequest, Send], Response],
        check_redirect: Callable[[Response, str], None],
    ) -> None:
        super().__init__()
        self.headers = CaseInsensitiveDict({"User-Agent": policy.user_agent, "Accept": "application/json, */*"})
        self.max_redirects = MAX_REDIRECTS
        self.attempts = 0  # of the latest request
        self._timeout = (CONNECT_TIMEOUT_SECONDS, policy.read_timeout_seconds)
        self._policy = policy
        self._exchange = exchange
        self._check_redirect = check_redirect
        self._retrying = _retrying(policy, deadline, self._count_attempt)

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        kwargs.setdefault("timeout", self._timeout)
        send_once = partial(super().send, request, **kwargs)
        if kwargs.get("allow_redirects") is False:
            return send_once()  # `requests` follows a redirect: part of an exchange that is under way
        self.attempts = 0
        return self._exchange(request, partial(self._retrying, send_once))

    def get_redirect_target(self, resp: Response) -> str | None:
        location = resp.headers.get("Location")
        if not location or not resp.is_redirect:
            return None
        self._check_redirect(resp, location)
        return location

    def _count_attempt(self, state: tenacity.RetryCallState) -> None:
        check_cancelled(self._policy)  # Ctrl-C may have come during the back-off
        self.attempts = state.attempt_number


def _retrying(
    policy: FetchPolicy, deadline: float, before: Callable[[tenacity.RetryCallState], None]
) -> tenacity.Retrying:
    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(PASSING_ERRORS)
        | tenacity.retry_if_result(lambda response: response.status_code in PASSING_STATUSES),
        wait=_wait,
        stop=tenacity.stop_any(
            tenacity.stop_after_attempt(policy.attempts),
            _StopIfLate(deadline),
            tenacity.stop_when_event_set(policy.cancelled),
        ),
        sleep=tenacity.sleep_using_event(policy.cancelled),  # Ctrl-C ends a back-off
        before=before,
        retry_error_callback=_last_outcome,
    )


class _StopIfLate(tenacity.stop.stop_base):
    """No attempt that could only begin after the deadline."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __call__(self, retry_state: tenacity.RetryCallState) -> bool:
        return time.monotonic() + retry_state.upcoming_sleep > self._deadline


def check_cancelled(policy: FetchPolicy) -> None:
    if policy.cancelled.is_set():
        raise SourceError("cancelled", "The run was stopped before this request.")


def _last_outcome(state: tenacity.RetryCallState) -> Response:
    """The last answer; raises the last error."""
    assert state.outcome is not None  # noqa: S101 (for the type checker: an attempt has been made)
    response: Response = state.outcome.result()
    return response


def _wait(state: tenacity.RetryCallState) -> float:
    """Seconds to the next attempt: as long as the service asks for, else exponential with full jitter."""
    outcome = state.outcome
    response = outcome.result() if outcome and not outcome.failed else None
    asked = retry_after_seconds(response) if isinstance(response, Response) else None
    return BACKOFF(state) if asked is None else asked
