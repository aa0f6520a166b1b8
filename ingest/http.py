"""One source's HTTP: dlt's REST client and retrying session; every exchange logged, every failure typed."""

from __future__ import annotations

import math
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from itertools import islice
from typing import Any

import requests
import tenacity
import urllib3
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import PreparedRequest, Request, Response
from requests.adapters import HTTPAdapter

from ingest.addresses import Address, redacted, redirect_refused, take_apart
from ingest.calls import SourceEndpoint, SourceError
from ingest.wire import Doubled, parse

ATTEMPTS = 3
BACKOFF = tenacity.wait_random_exponential(multiplier=1, max=20)
CHUNK_BYTES = 1 << 16
CONNECT_TIMEOUT_SECONDS = 5
MOST_REDIRECTS = 5
ERROR_TEXT_CHARACTERS = 300

Judge = Callable[[Response], SourceError | None]


@dataclass(frozen=True)
class HttpPolicy:
    """How patient we are with one source, and when to stop at once."""

    user_agent: str
    read_timeout_seconds: float
    source_timeout_seconds: float  # for all requests of the source together
    cancelled: threading.Event
    usd_per_request: float = 0.0
    seconds_between_requests: float = 0.0
    attempts: int = ATTEMPTS


@dataclass
class LoggedCall:
    """One row of raw.connector_calls."""

    request_id: str
    run_id: str
    source: str
    method: str
    url: str
    request_body: str | None
    page: int
    status: int | None = None
    attempts: int = 0
    records: int = 0
    bytes: int = 0
    ms: float = 0.0
    cost_usd: float = 0.0
    error_kind: str | None = None
    error_text: str | None = None
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


class SourceClient:
    """Sends one source's requests. Raises SourceError, typed, for everything that is not an answer."""

    def __init__(self, source: str, endpoint: SourceEndpoint, judge: Judge, policy: HttpPolicy, run_id: str) -> None:
        self.source = source
        self.api_key = endpoint.api_key
        self.calls: list[LoggedCall] = []
        self._address = take_apart(endpoint.base_url)
        self.base_url = self._address.url.rstrip("/")
        self._secrets = (endpoint.api_key, *self._address.secrets)
        self._judge = judge
        self._policy = policy
        self._run_id = run_id
        self._deadline = time.monotonic() + policy.source_timeout_seconds
        self._last_request = -math.inf
        self._rest = RESTClient(self.base_url, session=self._session())

    @property
    def request_id(self) -> str:
        """The exchange that the record now being read came from."""
        return self.calls[-1].request_id

    def pages(
        self,
        path: str,
        *,
        selector: str,
        max_pages: int,
        paginator: BasePaginator | None = None,
        **request: Any,
    ) -> Iterator[Any]:
        """Yield the parsed body of each page, at most `max_pages`; `selector` finds the records in it."""
        pages = self._rest.paginate(
            self._url(path),
            paginator=paginator or SinglePagePaginator(),
            data_selector=selector,
            hooks={"response": []},  # or dlt raises its own errors before ours are known
            **request,
        )
        for page in islice(pages, max_pages):
            self.calls[-1].records = len(page)
            body = page.response.json()
            if isinstance(body, Doubled):
                raise SourceError("malformed", f"The answer of {self.source} names a part of it twice.")
            yield body

    def _url(self, path: str) -> str:
        """A configured URL may name the endpoint whole, as mirrors of Overpass are usually given."""
        if path.startswith("https://"):
            return path
        if not path or self.base_url.endswith("/" + path):
            return self.base_url
        return f"{self.base_url}/{path}"

    def _session(self) -> requests.Session:
        policy = self._policy
        session = Client(
            request_timeout=(CONNECT_TIMEOUT_SECONDS, policy.read_timeout_seconds),
            raise_for_status=False,
            request_max_attempts=policy.attempts,
            session_attrs={"headers": {"User-Agent": policy.user_agent, "Accept": "application/json, */*"}},
        ).session
        for scheme in ("http://", "https://"):
            session.mount(scheme, _BoundedAdapter(self._address, self._deadline, policy.cancelled))
        session.max_redirects = MOST_REDIRECTS
        session.get_redirect_target = self._redirect_target  # type: ignore[method-assign]
        retrying = session.send.retry  # type: ignore[attr-defined]
        retrying.wait = _wait
        retrying.sleep = tenacity.sleep_using_event(policy.cancelled)  # Ctrl-C ends a back-off
        retrying.stop |= self._would_be_too_late
        retrying.stop |= tenacity.stop_when_event_set(policy.cancelled)
        retrying.before = lambda _: self._check_cancelled()  # it may have come while we slept
        send, send_once = session.send, super(type(session), session).send

        def logged_send(request: PreparedRequest, **kwargs: Any) -> Response:
            if kwargs.get("allow_redirects") is False:
                return send_once(request, **kwargs)  # on the way to where a redirect leads: one exchange, not two
            call = self._open_call(request)
            started = time.perf_counter()
            try:
                self._check_time()
                self._pause()
                response = _parsed_once(send(request, **kwargs))
                call.status, call.bytes = response.status_code, len(response.content)
                error = judge(response, self._judge)
                if error:
                    raise error
                call.cost_usd = policy.usd_per_request
                return response
            except SourceError as error:
                raise self._failed(call, error) from None
            except requests.RequestException as error:
                raise self._failed(call, _transport_error(self.source, error)) from None
            finally:
                call.attempts = send.statistics.get("attempt_number", 1)
                call.ms = (time.perf_counter() - started) * 1000

        session.send = logged_send  # type: ignore[method-assign]
        return session

    def _pause(self) -> None:
        """Leave the service in peace between two requests."""
        since = time.monotonic() - self._last_request
        self._policy.cancelled.wait(max(0.0, self._policy.seconds_between_requests - since))
        self._check_cancelled()
        self._last_request = time.monotonic()

    def _would_be_too_late(self, state: tenacity.RetryCallState) -> bool:
        return time.monotonic() + state.upcoming_sleep > self._deadline

    def _check_cancelled(self) -> None:
        if self._policy.cancelled.is_set():
            raise SourceError("cancelled", "The run was stopped before this request.")

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise SourceError(
                "timeout",
                f"{self.source} took longer than {self._policy.source_timeout_seconds:g} s in all; "
                "what had come by then is kept. Try again later, or raise TRIGPOINT_SOURCE_TIMEOUT_SECONDS.",
            )

    def _open_call(self, request: PreparedRequest) -> LoggedCall:
        body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else request.body
        call = LoggedCall(
            request_id=uuid.uuid4().hex,
            run_id=self._run_id,
            source=self.source,
            method=request.method or "GET",
            url=self._redact(request.url or ""),
            request_body=self._redact(body) if body else None,
            page=len(self.calls) + 1,
        )
        self.calls.append(call)
        return call

    def _failed(self, call: LoggedCall, error: SourceError) -> SourceError:
        error.sentence = self._redact(error.sentence)  # it may say what the service said
        call.error_kind = error.kind
        call.error_text = self._redact(error.detail or error.sentence)[:ERROR_TEXT_CHARACTERS]
        return error

    def _redact(self, text: str) -> str:
        return redacted(text, self._secrets)

    def _redirect_target(self, response: Response) -> str | None:
        """Where a redirect leads, for `requests` to follow. Raises SourceError where it should not."""
        location = response.headers.get("Location")
        if not location or not response.is_redirect:
            return None
        elsewhere = redirect_refused(response.url, location, is_secret=any(self._secrets))
        if elsewhere:
            raise SourceError(
                "redirected",
                f"{self.source} sends us on to {elsewhere}, where its key is not sent. If that is the service's new "
                f"address, set TRIGPOINT_{self.source.upper()}_URL to it.",
                status=response.status_code,
            )
        return location


def _parsed_once(response: Response) -> Response:
    """The body is asked for as JSON by the judge, the paginator, dlt and the connector: it is parsed for the first."""
    response.encoding = response.encoding or "utf-8"  # or each look at `text` guesses it from the whole body
    response.json = cache(lambda: parse(response.text))  # type: ignore[method-assign]
    return response


class _BoundedAdapter(HTTPAdapter):
    """Reads a body until the deadline: a read time-out alone never ends an answer that comes a byte at a time.

    What is secret of the address is put into a request here, where nothing logs it, and into none to another origin.
    """

    def __init__(self, address: Address, deadline: float, cancelled: threading.Event) -> None:
        super().__init__()
        self._address = address
        self._deadline = deadline
        self._cancelled = cancelled

    def send(self, request: PreparedRequest, stream: bool = False, **kwargs: Any) -> Response:
        response = super().send(self._with_secrets(request), stream=True, **kwargs)
        if stream:
            return response
        body = bytearray()
        try:
            while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                body += chunk
                if self._cancelled.is_set() or time.monotonic() > self._deadline:
                    response.close()
                    raise requests.ReadTimeout("the answer did not end in time", request=request)
        except urllib3.exceptions.ReadTimeoutError as error:
            raise requests.ReadTimeout(error, request=request) from None
        except urllib3.exceptions.HTTPError as error:
            raise requests.ConnectionError(error, request=request) from None
        response._content = bytes(body)  # where requests itself keeps what it has read
        response._content_consumed = True
        response.raw.release_conn()
        return response

    def _with_secrets(self, request: PreparedRequest) -> PreparedRequest:
        if not self._address.holds(request.url or ""):
            return request
        complete = request.copy()
        if self._address.parameters:
            complete.prepare_url(request.url, self._address.parameters)
        if self._address.authorization:
            complete.headers["Authorization"] = self._address.authorization
        return complete


class OffsetByCount(BasePaginator):
    """Offset paging for services that may send fewer records than were asked for and still have more.

    `has_more(body, records_so_far, records_on_page)` says whether to go on.
    """

    def __init__(
        self,
        offset_param: str,
        list_key: str,
        has_more: Callable[[Mapping[str, Any], int, int], bool],
    ) -> None:
        super().__init__()
        self._param = offset_param
        self._list_key = list_key
        self._more = has_more
        self._offset = 0

    def init_request(self, request: Request) -> None:
        self._offset = 0
        self.update_request(request)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        body = response.json()
        count = len(body.get(self._list_key) or [])
        self._offset += count
        self._has_next_page = self._more(body, self._offset, count)

    def update_request(self, request: Request) -> None:
        request.params = {**(request.params or {}), self._param: self._offset}


def judge(response: Response, by_source: Judge) -> SourceError | None:
    """The source's own verdict first; what is not JSON where JSON should be is malformed, whoever finds it out."""
    try:
        return by_source(response) or judge_status(response)
    except requests.JSONDecodeError as error:
        return SourceError(
            "malformed",
            f"The answer is not JSON ({error.msg}); a proxy or an outage page, perhaps.",
            plain_text(response),
            response.status_code,
        )


def judge_status(response: Response) -> SourceError | None:
    """What an HTTP status means where the source's own judge has nothing to say; None for a JSON answer.

    Raises requests.JSONDecodeError for an answer that is none.
    """
    status, text = response.status_code, plain_text(response)
    if status in (401, 403):
        return SourceError("bad_credentials", "The key was refused; check it in .env.", text, status)
    if status == 429:
        return SourceError("rate_limited", f"Too many requests; try again {_when(response)}.", text, status)
    if status in (408, 504):
        return SourceError("timeout", "The service took too long; try again later.", text, status)
    if status >= 500:
        return SourceError("server_busy", f"The service is in trouble (HTTP {status}); try again later.", text, status)
    if status >= 400:
        return SourceError("bad_request", f"The request was refused (HTTP {status}).", text, status)
    response.json()
    return None


def plain_text(response: Response) -> str:
    """The body without markup, for the log."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text[:5000]).split())[:ERROR_TEXT_CHARACTERS]


def _wait(state: tenacity.RetryCallState) -> float:
    """Seconds to the next attempt: as long as the service asks for, else exponential with full jitter."""
    outcome = state.outcome
    response = outcome.result() if outcome and not outcome.failed else None
    asked = retry_after_seconds(response) if isinstance(response, Response) else None
    return BACKOFF(state) if asked is None else asked


def retry_after_seconds(response: Response) -> float | None:
    """What the header Retry-After asks for, given in seconds or as a date (RFC 9110, 10.2.3); None without one."""
    after = response.headers.get("Retry-After", "").strip()
    if after.isdigit():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except ValueError:
        return None


def _when(response: Response) -> str:
    seconds = retry_after_seconds(response)
    if seconds is None:
        return "in a few minutes"
    return f"after {datetime.fromtimestamp(time.time() + seconds).astimezone():%H:%M:%S %Z}"


def _transport_error(source: str, error: requests.RequestException) -> SourceError:
    if isinstance(error, requests.Timeout):
        return SourceError("timeout", f"{source} did not answer in time; try again later.", str(error))
    if isinstance(error, requests.TooManyRedirects):
        return SourceError("redirected", f"{source} sends us on and on; check its base URL.", str(error))
    return SourceError("server_busy", f"{source} could not be reached; check the network or its base URL.", str(error))
