"""A build on Spark says what is missing before it does anything."""

from __future__ import annotations

import importlib.util
import socket
from pathlib import Path

import pytest

from orchestrate.errors import TrigpointError, UsageError
from orchestrate.run.on_spark.available import check_spark


@pytest.fixture
def pyspark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages of these names, so that Java or the server is the next question."""
    for package in ("pyspark", "grpc"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)


def java(directory: Path, version: str) -> dict[str, str]:
    """The environment of a machine with a Java that says its version, which it does on stderr."""
    binary = directory / "jdk" / "bin" / "java"
    binary.parent.mkdir(parents=True)
    binary.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-20' >&2\n")
    binary.chmod(0o755)
    return {"JAVA_HOME": str(directory / "jdk")}


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="Spark is installed")
def test_without_pyspark_the_command_says_how_to_install_it_and_touches_nothing(trigpoint, tmp_path):
    done = trigpoint("build", "--engine", "spark")

    assert done.returncode == 2
    assert "Spark is not installed here, and nothing was built." in done.stderr
    assert "pip install 'trigpoint[spark]'" in done.stderr
    assert not (tmp_path / "data").exists()


def test_an_unknown_engine_is_refused(trigpoint):
    done = trigpoint("build", "--engine", "sail")

    assert done.returncode == 2
    assert "'duckdb', 'spark'" in done.stderr


@pytest.mark.parametrize(
    ("version", "words"),
    [
        pytest.param("1.8.0_402", "this is 8", id="numbered_as_it_was"),
        pytest.param("11.0.2", "this is 11", id="too_old"),
    ],
)
def test_an_old_java_is_named(pyspark, tmp_path, version, words):
    with pytest.raises(UsageError, match=words):
        check_spark(None, java(tmp_path, version))


def test_without_java_the_package_is_named(pyspark, tmp_path):
    with pytest.raises(UsageError, match="apt-get install openjdk-17-jre-headless"):
        check_spark(None, {"PATH": str(tmp_path)})


def test_a_java_that_spark_takes_is_enough(pyspark, tmp_path):
    check_spark(None, java(tmp_path, "17.0.15"))


@pytest.mark.parametrize(
    ("remote", "words"),
    [
        pytest.param("sc://127.0.0.1:{port}", "No server of Spark Connect answers at sc://127.0.0.1", id="closed"),
        pytest.param("thrift://127.0.0.1:{port}", "which is no address such as sc://host:15002", id="thrift"),
    ],
)
def test_a_server_that_does_not_answer_is_named_at_once(pyspark, remote, words):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(TrigpointError, match=words):
        check_spark(remote.format(port=port))


def test_a_server_needs_no_java_here(pyspark):
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_spark(f"sc://127.0.0.1:{server.getsockname()[1]}", {"PATH": ""})
