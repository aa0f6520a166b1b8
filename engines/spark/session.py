"""A session of Spark with the settings that the models count on."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

from engines.spark.registered import register

REMOTE = "TRIGPOINT_SPARK_REMOTE"  # an address of Spark Connect, such as `sc://host:15002`
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # times are UTC without a zone
    "spark.sql.ansi.enabled": "true",  # a cast that fails is an error, as in DuckDB
}
LOCAL_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def start(master: str = "local[*]", remote: str | None = None, memory: str = "3g", scratch: Path | None = None) -> Any:
    """A session on this machine with so much memory, or at the address of a server of Spark Connect.

    On this machine, Spark writes what does not fit in its memory to the folder `scratch`, or else where it likes.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("trigpoint")
    if remote:
        _send_functions_whole()
        builder = builder.remote(remote)
    else:
        root = str(Path(__file__).parents[2])  # the processes that run our functions import this package
        os.environ["PYTHONPATH"] = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        partitions = str(os.cpu_count() or 2)
        settings = {**LOCAL_SETTINGS, "spark.driver.memory": memory, "spark.sql.shuffle.partitions": partitions}
        if scratch:
            settings["spark.local.dir"] = str(scratch)
        builder = builder.master(master).config(map=settings)
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # a build says what failed itself
    session = builder.config(map=SETTINGS).getOrCreate()
    register(session)
    return session


def _send_functions_whole() -> None:
    """A server has not our package, so the registered functions go to it with their code."""
    from pyspark import cloudpickle

    import engines.spark.registered
    import engines.spark.similarity
    import engines.spark.sql.patterns

    for module in (engines.spark.registered, engines.spark.similarity, engines.spark.sql.patterns):
        cloudpickle.register_pickle_by_value(module)
