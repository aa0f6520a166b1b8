"""Measures the time and memory to land a large answer: python -m bench.speed.landing [records].

A local service sends prepared pages of a thousand features. The time runs from the first request to the last committed
row. The memory is the growth of this process; the service is another process.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from ingest.calls import Area, PlannedCall, SourceEndpoint, SourceQuery
from ingest.fetch import FetchPolicy
from ingest.landing.land import land
from orchestrate.store.warehouse import Warehouse

PAGE = 1000
EDINBURGH = Area("Edinburgh", 55.95, -3.19, 55.85, -3.40, 56.00, -3.00, "GB")


def serve(records: int, port_pipe: Connection) -> None:
    def page(start: int) -> bytes:
        features = [
            {
                "type": "Feature",
                "id": f"pub_spfotc.{number}",
                "geometry": {"type": "MultiPoint", "coordinates": [[-3.19, 55.95]]},
                "properties": {
                    "site_name": f"Tennis club {number}",
                    "fac_type": "Outdoor Tennis Court",
                    "street": f"{number % 200} High Street",
                    "town": "Edinburgh",
                    "postcode": "EH1 1AA",
                    "local_authority": "City of Edinburgh",
                    "sh_date_uploaded": "2026-01-01",
                },
            }
            for number in range(start, min(start + PAGE, records))
        ]
        return json.dumps(
            {
                "type": "FeatureCollection",
                "features": features,
                "numberMatched": records,
                "numberReturned": len(features),
            }
        ).encode()

    pages = {start: page(start) for start in range(0, records, PAGE)}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = pages[int(parse_qs(urlsplit(self.path).query)["startIndex"][0])]
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port_pipe.send(server.server_address[1])
    server.serve_forever()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def land_all(records: int, port: int) -> tuple[float, float]:
    """The seconds, and the largest growth of the process in megabytes."""
    call = PlannedCall(
        "sport_scotland",
        SourceQuery(
            "tennis", None, ("pub_spfotc",), EDINBURGH, "Edinburgh, United Kingdom", max_pages=records // PAGE + 1
        ),
        "bench",
        1,
        0.0,
    )
    with tempfile.TemporaryDirectory() as directory:
        warehouse = Warehouse(Path(directory) / "warehouse.duckdb")
        before, started = peak_megabytes(), time.perf_counter()
        (outcome,) = land(
            [call],
            {"sport_scotland": SourceEndpoint(f"http://127.0.0.1:{port}", "key")},
            run_id="bench",
            connection=warehouse.connection,
            working_dir=Path(directory) / "dlt",
            policies={"sport_scotland": FetchPolicy("trigpoint/bench", 60, 600, threading.Event())},
        )
        seconds = time.perf_counter() - started
        ((rows,),) = warehouse.connection.execute("select count(*) from raw.sport_scotland").fetchall()
        warehouse.close()
    assert rows == outcome.landed == records, outcome
    return seconds, peak_megabytes() - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=100_000, help="of the one answer")
    records = parser.parse_args().records
    here, there = multiprocessing.Pipe()
    service = multiprocessing.get_context("spawn").Process(target=serve, args=(records, there), daemon=True)
    service.start()
    port = here.recv()
    seconds, grown = land_all(records, port)
    speed = records / seconds
    print(f"{records:,} records landed in {seconds:.1f} s: {speed:,.0f} a second, {grown:.0f} MB more at the peak")
    service.kill()


if __name__ == "__main__":
    main()
