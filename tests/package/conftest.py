"""The wheel, unpacked as pip does. Its imports never come from the repository."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from orchestrate.settings import PROJECT_ROOT

OURS = ("TRIGPOINT_", "_API_KEY", "_AUTHKEY", "OPENAI_", "QUERY", "DBT_PARTIAL_PARSE")


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (built,) = WheelBuilder(str(PROJECT_ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))
    return Path(built)


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `site-packages` with the wheel."""
    directory = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(directory)
    return directory


@pytest.fixture
def installed(site: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`installed("-c", "import trigpoint")`: runs Python in an empty folder, with the wheel installed."""

    def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {k: v for k, v in os.environ.items() if not any(part in k for part in OURS)}
        return subprocess.run(
            [sys.executable, *arguments],
            env={**clean, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )

    return call
