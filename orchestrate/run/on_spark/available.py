"""Says what is missing for a build on Spark, before anything lands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from orchestrate.errors import UsageError

OLDEST_JAVA = 17  # of Spark 4
INSTALL = "pip install 'trigpoint[spark]', or in a checkout: make setup-spark, then .venv-spark/bin/trigpoint"


def check_spark(remote: str | None, environment: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError if PySpark, or Java where Spark runs on this machine, is not installed."""
    if find_spec("pyspark") is None:
        raise UsageError(f"Spark is not installed here, and nothing was built. To install it: {INSTALL}")
    if remote:
        if find_spec("grpc") is None:
            raise UsageError(f"The client of Spark Connect is not installed. To install it: {INSTALL}")
        return
    version = _java_version(environment)
    if version is None:
        raise UsageError(
            f"Spark needs Java {OLDEST_JAVA} or 21, and there is none: apt-get install openjdk-17-jre-headless, "
            "or set JAVA_HOME. Or name a server by TRIGPOINT_SPARK_REMOTE."
        )
    if version < OLDEST_JAVA:
        raise UsageError(f"Spark needs Java {OLDEST_JAVA} or 21, and this is {version}: set JAVA_HOME to a newer one.")


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
