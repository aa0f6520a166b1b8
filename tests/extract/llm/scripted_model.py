"""A language model with scripted answers, in the wire format that all such servers use."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

KEY = "marked-key-0451"
Request = dict[str, Any]


@dataclass(frozen=True)
class ModelReply:
    """`content` is the answer, or a function of the request. A content that is not text is sent as JSON.

    `body` replaces the whole answer, unchanged.
    """

    content: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    refusal: str | None = None
    thoughts: str | None = None  # in a part of their own
    body: bytes | None = None
    usage: dict[str, int] | None = field(default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 20})
    error: str = "no"
    waits_for: Callable[[], object] = lambda: None  # called before anything is sent


OBEDIENT = ModelReply({"colour": "red"})


def texts_of(request: Request) -> dict[str, str]:
    """The records of a request: id -> text."""
    found = re.finditer(
        r"^BEGIN DATA (\S+) (\S+)\n(.*?)\nEND DATA \1 \2$", _user_message(request), re.MULTILINE | re.DOTALL
    )
    return {match[1]: match[3] for match in found}


def wanted_of(request: Request) -> dict[str, str]:
    """id -> the fields wanted, as the request lists them."""
    return dict(re.findall(r"^Wanted of record (\S+): (.*)$", _user_message(request), re.MULTILINE))


def _user_message(request: Request) -> str:
    return request["messages"][1]["content"]


def finding(field_name: str, quote: str, value: str) -> dict[str, str]:
    return {"quote": quote, "field": field_name, "value": value}


def entry(*findings: dict[str, Any], aboutness: str = "same") -> dict[str, Any]:
    return {"aboutness": aboutness, "entities": [{"findings": list(findings)}]}


def says(*findings: dict[str, Any], aboutness: str = "same", **reply: Any) -> ModelReply:
    """An answer with these findings for each record of the request."""
    return ModelReply(
        lambda request: {key: entry(*findings, aboutness=aboutness) for key in texts_of(request)}, **reply
    )


class Model:
    """Answers each request with `answer(request)`, each probe with `probe(request)`, and records them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self.probes: list[Request] = []
        self.most_at_once = 0
        self.answer: Callable[[Request], ModelReply] = lambda request: ModelReply(status=500)
        self.probe: Callable[[Request], ModelReply] = lambda request: OBEDIENT
        self._open = 0
        self._lock = threading.Lock()

    def will_say(self, *replies: ModelReply) -> None:
        """Answer with these in order, then always with the last one."""
        left = list(replies)
        self.answer = lambda request: left.pop(0) if len(left) > 1 else left[0]

    def reply_to(self, request: Request) -> ModelReply:
        if len(request["messages"]) == 1:
            self.probes.append(request)
            return self.probe(request)
        with self._lock:
            self.requests.append(request)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            reply = self.answer(request)
        reply.waits_for()
        with self._lock:
            self._open -= 1  # before it is sent: once it is, the next request may be quicker than this line
        return reply


def wire_body(reply: ModelReply, request: Request) -> bytes:
    if reply.body is not None:
        return reply.body
    if reply.status != 200:
        return json.dumps({"error": {"message": f"{reply.error}, {KEY}"}}).encode()
    said = reply.content(request) if callable(reply.content) else reply.content
    content = said if isinstance(said, str) else json.dumps(said)
    message = {"role": "assistant", "content": content, "refusal": reply.refusal}
    if reply.thoughts:
        message["reasoning_content"] = reply.thoughts
    choice = {"index": 0, "finish_reason": reply.finish_reason, "message": message}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    if reply.usage:
        body["usage"] = {**reply.usage, "total_tokens": sum(reply.usage.values())}
    return json.dumps(body).encode()


@pytest.fixture
def model() -> Iterator[Model]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = made.reply_to(request)
            text = wire_body(reply, request)
            self.send_response(reply.status)
            headers = {"Content-Type": "application/json", "Content-Length": len(text), **reply.headers}
            for name, value in headers.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Model(f"http://127.0.0.1:{server.server_address[1]}/v1")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()
