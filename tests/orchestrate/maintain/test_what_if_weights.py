"""`trigpoint diff --weights`: what other match weights would change, without changing anything."""

from __future__ import annotations

import asyncio
import shutil
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.maintain.what_if.weights import overlaid, what_if_weights
from orchestrate.run.publication.publish import publish
from orchestrate.seeds.files import read_seed
from orchestrate.settings import PROJECT_ROOT, Settings
from orchestrate.store.dbt_project import WEIGHTS
from tests.repeated_builds import build

HEADER = "comparison,level,weight\n"
ROWS = read_seed(PROJECT_ROOT / WEIGHTS)


@pytest.fixture
def offered(tmp_path: Path):
    def write(text: str) -> Path:
        (tmp_path / "weights.csv").write_text(text)
        return tmp_path / "weights.csv"

    return write


def test_rows_that_are_offered_replace_the_weight_alone(offered):
    rows = overlaid(ROWS, offered(f"{HEADER}name,exact,9.5\n"))

    changed = [(before, after) for before, after in zip(ROWS, rows, strict=True) if before != after]
    ((before, after),) = changed
    assert after == {**before, "weight": "9.5"}
    assert (after["comparison"], after["level"]) == ("name", "exact")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(f"{HEADER}name,exakt,1\n", "has no row name,exakt", id="an unknown level"),
        pytest.param(f"{HEADER}name,exact,high\n", "weight is not a number", id="no number"),
        pytest.param(f"{HEADER}name,exact,inf\n", "is inf", id="no finite number"),
        pytest.param(f"{HEADER}name,exact,1\nname,exact,2\n", "name,exact has two rows", id="two rows"),
        pytest.param("comparison,level\nname,exact\n", "lacks the columns weight", id="no weights"),
        pytest.param(HEADER, "same weights as the seed", id="no rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(offered, text, said):
    with pytest.raises(UsageError, match=said):
        overlaid(ROWS, offered(text))


@pytest.mark.long  # a whole build
@pytest.mark.xdist_group("world")
def test_weights_that_join_less_split_entities_and_publish_nothing(world, offered):
    settings = Settings(mode="sandbox", data_dir=world.data_dir)
    held = {path: sha256(path.read_bytes()).digest() for path in (world.published, world.warehouse)}

    diff = asyncio.run(what_if_weights(settings, offered(f"{HEADER}prior,any,-9\n"), print))

    split = [event for event in diff.entities if event.event == "split"]
    assert diff.counts["entities_after"] == diff.counts["entities_before"] + len(split)
    assert len(split) > 10
    assert diff.counts["merged"] == 0
    assert len(diff.changes) == diff.counts["cells"] > 0
    assert (diff.before, diff.after) == ("the seed", "the proposed weights")
    assert {path: sha256(path.read_bytes()).digest() for path in held} == held


@pytest.mark.long  # two whole builds
@pytest.mark.xdist_group("world")
def test_the_diff_has_no_change_of_newer_statistics(world, offered, tmp_path):
    settings = Settings(mode="sandbox", data_dir=tmp_path / "data")
    shutil.copytree(world.data_dir, settings.data_dir)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        # Learned when no two records had a name or a phone in common. A build would learn them again.
        connection.execute("delete from intermediate.int_place_counts")
        connection.execute("update ops.build_scope set scope = 'same_moments'")
    build(PROJECT_ROOT, settings.warehouse_path)
    publish(settings.warehouse_path, settings.published_path, "r1", {}, lambda: False)
    (prior,) = (float(row["weight"]) for row in ROWS if (row["comparison"], row["level"]) == ("prior", "any"))

    diff = asyncio.run(what_if_weights(settings, offered(f"{HEADER}prior,any,{prior + 0.001}\n"), print))

    assert (diff.changes, diff.entities) == ((), ())
