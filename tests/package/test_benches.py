"""Each bench prints its help, and starts nothing."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from orchestrate.settings import PROJECT_ROOT

IN_ANOTHER_ENVIRONMENT = {"local_model", "grounding_peers", "labelled_splink", "matching_splink"}


def benches() -> list[str]:
    paths = (path for path in (PROJECT_ROOT / "bench").rglob("*.py") if "def main(" in path.read_text())
    return sorted(module(path) for path in paths if path.stem not in IN_ANOTHER_ENVIRONMENT)


def module(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts)


@pytest.mark.parametrize("bench", benches())
def test_a_bench_prints_its_help(bench, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", [bench, "--help"])

    with pytest.raises(SystemExit) as ended:
        importlib.import_module(bench).main()

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: ")
