"""A source is found by the name of its module; no list names it."""

import sys

import pytest

from ingest.connectors import CONNECTORS
from ingest.discovery import found_by_name
from ingest.sandbox.sources import SOURCES


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package `invented` with the modules b and a."""
    folder = tmp_path / "invented"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "b.py").write_text("HELD = 'of b'\n")
    (folder / "a.py").write_text("HELD = 'of a'\n")
    (folder / "notes.csv").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in ("invented", "invented.a", "invented.b"):
        sys.modules.pop(name, None)


def test_modules_are_found_in_the_order_of_their_names(package):
    assert list(found_by_name("invented", [str(package)], "HELD").items()) == [("a", "of a"), ("b", "of b")]


def test_module_without_the_attribute_is_an_error(package):
    (package / "c.py").write_text("")

    with pytest.raises(AttributeError, match="HELD"):
        found_by_name("invented", [str(package)], "HELD")


def test_every_connector_has_a_sandbox_source():
    assert list(SOURCES) == list(CONNECTORS)


def test_sandbox_sources_have_letters_and_paths_of_their_own():
    letters = [source.letter for source in SOURCES.values() if source.letter]
    assert len(letters) == len(set(letters)) >= 6
    assert all(route.path.split("/")[1] == name for name, source in SOURCES.items() for route in source.routes)
