"""python -m ingest.sandbox [PORT]: serve the sandbox on 127.0.0.1 until standard input closes."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading

import uvicorn

from ingest.sandbox.server import app


def main() -> None:
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    sys.stdout.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
    sys.stdout.flush()
    # The process that started this one holds the other end. When it ends, in whatever way, this one ends too.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listener])


if __name__ == "__main__":
    main()
