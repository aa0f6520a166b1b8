"""A source that answers over HTTP: dlt pages through it; every exchange is logged, every failure has a type."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Any

import requests
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator, SinglePagePaginator
from requests import PreparedRequest, Response

from ingest.addresses import redacted, redirect_refused, take_apart
from ingest.calls import SourceEndpoint
from ingest.errors import SourceError
from ingest.fetch import Answer, FetchPolicy, LoggedCall
from ingest.fetch.adapter import SourceAdapter
from ingest.fetch.body import parsed_once
from ingest.fetch.http_errors import (
    ERROR_TEXT_CHARACTERS,
    ErrorClassifier,
    classify_error,
    classify_transport_error,
)
from ingest.fetch.session import Send, SourceSession, check_cancelled
from ingest.wire import Doubled


class HttpFetch:
    """Sends the requests of one source. Raises SourceError for everything that is not an answer."""

    def __init__(
        self, source: str, endpoint: SourceEndpoint, by_source: ErrorClassifier, policy: FetchPolicy, run_id: str
    ) -> None:
        self.source = source
        self.api_key = endpoint.api_key
        self.calls: list[LoggedCall] = []
        address = take_apart(endpoint.address)
        self.base_url = address.url.rstrip("/")
        self._secrets = (endpoint.api_key, *address.secrets)
        self._classify_error = by_source
        self._policy = policy
        self._run_id = run_id
        self._deadline = time.monotonic() + policy.source_timeout_seconds
        self._last_request = -math.inf
        self._session = SourceSession(policy, self._deadline, self._exchange, self._check_redirect)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, SourceAdapter(address, self._deadline, policy.cancelled))
        self._rest = RESTClient(self.base_url, session=self._session)

    def pages(
        self,
        path: str,
        *,
        selector: str,
        max_pages: int,
        paginator: BasePaginator | None = None,
        **request: Any,
    ) -> Iterator[Answer[Any]]:
        """Yield the parsed body of each page, at most `max_pages`; `selector` finds the records in it."""
        pages = self._rest.paginate(
            self._url(path),
            paginator=paginator or SinglePagePaginator(),
            data_selector=selector,
            hooks={"response": []},  # otherwise dlt raises its own errors before ours are known
            **request,
        )
        for page in islice(pages, max_pages):
            call = self.calls[-1]
            call.records = len(page)
            body = page.response.json()
            if isinstance(body, Doubled):
                raise SourceError("malformed", "The answer has the same key twice at its top level.")
            yield Answer(body, call.request_id)

    def _url(self, path: str) -> str:
        """A configured URL may name the whole endpoint, as the lists of Overpass mirrors do."""
        if path.startswith("https://"):
            return path
        if not path or self.base_url.endswith("/" + path):
            return self.base_url
        return f"{self.base_url}/{path}"

    def _exchange(self, request: PreparedRequest, send: Send) -> Response:
        """Send one request, with its retries and redirects, as one row of the log."""
        call = self._open_call(request)
        started = time.perf_counter()
        try:
            self._check_time()
            self._pause()
            response = parsed_once(send())
            call.status, call.bytes = response.status_code, len(response.content)
            if error := classify_error(response, self._classify_error):
                raise error
            call.cost_usd = self._policy.usd_per_request
            return response
        except SourceError as error:
            raise self._failed(call, error) from None
        except requests.RequestException as error:
            raise self._failed(call, classify_transport_error(error)) from None
        finally:
            call.attempts = self._session.attempts
            call.ms = (time.perf_counter() - started) * 1000

    def _open_call(self, request: PreparedRequest) -> LoggedCall:
        body = request.body.decode("utf-8", "replace") if isinstance(request.body, bytes) else request.body
        call = LoggedCall(
            request_id=uuid.uuid4().hex,
            run_id=self._run_id,
            source=self.source,
            method=request.method or "GET",
            url=self._redact(request.url or ""),
            request_body=self._redact(str(body)) if body else None,
            page=len(self.calls) + 1,
        )
        self.calls.append(call)
        return call

    def _pause(self) -> None:
        """Leave the service in peace between two requests."""
        since = time.monotonic() - self._last_request
        self._policy.cancelled.wait(max(0.0, self._policy.seconds_between_requests - since))
        check_cancelled(self._policy)
        self._last_request = time.monotonic()

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise SourceError(
                "timeout",
                f"The service took longer than {self._policy.source_timeout_seconds:g} s in all; "
                "the records that came before are kept. Try again later, or raise TRIGPOINT_SOURCE_TIMEOUT_SECONDS.",
            )

    def _check_redirect(self, response: Response, location: str) -> None:
        elsewhere = redirect_refused(response.url, location, is_secret=any(self._secrets))
        if elsewhere:
            raise SourceError(
                "redirected",
                f"The service redirects to {elsewhere}, where its key is not sent. If that is the service's new "
                f"address, set TRIGPOINT_{self.source.upper()}_URL to it.",
                status=response.status_code,
            )

    def _failed(self, call: LoggedCall, error: SourceError) -> SourceError:
        error.sentence = self._redact(error.sentence)  # it may quote the service
        call.error_kind = error.kind
        call.error_text = self._redact(error.detail or error.sentence)[:ERROR_TEXT_CHARACTERS]
        return error

    def _redact(self, text: str) -> str:
        return redacted(text, self._secrets)
