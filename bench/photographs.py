"""Photographs of the pages for the documents: small WebP files, by Chromium and chromedriver."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from orchestrate.serve.app import make_app
from orchestrate.settings import SEEDS_DIR, load_settings
from tests.browser import Browser

OPENED_CELL = "location.hash = document.querySelector('#contested ~ .scroll a').hash"


def photograph_run(window: Browser, folder: Path) -> None:
    """The page of the last run: whole on a desk, a cell with its evidence, and as far as it is seen on a phone."""
    page = load_settings().runs_dir.resolve().joinpath("latest.html").as_uri()
    window.open(page, width=1180, height=1290)
    window.screenshot(folder / "page.webp")
    window.run(OPENED_CELL)
    window.screenshot(folder / "page-evidence.webp")
    window.open(page, width=390, height=1000)
    window.screenshot(folder / "page-phone.webp")


def photograph_docs(window: Browser, folder: Path) -> None:
    """The drawing of the models."""
    window.open(load_settings().docs_path.resolve().as_uri(), width=1280, height=860)
    window.screenshot(folder / "models.webp")


def photograph_serve(window: Browser, folder: Path) -> None:
    """Search, an entity with an opened cell, and a pair to review before a person has decided."""
    with _served() as address:
        window.open(f"{address}/?q=leith", width=1080, height=640)
        window.screenshot(folder / "serve-search.webp")
        window.open(f"{address}/entity/powerleague-portobello", width=1080, height=900)
        window.run("document.querySelector('details#phone').open = true")
        window.screenshot(folder / "serve-entity.webp")
        window.open(f"{address}/review/pairs", width=1080, height=560)
        window.screenshot(folder / "serve-review.webp")


@contextmanager
def _served() -> Iterator[str]:
    """The application over the data of this directory, with seeds of its own."""
    seeds = Path(shutil.copytree(SEEDS_DIR, "seeds"))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(load_settings(), seeds), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
