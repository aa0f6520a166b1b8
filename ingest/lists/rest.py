"""A list behind a web service, by dlt's `rest_api` configuration in its contract: no Python is needed.

The rows are kept in a file while the list is open, and read as those of any NDJSON file.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from ingest.addresses import redacted
from ingest.errors import SourceError
from ingest.fetch.web.public import Web, checked_session, is_public
from ingest.lists.declaration.contract import ListContract, RestOptions
from ingest.lists.readers import OpenList
from ingest.lists.readers.opening import USUAL, open_list

os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "ERROR")


@contextmanager
def open_rest(contract: ListContract, base: Path) -> Iterator[OpenList]:
    """The rows of every resource. Raises SourceError if the service cannot be read to its end."""
    address = contract.location
    if urlsplit(address).scheme not in ("http", "https"):
        raise _failed(address, "is no http or https address")
    with tempfile.TemporaryDirectory(prefix="trigpoint-") as folder:
        path = Path(folder) / "rows.ndjson"
        try:
            count = _save(contract, path)
        except SourceError:
            raise
        except Exception as error:  # noqa: BLE001 (dlt and its libraries have many)
            raise _failed(address, f"cannot be read: {_reason(error)}") from None
        if not count:
            raise _failed(address, "gives no rows")
        with open_list(str(path), base, "ndjson") as opened:
            name = redacted(address.partition("?")[0])
            files = tuple(replace(file, name=name) for file in opened.files)

            def batches() -> Iterator[Any]:
                for batch in opened.batches():
                    yield replace(batch, file=name)

            yield replace(opened, files=files, batches=batches)


def _save(contract: ListContract, path: Path) -> int:
    """Write each row as a line. Returns how many there are."""
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        for row in _rows(contract):
            file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            rows += 1
            if file.tell() > USUAL.download_bytes:
                raise _failed(contract.location, "gives more rows than are read")
    return rows


def _rows(contract: ListContract) -> Iterator[Any]:
    from dlt.sources.rest_api import rest_api_resources

    options = contract.options
    assert isinstance(options, RestOptions)  # noqa: S101 (the contract holds it)
    with checked_session(_web(contract.location)) as session:
        config: dict[str, Any] = {
            "client": {**options.client, "base_url": contract.location, "session": session},
            "resources": options.resources,
        }
        if options.resource_defaults:
            config["resource_defaults"] = options.resource_defaults
        for resource in rest_api_resources(config):  # type: ignore[arg-type] # dlt checks it
            yield from resource


def _web(address: str) -> Web:
    """Public addresses, and those of the host that the user names."""
    parts = urlsplit(address)
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except socket.gaierror:
        found = []
    named = {str(place[0]) for *_, place in found}
    return Web(allowed=lambda ip: ip in named or is_public(ip), schemes=("http", "https"))


def _reason(error: Exception) -> str:
    """The innermost cause, in one line."""
    cause: BaseException = error
    while inner := cause.__cause__ or cause.__context__:
        cause = inner
    if isinstance(cause, requests.HTTPError) and cause.response is not None:
        return f"it answered with status {cause.response.status_code}"
    return redacted(" ".join(str(cause).split()))[:300] or type(cause).__name__


def _failed(address: str, reason: str) -> SourceError:
    return SourceError("bad_request", f"{redacted(address.partition('?')[0])} {reason}; check the source.")
