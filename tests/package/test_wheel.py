"""The installed files are all that the tool needs, and it does not write to them."""

import json
import shutil
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.sdist import SdistBuilder

from orchestrate.settings import PROJECT_ROOT

ROOMS = ("engines", "extract", "ingest", "orchestrate", "trigpoint")
PROJECT = (".env.example", "dbt_project.yml", "profiles.yml", "selectors.yml", "dbt_project", "models")

PLUGIN = "engines/spark/plugin/"  # dbt looks for adapters in a folder of its own


def files(*parts: str) -> set[str]:
    """Every file in these directories, relative to the repository. A path may also be a file."""
    paths = [path for part in parts for path in (PROJECT_ROOT / part, *(PROJECT_ROOT / part).rglob("*"))]
    return {p.relative_to(PROJECT_ROOT).as_posix() for p in paths if p.is_file() and "__pycache__" not in p.parts}


def test_wheel_holds_the_code_and_the_dbt_project_only(wheel):
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}

    assert held == {name.removeprefix(PLUGIN) for name in files(*ROOMS)} | {
        f"trigpoint/project/{name}" for name in files(*PROJECT)
    }


def test_a_wheel_can_be_built_and_tested_from_the_sdist(tmp_path):
    (built,) = SdistBuilder(str(PROJECT_ROOT)).build(directory=str(tmp_path))

    with tarfile.open(built) as packed:
        held = {name.partition("/")[2] for name in packed.getnames()}

    assert files(*ROOMS, *PROJECT, "tests", "pyproject.toml", "README.md", "LICENSE", "requirements.lock") <= held
    assert not {name for name in held if name.startswith((".venv", "data/", "target/"))}


def test_the_image_is_made_of_what_the_wheel_needs_and_of_nothing_else():
    ignored = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()

    assert ignored[0] == "*"
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} == {
        *ROOMS, *PROJECT, "pyproject.toml", "README.md", "LICENSE", "requirements.lock",
    }  # fmt: skip


def test_installed_command_reads_settings_of_the_folder(installed, site, tmp_path):
    (tmp_path / ".env").write_text("TRIGPOINT_DATA_DIR=elsewhere\n")

    done = installed(
        "-c",
        "from orchestrate.settings import PROJECT_ROOT, load_settings; "
        "print(PROJECT_ROOT); print(load_settings().published_path)",
    )

    project, published = done.stdout.split()
    assert Path(project) == site / "trigpoint" / "project"
    assert Path(published) == tmp_path / "elsewhere" / "sandbox" / "trigpoint.duckdb"


def test_an_installed_command_plans(installed):
    done = installed("-m", "orchestrate.cli", "plan", "powerleague portobello", "--json")

    assert done.stderr == ""
    assert json.loads(done.stdout)["ingestion_mode"] == "verify_one"


def test_local_package_does_not_replace_the_sandbox(installed, tmp_path):
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / "__init__.py").write_text("raise SystemExit('this is not the sandbox')\n")
    start = "from ingest.sandbox.process import running_sandbox\nwith running_sandbox() as urls: print(*urls)"

    done = installed("-P", "-c", start)

    assert (done.returncode, done.stderr) == (0, "")
    assert "openstreetmap" in done.stdout.split()


def test_seeds_can_be_tuned_in_a_copy_of_the_project(installed, tmp_path):
    printed = installed("-m", "orchestrate.cli", "dbt", "project").stdout.strip()
    copy = Path(shutil.copytree(printed, tmp_path / "mine"))
    prices = copy / "dbt_project" / "seeds" / "sources.csv"
    prices.write_text(prices.read_text().replace("API,true,true,0.035", "API,true,true,0.5"))

    done = installed("-m", "orchestrate.cli", "plan", "padel leith", "--json", TRIGPOINT_PROJECT_DIR="mine")

    costs = {call["source"]: call["expected_cost_usd"] for call in json.loads(done.stdout)["calls"]}
    assert costs["google_places"] >= 0.5


@pytest.mark.parametrize("command", [["plan", "padel"], ["dbt", "sources"]], ids=" ".join)
def test_folder_without_a_project_is_refused(installed, tmp_path, command):
    (tmp_path / "models").mkdir()

    done = installed("-m", "orchestrate.cli", *command, TRIGPOINT_PROJECT_DIR=".")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"TRIGPOINT_PROJECT_DIR names {tmp_path}, which has no dbt_project.yml, no profiles.yml, no selectors.yml, "
        "no dbt_project. "
        "Set it to a copy of the directory that `trigpoint dbt project` prints.\n"
    )


def test_every_supported_python_is_one_that_ci_runs():
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["project"]
    supported = {c.rpartition(" ")[2] for c in project["classifiers"] if "Python :: 3." in c}
    workflow = (PROJECT_ROOT / ".github" / "workflows" / "ci.yml").read_text()

    assert all(f'"{version}"' in workflow for version in supported)
