from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from orchestrate.seeds.files import read_seed
from orchestrate.serve.app import make_app
from orchestrate.settings import SEEDS_DIR, Settings
from tests.orchestrate.serve.planted import build, publish

ORIGIN = "http://127.0.0.1:8765"


@dataclass(frozen=True)
class Office:
    """A data directory and seeds of its own, and the application for them."""

    settings: Settings
    seeds_dir: Path

    def browser(self) -> TestClient:
        """A browser with cookies of its own."""
        return TestClient(make_app(self.settings, self.seeds_dir), base_url=ORIGIN, headers={"Origin": ORIGIN})

    def rows(self, seed: str) -> list[dict[str, str]]:
        return read_seed(self.seeds_dir / f"{seed}.csv")


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("planted")
    publish(directory / "sandbox" / "trigpoint.duckdb")
    build(directory / "sandbox" / "warehouse.duckdb")
    return directory


@pytest.fixture
def office(planted: Path, tmp_path: Path) -> Office:
    shutil.copytree(planted, tmp_path / "data")
    shutil.copytree(SEEDS_DIR, tmp_path / "seeds")
    return Office(Settings(mode="sandbox", data_dir=tmp_path / "data"), tmp_path / "seeds")


@pytest.fixture
def browser(office: Office) -> Iterator[TestClient]:
    with office.browser() as client:
        yield client


def decision(**fields: Any) -> dict[str, Any]:
    return {"author": "Ada", "preset": "I know the place", **fields}
