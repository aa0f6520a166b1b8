"""A language model's server for the benchmarks: it answers by rule, with a set latency and set faults.

`POST /v1/chat/completions` is the usual endpoint. `GET /tally` returns the counts. A seeded random generator decides
for each request whether and how it fails.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import random
import re
import socket
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

TEXT = re.compile(r"^BEGIN DATA (\S+) (\S+)\n(.*?)\nEND DATA \1 \2$", re.MULTILINE | re.DOTALL)
PHONE = re.compile(r"0131 496 \d{4}")
HANGS_SECONDS = 30.0
RETRY_AFTER_SECONDS = 1


@dataclass(frozen=True)
class Temper:
    """How a server behaves: its latency, and the share of requests that go wrong in each way."""

    latency_seconds: float = 0.2
    shares: dict[str, float] = field(default_factory=dict)
    seed: int = 7


HOSTILE = Temper(
    shares={
        "rate_limited": 0.30,
        "server_error": 0.05,
        "hang": 0.02,
        "truncated": 0.02,
        "refused": 0.01,
        "invalid_json": 0.01,
        "wrong_id": 0.01,
        "extra_entity": 0.02,
    }
)


def make_app(temper: Temper) -> Starlette:
    dice = random.Random(temper.seed)
    tally: Counter[str] = Counter()
    busy: list[float] = []

    async def complete(request: Request) -> Response:
        try:
            asked = await request.json()
        except ClientDisconnect:  # the client was killed during the request
            return Response(status_code=400)
        started = time.monotonic()
        if len(asked["messages"]) == 1:
            tally["probe"] += 1
            return _completion('{"colour": "red"}')
        fate = _fate(dice, temper)
        tally[fate] += 1
        response = await _answer(fate, asked, temper)
        busy.append(time.monotonic() - started)
        return response

    async def tell(request: Request) -> Response:
        return JSONResponse({"tally": tally, "busy_seconds": sum(busy)})

    return Starlette(
        routes=[Route("/v1/chat/completions", complete, methods=["POST"]), Route("/tally", tell, methods=["GET"])]
    )


def _fate(dice: random.Random, temper: Temper) -> str:
    throw = dice.random()
    for fate, share in temper.shares.items():
        if throw < share:
            return fate
        throw -= share
    return "ok"


async def _answer(fate: str, asked: dict[str, Any], temper: Temper) -> Response:
    if fate == "rate_limited":
        return JSONResponse({"error": {"message": "slow down"}}, 429, {"Retry-After": str(RETRY_AFTER_SECONDS)})
    await asyncio.sleep(HANGS_SECONDS if fate == "hang" else temper.latency_seconds)
    if fate == "server_error":
        return JSONResponse({"error": {"message": "sorry"}}, 500)
    entries = {key: _entry(text) for key, _, text in TEXT.findall(asked["messages"][1]["content"])}
    if fate == "refused":
        return _completion("", refusal="I cannot help with that.")
    if fate == "wrong_id":
        entries["r99"] = entries.pop("r1")
    if fate == "extra_entity":
        entries["r98"] = entries["r1"]
        entries["r1"]["entities"] *= 2
    content = json.dumps(entries)
    if fate == "truncated":
        return _completion(content[: len(content) // 2], finish_reason="length")
    return _completion(content[:-2] if fate == "invalid_json" else content)


def _entry(text: str) -> dict[str, Any]:
    found = PHONE.search(text)
    findings = [{"quote": found[0], "field": "phone", "value": found[0]}] if found else []
    return {"aboutness": "same", "entities": [{"findings": findings}]}


def _completion(content: str, finish_reason: str = "stop", refusal: str | None = None) -> JSONResponse:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return JSONResponse(
        {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "m",
            "choices": [{"index": 0, "finish_reason": finish_reason, "message": message}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100},
        }
    )


def _serve(temper: Temper, bound: socket.socket) -> None:
    uvicorn.Server(uvicorn.Config(make_app(temper), log_level="error")).run(sockets=[bound])


@contextlib.contextmanager
def serving(temper: Temper) -> Iterator[str]:
    """The base URL of such a server in a separate process."""
    # The socket names TCP: else asyncio leaves Nagle's algorithm on, and each answer waits 40 ms for an ACK.
    with socket.socket(proto=socket.IPPROTO_TCP) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen(256)
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(temper, bound), daemon=True)
        process.start()
    try:
        yield f"{url}/v1"
    finally:
        process.terminate()
        process.join(timeout=5)
        process.kill()


def tally(base_url: str) -> dict[str, Any]:
    with urllib.request.urlopen(base_url.replace("/v1", "/tally"), timeout=10) as answer:
        return json.load(answer)
