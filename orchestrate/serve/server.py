"""Serves the application on this machine alone, until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from orchestrate.errors import UsageError
from orchestrate.serve.app import make_app
from orchestrate.settings import Settings
from orchestrate.store.queries import check_was_built

HOST = "127.0.0.1"


def serve(settings: Settings, port: int, on_ready: Callable[[str], object]) -> None:
    """Serve on the loopback interface. With port 0, the system chooses one. Raises UsageError for a taken port."""
    check_was_built(settings.published_path)
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        raise UsageError(f"Port {port} cannot be used ({error.strerror}). Give another one: --port 0") from None
    with listener:
        on_ready(f"http://{HOST}:{listener.getsockname()[1]}/")
        config = uvicorn.Config(make_app(settings), log_level="warning", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[listener])
