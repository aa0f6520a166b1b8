"""Serves a GGUF file as an OpenAI-compatible endpoint, in the environment of `make llm-local`."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

import xllamacpp

CONTEXT_TOKENS = 8192


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gguf", type=Path)
    parser.add_argument("--port", type=int, default=8089)
    given = parser.parse_args()
    if not given.gguf.is_file():
        sys.exit(f"There is no file {given.gguf}.")
    server = serve(given.gguf, given.port)
    print(f"{given.gguf.stem} answers at {server.listening_address}/v1", flush=True)
    signal.sigwait({signal.SIGINT, signal.SIGTERM})


def serve(gguf: Path, port: int) -> xllamacpp.Server:
    """The server answers in threads of its own until the process ends."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(gguf)
    parameters.model_alias = {gguf.stem}
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.port = port
    try:
        return xllamacpp.Server(parameters)
    except RuntimeError as error:
        sys.exit(f"{gguf} cannot be served: it is no model, or the port {port} is taken ({error})")


if __name__ == "__main__":
    main()
