"""Exports of planted published files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from orchestrate.contracts.export import ExportReport
from orchestrate.export.export import export
from orchestrate.export.request import export_request
from tests.orchestrate.export.planted import NOW, Planted, plant
from tests.orchestrate.export.small import small

Exporting = Callable[..., ExportReport]


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """A set of values that each name their licence."""
    held = plant(tmp_path_factory.mktemp("planted") / "sandbox" / "trigpoint.duckdb")
    held.write()
    return held


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    """A few plain entities."""
    held = small(tmp_path_factory.mktemp("few") / "sandbox" / "trigpoint.duckdb")
    held.write()
    return held


@pytest.fixture
def exported(planted: Planted, tmp_path: Path) -> Exporting:
    """Export the planted file: `exported("csv", has_claims=True)`."""
    return exporting(planted, tmp_path)


@pytest.fixture
def exported_few(few: Planted, tmp_path: Path) -> Exporting:
    return exporting(few, tmp_path)


def exporting(planted: Planted, directory: Path) -> Exporting:
    def call(
        form: str, asked: str | None = None, licence: str = "open", share_alike: str = "include", **options: bool
    ) -> ExportReport:
        target = directory / f"out.{form}"
        request = export_request(asked, form, target, licence, share_alike, **options)
        return export(planted.path, request, (planted.path,), datetime.fromisoformat(NOW))

    return call
