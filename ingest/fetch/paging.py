"""Paging that dlt does not have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import Request, Response


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
        params: Any = request.params or {}
        request.params = {**params, self._param: self._offset}
