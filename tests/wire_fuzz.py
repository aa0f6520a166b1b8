"""Invalid answers of the services: real shapes, mutated in type, key, nesting, number and text.

The same seed gives the same answers.
"""

from __future__ import annotations

import copy
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import orjson

from ingest.calls import Area, PlannedCall, SourceEndpoint, SourceQuery
from ingest.fetch import FetchPolicy
from ingest.landing.land import land
from ingest.landing.reading import SourceOutcome
from ingest.wire import Doubled, NoNumber, as_object, parse, verbatim
from tests.sources import SEARCHED, example

WORLD = Path(__file__).parents[1] / "ingest" / "sandbox" / "world"
RUN_ID, NOW = "fuzz", datetime(2026, 1, 1)
LEITH = Area("Leith", 55.974, -3.172, 55.9587, -3.1993, 55.9893, -3.1447, "GB")
# Odd JSON: keys, texts and numbers, and shapes without an example in the sandbox's world.
ODD: dict[str, Any] = parse((Path(__file__).parent / "data" / "odd_values.txt").read_text())
KEYS = [*ODD["keys"], "x" * 300]
TEXTS = [*ODD["texts"], "x" * 5000]
UNHELD = [*ODD["unheld"], NoNumber("7" * 5000), NoNumber("-" + "9" * 400)]
REST = [None, True, False, [], {}, [None], {"": ""}, [[1], {"a": [2]}], {"*": 1, 'a"b': 2}]


@cache
def shapes(source: str) -> list[bytes]:
    world = WORLD / f"{source}.json"
    served = [one["record"] for one in json.loads(world.read_text())] if world.is_file() else []
    good = served or [example(source, "GOOD_RECORD")]
    return [orjson.dumps(shape) for shape in good + ODD["shapes"].get(source, []) * 5]


def record(source: str, number: int, chance: random.Random) -> Any:
    """One payload. Most have their own id, so that a rejection has another cause."""
    payload = orjson.loads(chance.choice(shapes(source)))
    _give_id(source, payload, number)
    for _ in range(chance.choice([0, 1, 1, 2, 3, 6])):
        payload = _mutated(payload, chance)
    if chance.random() < 0.9 and isinstance(payload, dict) and not isinstance(payload, Doubled):
        _give_id(source, payload, number)
    return payload


def _give_id(source: str, payload: dict[str, Any], number: int) -> None:
    if source == "openstreetmap":
        payload |= {"type": "node", "id": number}
    elif source == "open_charge_map":
        payload |= {"ID": number, "UUID": f"uuid-{number}"}
    elif source == "serper":
        payload |= {"cid": str(number)} if "cid" in payload else {"link": f"https://a.example/{number}"}
    elif source == "edinburgh_council":
        fields = payload.get("properties") or payload.get("attributes")
        if isinstance(fields, dict):
            fields["OBJECTID"] = number
        payload["id"] = number
    else:
        payload["id"] = f"pub_x.{number}"


def _mutated(payload: Any, chance: random.Random) -> Any:
    """The payload with a change at one place, or sometimes a different payload."""
    if not isinstance(payload, dict | list) or not payload or chance.random() < 0.003:
        return _value(chance)
    if isinstance(payload, Doubled):
        return payload
    key = chance.choice(list(payload) if isinstance(payload, dict) else range(len(payload)))
    if isinstance(payload[key], dict | list) and payload[key] and chance.random() < 0.8:
        payload[key] = _mutated(payload[key], chance)
        return payload
    return _object_with(payload, key, chance) if isinstance(payload, dict) else _list_with(payload, key, chance)


def _object_with(holder: dict[str, Any], key: str, chance: random.Random) -> dict[str, Any]:
    kind = chance.random()
    if kind < 0.12:
        del holder[key]
    elif kind < 0.24:
        holder[chance.choice(KEYS)] = holder.pop(key)
    elif kind < 0.32:
        holder[key.swapcase()] = holder[key]
    elif kind < 0.4:
        holder[chance.choice(KEYS)] = _value(chance)
    elif kind < 0.42:
        return as_object([*holder.items(), (key, _value(chance))])
    else:
        holder[key] = _instead(key, holder[key], chance)
    return holder


def _list_with(holder: list[Any], position: int, chance: random.Random) -> list[Any]:
    kind = chance.random()
    if kind < 0.2:
        holder.insert(position, _value(chance))
    elif kind < 0.3:
        del holder[position]
    else:
        holder[position] = _instead("", holder[position], chance)
    return holder


def _instead(key: str, value: Any, chance: random.Random) -> Any:
    if key in ("coordinates", "rings", "points") and chance.random() < 0.7:
        return copy.deepcopy(chance.choice(ODD["coordinates"]))
    if key == "periods" and chance.random() < 0.7:
        return copy.deepcopy(chance.choice(ODD["periods"]))
    kind = chance.random()
    if kind < 0.08:
        return [value]
    if kind < 0.14:
        return {chance.choice(KEYS): value}
    if kind < 0.2 and isinstance(value, int | float | str):
        return str(value) if not isinstance(value, str) else f"{value}{chance.choice(TEXTS)}"
    return _value(chance)


def _value(chance: random.Random) -> Any:
    kind = chance.random()
    if kind < 0.42:
        return chance.choice(TEXTS)
    if kind < 0.72:
        return chance.choice(ODD["numbers"])
    if kind < 0.74:
        return chance.choice(UNHELD)
    if kind < 0.76:
        return _nested(chance.choice([50, 253, 254, 400, 600]))
    return copy.deepcopy(chance.choice(REST))


def _nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


ENVELOPES = {
    "openstreetmap": '{"elements": [%s]}',
    "google_places": '{"places": [%s]}',
    "serper": '{"organic": [%s], "places": [%s]}',
    "sport_scotland": '{"numberMatched": 0, "features": [%s]}',
    "edinburgh_council": '{"features": [%s]}',
    "open_charge_map": "[%s]",
}


def envelope(source: str) -> str:
    """An answer of the service around its records. For a service not listed above, from its own tests."""
    if source in ENVELOPES:
        return ENVELOPES[source]
    record = json.dumps(example(source, "GOOD_RECORD"))
    before, _, after = json.dumps(example(source, "GOOD_ANSWER")).partition(record)
    return f"{before}%s{after}"


def answer(source: str, count: int, seed: int) -> str:
    """A whole answer of the service with `count` records."""
    chance = random.Random(f"{seed} {source}")
    records = [record(source, number, chance) for number in range(count)]
    if source != "serper":
        return envelope(source) % _joined(records)
    is_place = [isinstance(one, dict) and "cid" in one for one in records]
    places, pages = (
        [r for r, place in zip(records, is_place, strict=True) if place is wanted] for wanted in (True, False)
    )
    return ENVELOPES[source] % (_joined(pages), _joined(places))


def _joined(records: list[Any]) -> str:
    return ",".join(map(verbatim, records))


@contextmanager
def served(answers: dict[str, str]) -> Iterator[str]:
    """Run a local service with the source name as first part of its paths. Yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answers[self.path.split("/")[1].partition("?")[0]].encode()
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 (the name http.server looks for)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def land_fuzz(
    connection: duckdb.DuckDBPyConnection, working_dir: Path, count: int, seed: int, run_id: str = RUN_ID
) -> tuple[SourceOutcome, ...]:
    """Let every source answer with `count` records, and land them."""
    query = SourceQuery("tennis leith", None, ("layer",), LEITH, "Leith, Scotland, United Kingdom", max_pages=1)
    policy = FetchPolicy("trigpoint/fuzz", 120, 600, threading.Event(), attempts=1)
    with served({source: answer(source, count, seed) for source in SEARCHED}) as url:
        return land(
            [PlannedCall(source, query, "fuzz", 1, 0.0) for source in SEARCHED],
            {source: SourceEndpoint(f"{url}/{source}", "key") for source in SEARCHED},
            run_id=run_id,
            connection=connection,
            working_dir=working_dir,
            policies=dict.fromkeys(SEARCHED, policy),
        )
