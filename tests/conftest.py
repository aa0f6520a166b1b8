"""Tests run side by side (`make test`); those that share something that takes long to build share a worker."""

import pytest

SHARED = {"world", "artefacts", "project"}  # session fixtures that run a pipeline or build the models


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        shared = SHARED.intersection(getattr(item, "fixturenames", ()))
        if shared:
            item.add_marker(pytest.mark.xdist_group("world" if "world" in shared else "models"))
