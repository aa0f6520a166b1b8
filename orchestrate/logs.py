"""Logging to stderr. It redacts keys in the messages of libraries, and removes control codes."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping

from ingest.addresses import redacted, secrets_in
from orchestrate.terminal import harmless


class RedactingFormatter(logging.Formatter):
    """Redacts keys: urllib3 logs whole URLs at DEBUG, and some sources need their key in the URL."""

    def __init__(self, secrets: list[str]) -> None:
        super().__init__(logging.BASIC_FORMAT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return harmless(redacted(super().format(record), self._secrets))


def set_up_logging(environment: Mapping[str, str]) -> None:
    """Log to stderr at TRIGPOINT_LOG_LEVEL. The default is ERROR, also for an unknown level."""
    level = logging.getLevelNamesMapping().get(environment.get("TRIGPOINT_LOG_LEVEL", "ERROR").upper(), logging.ERROR)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets_in(environment)))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False  # no traceback if a line cannot be written
