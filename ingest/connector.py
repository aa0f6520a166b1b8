"""What a source is, apart from how its bytes come: a connector, of the HTTP kind, the file kind or the web kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from requests import Response

from ingest.calls import SourceEndpoint, SourceQuery
from ingest.checks.payload_schema import PayloadSchema
from ingest.errors import SourceError
from ingest.fetch import Fetch, FetchPolicy
from ingest.fetch.file import FileFetch
from ingest.fetch.http import HttpFetch
from ingest.fetch.http_errors import ErrorClassifier
from ingest.fetch.web.gateway import Gateway
from ingest.fetch.web.pages import Known, PageFetch
from ingest.records import SourceRecord

Kind = TypeVar("Kind", bound=Fetch)


@dataclass(frozen=True, kw_only=True)
class Connector(ABC, Generic[Kind]):
    """How a source is read, and what its records look like."""

    read: Callable[[SourceQuery, Kind], Iterator[SourceRecord]]
    schema: type[PayloadSchema]

    @property
    @abstractmethod
    def default_address(self) -> str | None:
        """Where the source is unless a setting says otherwise; None: only a setting can say."""

    @abstractmethod
    def open(self, source: str, endpoint: SourceEndpoint, policy: FetchPolicy, run_id: str) -> Kind:
        """What `read` is given, for one run."""


def _by_status_alone(_: Response) -> SourceError | None:
    return None


@dataclass(frozen=True, kw_only=True)
class HttpConnector(Connector[HttpFetch]):
    """A source with a web service."""

    base_url: str
    classify_error: ErrorClassifier = _by_status_alone

    @property
    def default_address(self) -> str:
        return self.base_url

    def open(self, source: str, endpoint: SourceEndpoint, policy: FetchPolicy, run_id: str) -> HttpFetch:
        return HttpFetch(source, endpoint, self.classify_error, policy, run_id)


@dataclass(frozen=True, kw_only=True)
class FileConnector(Connector[FileFetch]):
    """A source that is a local file. A setting names the file."""

    @property
    def default_address(self) -> None:
        return None

    def open(self, source: str, endpoint: SourceEndpoint, policy: FetchPolicy, run_id: str) -> FileFetch:
        return FileFetch(source, endpoint, policy, run_id)


@dataclass(frozen=True, kw_only=True)
class WebConnector(Connector[PageFetch]):
    """A source of web pages, each at its own address. The targets of a query are their links."""

    known: Mapping[str, Known] = field(default_factory=dict)  # what landed before, by link

    @property
    def default_address(self) -> str:
        """The web itself. A setting may name an archive of the web instead."""
        return ""

    def open(self, source: str, endpoint: SourceEndpoint, policy: FetchPolicy, run_id: str) -> PageFetch:
        gateway = Gateway.of(endpoint.address, policy.user_agent)
        return PageFetch(source, gateway, policy, run_id, known=self.known)
