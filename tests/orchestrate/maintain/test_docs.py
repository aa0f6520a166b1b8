"""The page of `trigpoint docs`, opened as a person would: in a browser."""

import re
import shutil
import subprocess

import pytest

from tests.sources import SOURCES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MARTS = ("entities", "entity_claims", "entity_records", "entity_conflicts", "entity_id_events", "source_scorecard")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to open the page in"),
]


@pytest.fixture(scope="module")
def page(world, clean_environment, tmp_path_factory) -> str:
    """What is on the page of `entities`, with four steps of its lineage, once its scripts have run."""
    docs, _ = world.docs
    dom = subprocess.run(
        [
            str(CHROMIUM),
            *["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            *["--disable-component-update", "--disable-sync", "--virtual-time-budget=20000", "--dump-dom"],
            f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
            f"{docs.as_uri()}#!/model/model.trigpoint.entities?g_v=1&g_i=4%2Bentities",
        ],
        env=clean_environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    without_scripts = re.sub(r"<(script|style)\b.*?</\1>", "", dom, flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", without_scripts))


def test_the_graph_draws_no_unit_test(world, page):
    assert "unit_test.trigpoint" not in (world.data_dir / "sandbox" / "docs" / "dbt.html").read_text()


def test_the_marts_stand_in_the_docs(page):
    assert [mart for mart in MARTS if mart not in page] == []


def test_every_source_is_in_the_docs(page):
    assert [source for source in SOURCES if source not in page] == []


def test_the_golden_record_is_described_column_by_column(page):
    assert "field_confidence" in page
    assert "Onerowperentity" in page
