"""Starts the sandbox beside a run, and stops it with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.connectors import CONNECTORS


@contextmanager
def running_sandbox() -> Iterator[dict[str, str]]:
    """Serve the sandbox for the block; yields each source's base URL.

    The port listens before its number is printed, so that the first request waits for the server.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "ingest.sandbox"],  # -P: never a package `ingest` of the working directory
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C at the terminal is for the run, which then stops this
    )
    try:
        port = json.loads(process.stdout.readline())["port"]  # type: ignore[union-attr]
        yield {source: f"http://127.0.0.1:{port}/{source}" for source in CONNECTORS}
    finally:
        process.kill()
        process.communicate()
