"""A session of Spark with the settings that the models count on."""

from __future__ import annotations

import os
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
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.memory": "3g",
    "spark.ui.showConsoleProgress": "false",
}


def start(directory: Path, master: str = "local[2]") -> Any:
    """A session on this machine, or at the address in the environment."""
    from pyspark.sql import SparkSession

    root = str(Path(__file__).parents[2])  # the processes that run our functions import this package
    os.environ["PYTHONPATH"] = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    builder = SparkSession.builder.appName("trigpoint")
    remote = os.environ.get(REMOTE)
    builder = builder.remote(remote) if remote else builder.master(master).config(map=LOCAL_SETTINGS)
    session = builder.config(map={**SETTINGS, "spark.sql.warehouse.dir": str(directory / "spark")}).getOrCreate()
    register(session)
    return session
