"""Builds in a process of its own when a person asks for it, and says how it went."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from orchestrate.clock import utc_now
from orchestrate.settings import Settings

SHOWN_LINES = 12


@dataclass(frozen=True)
class BuildState:
    is_running: bool
    started_at: datetime
    sentence: str  # why it failed; empty while it runs and after success

    @property
    def has_failed(self) -> bool:
        return bool(self.sentence)


class Builder:
    """At most one build at a time. `trigpoint build` waits for other writers by itself."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {
            **os.environ,
            "TRIGPOINT_MODE": settings.mode,
            "TRIGPOINT_DATA_DIR": str(settings.data_dir.resolve()),
        }
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._started_at = utc_now()

    def start(self) -> None:
        with self._lock:
            if self._child is not None and self._child.poll() is None:
                return
            if self._said is not None:
                self._said.close()
            self._said, self._started_at = tempfile.TemporaryFile(), utc_now()  # noqa: SIM115 (read after the end)
            self._child = subprocess.Popen(
                [sys.executable, "-m", "orchestrate.cli", "build"],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
            )

    def state(self) -> BuildState | None:
        """None if nobody has asked for a build."""
        with self._lock:
            if self._child is None:
                return None
            code = self._child.poll()
            return BuildState(code is None, self._started_at, self._words() if code else "")

    def _words(self) -> str:
        assert self._said is not None  # noqa: S101 (set with the child)
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return "\n".join(lines[-SHOWN_LINES:]) or "The build failed without a word."

    def stop(self) -> None:
        """End a build that still runs. Nothing of it is published."""
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait()
