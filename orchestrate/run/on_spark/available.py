"""Says what is missing for a build on Spark, before anything lands."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from orchestrate.errors import TrigpointError, UsageError

PORT = 15002  # of Spark Connect
OLDEST_JAVA = 17  # of Spark 4
INSTALL = "pip install 'trigpoint[spark]', or in a checkout: make setup-spark, then .venv-spark/bin/trigpoint"


def check_spark(remote: str | None, environment: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError if PySpark, or Java where Spark runs on this machine, is not installed.

    Raises TrigpointError if no server answers at the address `remote`.
    """
    if find_spec("pyspark") is None:
        raise UsageError(f"Spark is not installed here, and nothing was built. To install it: {INSTALL}")
    if remote:
        if find_spec("grpc") is None:
            raise UsageError(f"The client of Spark Connect is not installed. To install it: {INSTALL}")
        _check_answers(remote)
        return
    version = _java_version(environment)
    if version is None:
        raise UsageError(
            f"Spark needs Java {OLDEST_JAVA} or 21, and there is none: apt-get install openjdk-17-jre-headless, "
            "or set JAVA_HOME. Or name a server by TRIGPOINT_SPARK_REMOTE."
        )
    if version < OLDEST_JAVA:
        raise UsageError(f"Spark needs Java {OLDEST_JAVA} or 21, and this is {version}: set JAVA_HOME to a newer one.")


def _check_answers(remote: str) -> None:
    """The client itself would try again for minutes."""
    address = urlsplit(remote)
    if address.scheme != "sc" or not address.hostname:
        raise UsageError(f"TRIGPOINT_SPARK_REMOTE is {remote}, which is no address such as sc://host:15002.")
    try:
        socket.create_connection((address.hostname, address.port or PORT), timeout=5).close()
    except OSError as error:
        raise TrigpointError(f"No server of Spark Connect answers at {remote}: {error.strerror or error}.") from None


def _java_version(environment: Mapping[str, str]) -> int | None:
    """As Spark looks for it: JAVA_HOME, or the path."""
    home = environment.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environment.get("PATH"))
    if java is None:
        return None
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else None
