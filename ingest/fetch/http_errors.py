"""What a failed HTTP exchange means: the answer of a service, or no answer at all, as a SourceError."""

from __future__ import annotations

import re
from collections.abc import Callable

import requests
from requests import Response
from urllib3.exceptions import ProtocolError

from ingest.errors import SourceError
from ingest.fetch.retry_after import when_to_retry

ERROR_TEXT_CHARACTERS = 300

# A source's own reading of an answer; None: the answer is fine, or its status says all.
ErrorClassifier = Callable[[Response], SourceError | None]


def classify_error(response: Response, by_source: ErrorClassifier) -> SourceError | None:
    """The source's own classifier goes first. An answer that is not JSON is malformed."""
    try:
        return by_source(response) or classify_status(response)
    except requests.JSONDecodeError as error:
        return SourceError(
            "malformed",
            f"The answer is not JSON ({error.msg}); a proxy or an outage page, perhaps.",
            plain_text(response),
            response.status_code,
        )


def classify_status(response: Response) -> SourceError | None:
    """What the status alone means; None for a JSON answer. Raises requests.JSONDecodeError for any other answer."""
    status, text = response.status_code, plain_text(response)
    if status in (401, 403):
        return SourceError("bad_credentials", "The key was refused; check it in .env.", text, status)
    if status == 429:
        return SourceError("rate_limited", f"Too many requests; try again {when_to_retry(response)}.", text, status)
    if status in (408, 504):
        return SourceError("timeout", "The service took too long; try again later.", text, status)
    if status >= 500:
        return SourceError("server_busy", f"The service is in trouble (HTTP {status}); try again later.", text, status)
    if status >= 400:
        return SourceError("bad_request", f"The request was refused (HTTP {status}).", text, status)
    response.json()
    return None


def classify_transport_error(error: requests.RequestException) -> SourceError:
    """What it means that no whole answer came."""
    text = str(error)
    if isinstance(error, requests.Timeout):
        return SourceError("timeout", "The service did not answer in time; try again later.", text)
    if isinstance(error, requests.TooManyRedirects):
        return SourceError("redirected", "The service redirects without end; check its base URL.", text)
    if isinstance(error, requests.ConnectionError) and not _is_broken_off(error):
        return SourceError("unreachable", "The service cannot be reached; check the network and its base URL.", text)
    return SourceError("server_busy", "The service broke off its answer; try again later.", text)


def _is_broken_off(error: requests.ConnectionError) -> bool:
    """requests has one class for no connection and for one that ended too soon. urllib3 has two."""
    return bool(error.args) and isinstance(error.args[0], ProtocolError)


def plain_text(response: Response) -> str:
    """The body without markup, for the log."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.text[:5000]).split())[:ERROR_TEXT_CHARACTERS]
