"""A copy of the published file, made ahead: it is the same bytes, or it is not used, and nothing of it stays."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from orchestrate.run.publication import copies
from orchestrate.run.publication.copies import SECTOR, CopyAhead, StoppedError, copied_ahead, copy_file, put_in_place
from orchestrate.store.warehouse import _remove_drafts
from tests.orchestrate.store.test_disk import room_for


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "trigpoint.duckdb"
    path.write_bytes(os.urandom(3 * SECTOR))
    return path


def files_of(published: Path) -> list[str]:
    return sorted(path.name for path in published.parent.iterdir())


@pytest.mark.parametrize("size", [0, 1, SECTOR, SECTOR + 1, copies.AT_ONCE, copies.AT_ONCE + SECTOR - 1])
def test_a_copy_has_the_same_bytes(published, tmp_path, size):
    published.write_bytes(os.urandom(size))

    copy_file(published, tmp_path / "copy")

    assert (tmp_path / "copy").read_bytes() == published.read_bytes()


@pytest.mark.parametrize("refused", ["open", "readv", "write"])
def test_a_file_system_that_goes_only_through_its_cache_gets_a_copy_too(published, tmp_path, monkeypatch, refused):
    asked = []
    genuine = getattr(os, refused)

    def refuse(*arguments, **options):
        asked.append(arguments)
        if len(asked) == 1:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        return genuine(*arguments, **options)

    monkeypatch.setattr(copies, "_clone", lambda *_: False)
    monkeypatch.setattr(os, refused, refuse)
    copy_file(published, tmp_path / "copy")

    assert len(asked) > 1
    assert (tmp_path / "copy").read_bytes() == published.read_bytes()


def test_a_copy_stops_when_it_is_not_wanted_any_more(published, tmp_path):
    with pytest.raises(StoppedError):
        copy_file(published, tmp_path / "copy", lambda: False)


def test_the_copy_becomes_the_draft(published):
    before, draft = published.read_bytes(), published.with_name("draft")

    with copied_ahead(published, is_wanted=True) as copied:
        assert copied
        assert copied.move_to(draft)

    assert (draft.read_bytes(), files_of(published)) == (before, ["draft", "trigpoint.duckdb"])


def restored(published: Path) -> None:
    """A backup is put in its place, which is as large."""
    backup = published.with_name("backup")
    backup.write_bytes(os.urandom(3 * SECTOR))
    backup.replace(published)


def overwritten(published: Path) -> None:
    published.write_bytes(os.urandom(3 * SECTOR))


@pytest.mark.parametrize("change", [restored, overwritten])
def test_a_copy_of_what_is_no_longer_published_is_not_used(published, change):
    with copied_ahead(published, is_wanted=True) as copied:
        assert copied
        copied._thread.join()
        change(published)

        assert not copied.move_to(published.with_name("draft"))

    assert files_of(published) == ["trigpoint.duckdb"]


@pytest.mark.parametrize("has_links", [True, False])
@pytest.mark.parametrize("large_from", [0, 2 * copies.LARGE])
def test_the_new_file_takes_the_place_of_the_old_one_which_is_removed(published, monkeypatch, large_from, has_links):
    monkeypatch.setattr(copies, "LARGE", large_from)
    if not has_links:
        monkeypatch.setattr(os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EPERM, "no links")))
    draft = published.with_name(".draft")
    draft.write_bytes(b"new")
    with published.open("rb") as opened:
        before = opened.read()
        put_in_place(draft, published)
        opened.seek(0)
        assert opened.read() == before  # a reader keeps what it opened

    for thread in threading.enumerate():
        if thread.name == copies.REMOVAL:
            thread.join()
    assert (published.read_bytes(), files_of(published)) == (b"new", [published.name])


def test_an_old_file_that_a_killed_command_left_is_removed(published, monkeypatch):
    monkeypatch.setattr(copies, "LARGE", 0)
    published.with_name(f".{published.name}.former").write_bytes(b"older")
    draft = published.with_name(".draft")
    draft.write_bytes(b"new")
    monkeypatch.setattr(threading.Thread, "start", lambda _: None)  # killed before the removal

    before = published.read_bytes()
    put_in_place(draft, published)

    assert published.with_name(f".{published.name}.former").read_bytes() == before
    _remove_drafts(published.parent)
    assert files_of(published) == [published.name]


def test_a_build_that_fails_leaves_no_copy(published):
    with pytest.raises(RuntimeError), copied_ahead(published, is_wanted=True):
        raise RuntimeError("a model failed")

    assert files_of(published) == ["trigpoint.duckdb"]


def test_without_room_the_publication_makes_the_copy_and_says_what_is_wrong(published):
    with room_for(SECTOR):
        copied = CopyAhead(published)
        assert not copied.move_to(published.with_name("draft"))

    assert files_of(published) == ["trigpoint.duckdb"]


def test_no_copy_is_made_that_takes_the_room_of_the_models(published, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(2 * published.stat().st_size))

    with copied_ahead(published, is_wanted=True) as copied:
        assert copied is None


@pytest.mark.parametrize(("is_wanted", "is_there"), [(False, True), (True, False)])
def test_no_copy_is_made_that_is_of_no_use(published, is_wanted, is_there):
    if not is_there:
        published.unlink()

    with copied_ahead(published, is_wanted=is_wanted) as copied:
        assert copied is None
