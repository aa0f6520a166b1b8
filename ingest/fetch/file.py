"""A source that is a file on this machine. Reading it is one logged call, as an HTTP exchange is."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from ingest.addresses import local_file
from ingest.calls import SourceEndpoint
from ingest.errors import SourceError
from ingest.fetch import Answer, FetchPolicy, LoggedCall
from ingest.fetch.rows import rows_of


class FileFetch:
    """Reads the file of one source. Raises SourceError for a file that cannot be read."""

    def __init__(self, source: str, endpoint: SourceEndpoint, policy: FetchPolicy, run_id: str) -> None:
        self.source = source
        self.calls: list[LoggedCall] = []
        self._path = local_file(endpoint.address)
        self._policy = policy
        self._run_id = run_id
        self._deadline = time.monotonic() + policy.source_timeout_seconds

    def rows(self, list_key: str | None = None) -> Answer[Iterator[Any]]:
        """The rows, read as they are asked for. `list_key` names the list in a JSON object: `features`, say."""
        call = LoggedCall(
            request_id=uuid.uuid4().hex,
            run_id=self._run_id,
            source=self.source,
            method="READ",
            url=self._path.absolute().as_uri(),
            request_body=None,
            page=len(self.calls) + 1,
            attempts=1,
        )
        self.calls.append(call)
        return Answer(self._rows(call, list_key), call.request_id)

    def _rows(self, call: LoggedCall, list_key: str | None) -> Iterator[Any]:
        started = time.perf_counter()
        try:
            with self._path.open("rb") as file:
                _log_fingerprint(call, file, self._path)
                for row in rows_of(file, self._path.suffix, list_key):
                    self._check()
                    call.records += 1
                    yield row
            call.cost_usd = self._policy.usd_per_request
        except SourceError as error:
            raise self._failed(call, error) from None
        except UnicodeDecodeError as error:
            sentence = f"The file is not UTF-8 (byte {error.start} of a line or of the file); save it as UTF-8."
            raise self._failed(call, SourceError("malformed", sentence)) from None
        except OSError as error:
            raise self._failed(call, SourceError("no_file", f"{error.strerror}; check its path.")) from None
        finally:
            call.ms = (time.perf_counter() - started) * 1000

    def _check(self) -> None:
        if self._policy.cancelled.is_set():
            raise SourceError("cancelled", "The run was stopped before its last row.")
        if time.monotonic() > self._deadline:
            raise SourceError(
                "timeout",
                f"Reading took longer than {self._policy.source_timeout_seconds:g} s; the rows before are kept. "
                "Raise TRIGPOINT_SOURCE_TIMEOUT_SECONDS.",
            )

    def _failed(self, call: LoggedCall, error: SourceError) -> SourceError:
        error.sentence = f"{self._path}: {error.sentence}"
        call.error_kind, call.error_text = error.kind, error.sentence
        return error


def _log_fingerprint(call: LoggedCall, file: BufferedReader, path: Path) -> None:
    """Which content was read: size, sha256 and when it was last changed, beside the path."""
    status = path.stat()
    changed_at = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds")
    call.bytes = status.st_size
    call.request_body = json.dumps({"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "modified": changed_at})
    file.seek(0)
