"""`make run` installs exactly what it needs. The packages for tests agree with it."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from orchestrate.settings import PROJECT_ROOT

CONFIGURED = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-release.lock")


def pins(lock: str) -> dict[str, set[str]]:
    """Name -> versions. More than one if they differ by Python or platform."""
    locked: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)(?:\[.*?\])?==([^ ;]+)", (PROJECT_ROOT / lock).read_text(), re.M):
        locked.setdefault(name, set()).add(version)
    return locked


def is_met(wanted: str, locked: dict[str, set[str]]) -> bool:
    requirement = Requirement(wanted)
    versions = locked.get(requirement.name.lower(), set())
    return bool(versions) and all(requirement.specifier.contains(version) for version in versions)


@pytest.mark.parametrize(
    ("wanted", "lock"),
    [
        (CONFIGURED["project"]["dependencies"], "requirements.lock"),
        (CONFIGURED["dependency-groups"]["build"], "requirements.lock"),
        (CONFIGURED["build-system"]["requires"], "requirements.lock"),
        (CONFIGURED["dependency-groups"]["dev"], "requirements-dev.lock"),
        (CONFIGURED["dependency-groups"]["release"], "requirements-release.lock"),
    ],
    ids=["a run", "the editable install", "the wheel", "tests and lints", "a release"],
)
def test_every_dependency_is_locked(wanted, lock):
    locked = pins(lock)

    assert [one for one in wanted if not is_met(one, locked)] == [], "run: make lock"


def test_run_installs_no_test_or_lint_package():
    wanted = {Requirement(one).name for one in CONFIGURED["dependency-groups"]["dev"]}

    assert wanted & set(pins("requirements.lock")) == set()


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_two_locks_never_name_two_versions_of_a_package(lock):
    run, added = pins(LOCKS[0]), pins(lock)

    assert {name: added[name] for name in added.keys() & run.keys() if added[name] != run[name]} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_has_a_hash_for_every_package_and_no_index(lock):
    text = (PROJECT_ROOT / lock).read_text()

    assert re.search(r"://|^--", text, re.M) is None
    assert [block for block in re.split(r"\n(?=[a-z])", text) if "--hash=sha256:" not in block] == []
