"""The GitHub workflows: each action is pinned to a commit, and a job's summary says how the run ended."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from orchestrate.settings import PROJECT_ROOT

WORKFLOWS = sorted((PROJECT_ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_and_keeps_no_credentials(workflow):
    jobs = yaml.safe_load(workflow.read_text())["jobs"].values()
    steps = [step for job in jobs for step in job["steps"] if "uses" in step]

    assert [step["uses"] for step in steps if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])] == []
    checkouts = [step for step in steps if step["uses"].startswith("actions/checkout@")]
    assert [step.get("with", {}).get("persist-credentials") for step in checkouts] == [False] * len(checkouts)


def summary_of(run: str, directory: Path) -> tuple[int, str]:
    """The exit code and the job's summary when `trigpoint` is this script."""
    command = directory / ".venv" / "bin" / "trigpoint"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/usr/bin/env bash\n{run}\n")
    command.chmod(0o755)
    done = subprocess.run(
        ["bash", PROJECT_ROOT / ".github" / "run_query.sh"],
        env={**os.environ, "GITHUB_STEP_SUMMARY": str(directory / "summary.md")},
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    return done.returncode, (directory / "summary.md").read_text()


def test_an_artifact_of_a_query_holds_only_what_may_be_passed_on():
    (job,) = yaml.safe_load((WORKFLOWS[0].parent / "query.yml").read_text())["jobs"].values()
    uploads = [step["with"]["path"] for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    written = [line for step in job["steps"] for line in step.get("run", "").splitlines() if " open/" in line]

    assert uploads == ["open"]
    assert len(written) == 2
    assert [line for line in written if "--licence open" not in line] == []


@pytest.mark.parametrize(
    ("code", "kind", "ends"),
    [
        pytest.param(0, None, [0, 0], id="answers"),
        pytest.param(2, "nothing_to_export", [2, 0], id="no answer"),
        pytest.param(2, "usage", [2, 1], id="a wrong option"),
        pytest.param(1, "failed", [1, 1], id="an error"),
    ],
)
def test_only_a_query_without_an_answer_may_export_nothing(tmp_path, code, kind, ends):
    (job,) = yaml.safe_load((WORKFLOWS[0].parent / "query.yml").read_text())["jobs"].values()
    steps = [step for step in job["steps"] if " open/" in step.get("run", "")]
    command = tmp_path / ".venv" / "bin" / "trigpoint"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/usr/bin/env bash\necho '{json.dumps({'error': {'kind': kind}})}'\nexit {code}\n")
    command.chmod(0o755)

    ended = [
        subprocess.run(
            ["bash", "-e", "-c", step["run"]], env={**os.environ, "QUERY": "x"}, cwd=tmp_path, check=False, timeout=30
        ).returncode
        for step in steps
    ]

    assert ended == ends
    assert "hashFiles('data/*/trigpoint.duckdb') != ''" in steps[0]["if"]
    assert not any("continue-on-error" in step for step in job["steps"])


FAKE_TRIGPOINT = """#!/usr/bin/env bash
case "$1" in
run) mkdir -p data/sandbox && echo "$2" >>data/sandbox/trigpoint.duckdb ;;
diff)
    [ "$4 $5" = "--markdown --html" ] && echo page >"$6"
    diff "$2" "$3" && echo "no change"
    ;;
esac
"""


def test_the_steps_of_the_golden_diff_leave_what_is_uploaded(tmp_path):
    """Both checkouts run the same queries. The comparison is by the code of the change."""
    job = yaml.safe_load((WORKFLOWS[0].parent / "golden-diff.yml").read_text())["jobs"]["diff"]
    for side in ("before", "after"):
        command = tmp_path / side / ".venv" / "bin" / "trigpoint"
        command.parent.mkdir(parents=True)
        command.write_text(FAKE_TRIGPOINT if side == "after" else FAKE_TRIGPOINT.replace("diff)", "no_diff)"))
        command.chmod(0o755)
        (tmp_path / side / "Makefile").write_text(".venv/.installed:\n\t@touch $@\n")
    shutil.copytree(PROJECT_ROOT / ".github", tmp_path / "after" / ".github")

    for step in job["steps"]:
        if "run" in step:
            subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
                env={**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "GITHUB_ACTIONS": "true"},
                cwd=tmp_path,
                check=True,
                timeout=30,
            )

    (uploaded,) = (step["with"]["path"].split() for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
    assert {name: (tmp_path / name).read_text() for name in uploaded} == {
        "diff.md": "no change\n", "diff.html": "page\n",
    }  # fmt: skip
    assert (tmp_path / "summary.md").read_text() == "no change\n"
    queries = (tmp_path / "after" / "data" / "sandbox" / "trigpoint.duckdb").read_text().splitlines()
    assert len(queries) == len(set(queries)) == 5


@pytest.mark.parametrize(("mode", "is_shown"), [("sandbox", True), ("live", False)])
def test_the_summary_names_no_place_of_a_real_source(tmp_path, monkeypatch, mode, is_shown):
    monkeypatch.setenv("TRIGPOINT_MODE", mode)

    _, summary = summary_of("printf 'Plan ──\\nasked\\nFinal Entities ──\\nLeith Library\\n'", tmp_path)

    assert "asked" in summary
    assert ("Leith Library" in summary) is is_shown


def test_the_summary_of_a_run_is_its_report(tmp_path):
    code, summary = summary_of("echo a stage >&2; printf 'Plan\\nasked\\n'", tmp_path)

    assert (code, summary) == (0, "    Plan\n    asked\n")


def test_summary_of_a_failed_run_has_the_reason_and_exit_code(tmp_path):
    code, summary = summary_of("echo 'No source answered, so nothing was built.' >&2; exit 1", tmp_path)

    assert code == 1
    assert summary == ("**The run ended with exit code 1.**\n\n    No source answered, so nothing was built.\n\n")


def test_summary_has_the_report_and_the_exit_code(tmp_path):
    code, summary = summary_of("echo budget >&2; echo '```'; exit 4", tmp_path)

    assert code == 4
    assert "exit code 4" in summary
    assert summary.endswith("    budget\n\n    ```\n")
