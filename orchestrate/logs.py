"""Logging for the command: on stderr, without the keys that libraries write into their messages, harmless to show."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping

from orchestrate.terminal import harmless

SHORTEST_KEY = 6  # characters: a shorter value would blot out innocent text


class RedactingFormatter(logging.Formatter):
    """urllib3 logs whole URLs at DEBUG, and a source may want its key in one."""

    def __init__(self, secrets: list[str]) -> None:
        super().__init__(logging.BASIC_FORMAT)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return harmless(text)


def set_up_logging(environment: Mapping[str, str]) -> None:
    """Log to stderr at TRIGPOINT_LOG_LEVEL (default ERROR); an unknown level is the default."""
    level = logging.getLevelNamesMapping().get(environment.get("TRIGPOINT_LOG_LEVEL", "ERROR").upper(), logging.ERROR)
    handler = logging.StreamHandler(sys.stderr)
    secrets = [v for k, v in environment.items() if k.endswith(("KEY", "TOKEN")) and len(v) >= SHORTEST_KEY]
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False  # a line that cannot be written is no reason to print a traceback
