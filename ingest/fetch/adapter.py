"""The transport of one source: its secrets go in, and every body has an end."""

from __future__ import annotations

import threading
from typing import Any

import urllib3
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from ingest.addresses import Address
from ingest.fetch.body import BoundedBody


class SourceAdapter(HTTPAdapter):
    """Adds the secrets of a configured address to a request, here, where nothing logs them.

    A request to another origin gets none of them.
    """

    def __init__(self, address: Address, deadline: float, cancelled: threading.Event) -> None:
        super().__init__()
        self._address = address
        self._deadline = deadline
        self._cancelled = cancelled

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        return super().send(self._with_secrets(request), *args, **kwargs)

    def build_response(self, req: PreparedRequest, resp: urllib3.HTTPResponse) -> Response:
        response = super().build_response(req, resp)
        response.raw = BoundedBody(resp, self._deadline, self._cancelled)
        return response

    def _with_secrets(self, request: PreparedRequest) -> PreparedRequest:
        if not self._address.holds(request.url or ""):
            return request
        complete = request.copy()
        if self._address.parameters:
            complete.prepare_url(request.url or "", self._address.parameters)
        if self._address.authorization:
            complete.headers["Authorization"] = self._address.authorization
        return complete
