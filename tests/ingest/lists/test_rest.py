"""A list behind a web service needs a configuration and no Python."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ingest.errors import SourceError
from ingest.lists.declaration.contract import ListContract
from ingest.lists.opening import open_contract

PAGES = {1: [{"id": 1, "name": "Braid TC"}, {"id": 2, "name": "Thistle TC"}], 2: [{"id": 3, "name": "Links TC"}], 3: []}


class Service(BaseHTTPRequestHandler):
    def do_GET(self):
        path, _, query = self.path.partition("?")
        page = int(query.partition("page=")[2].partition("&")[0] or 1)
        self.send_response(200 if path == "/clubs" else 403)
        self.end_headers()
        self.wfile.write(json.dumps({"results": PAGES[page]}).encode())

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def of_service(location, path="clubs"):
    paginator = {"type": "page_number", "base_page": 1, "total_path": None}
    endpoint = {"path": path, "data_selector": "results", "paginator": paginator}
    return ListContract.model_validate(
        {
            "source": "clubs",
            "location": location,
            "format": "rest_api",
            "options": {"resources": [{"name": "clubs", "endpoint": endpoint}]},
            "id": ["id"],
            "columns": {"entity_name": "name"},
            "licence": {"name": "own"},
        }
    )


def test_every_page_of_the_service_is_in_the_list(service, tmp_path):
    with open_contract(of_service(service), tmp_path) as opened:
        rows = [row for batch in opened.batches() for row in batch.rows.to_pylist()]

    assert rows == [{"id": "1", "name": "Braid TC"}, {"id": "2", "name": "Thistle TC"}, {"id": "3", "name": "Links TC"}]
    assert [file.name for file in opened.files] == [service]


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param("secret", "it answered with status 403", id="status"),
        pytest.param("http://169.254.169.254/latest", "169.254.169.254", id="an-address-that-is-not-declared"),
    ],
)
def test_a_service_that_cannot_be_read_is_one_sentence(service, tmp_path, path, sentence):
    with pytest.raises(SourceError) as raised, open_contract(of_service(service, path), tmp_path):
        pass

    assert sentence in raised.value.sentence
    assert "\n" not in raised.value.sentence


def test_a_file_is_no_service(tmp_path):
    with (
        pytest.raises(SourceError, match="no http or https address"),
        open_contract(of_service("file:///etc"), tmp_path),
    ):
        pass
