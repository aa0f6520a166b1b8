"""A language model that answers as it is told, behind the wire format that every such server speaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

KEY = "marked-key-0451"


@dataclass(frozen=True)
class ModelReply:
    """`content` is what the model says; a dict is said as JSON. `body` is sent instead of all that, as it is."""

    content: Any = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish_reason: str = "stop"
    refusal: str | None = None
    body: bytes | None = None
    waits_for: Callable[[], object] = lambda: None  # called before anything is sent


class Model:
    """Answers each request with `answer(request)`; remembers the requests and how many were open at once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[dict[str, Any]] = []
        self.most_at_once = 0
        self.answer: Callable[[dict[str, Any]], ModelReply] = lambda request: ModelReply(status=500)
        self._open = 0
        self._lock = threading.Lock()

    def will_say(self, *replies: ModelReply) -> None:
        """These in order, the last one again and again."""
        left = list(replies)
        self.answer = lambda request: left.pop(0) if len(left) > 1 else left[0]

    def reply_to(self, request: dict[str, Any]) -> ModelReply:
        with self._lock:
            self.requests.append(request)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
            reply = self.answer(request)
        reply.waits_for()
        with self._lock:
            self._open -= 1  # before it is sent: once it is, the next request may be quicker than this line
        return reply


@pytest.fixture
def model() -> Iterator[Model]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = made.reply_to(request)
            content = reply.content if isinstance(reply.content, str) else json.dumps(reply.content)
            message = {"role": "assistant", "content": content, "refusal": reply.refusal}
            choice = {"index": 0, "finish_reason": reply.finish_reason, "message": message}
            usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [choice],
                "usage": usage,
            }
            text = json.dumps(body if reply.status == 200 else {"error": {"message": f"no, {KEY}"}}).encode()
            text = text if reply.body is None else reply.body
            self.send_response(reply.status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": len(text),
                **reply.headers,
            }.items():
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
