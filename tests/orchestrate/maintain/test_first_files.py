"""`trigpoint init`."""

import stat

import pytest

from orchestrate.errors import UsageError
from orchestrate.maintain.first_files import write_first_files
from orchestrate.settings import Settings


def test_a_directory_gets_an_env_and_a_folder_for_lists(tmp_path):
    written = write_first_files(tmp_path / "new")

    assert [str(path.relative_to(tmp_path / "new")) for path in written] == [".env", "sources/README.md"]
    assert stat.S_IMODE(written[0].stat().st_mode) == 0o600
    assert Settings(_env_file=written[0]).mode == "sandbox"


def test_what_is_there_stays_as_it_is(tmp_path):
    (tmp_path / ".env").write_text("SERPER_API_KEY=mine\n")

    written = write_first_files(tmp_path)

    assert [path.name for path in written] == ["README.md"]
    assert (tmp_path / ".env").read_text() == "SERPER_API_KEY=mine\n"
    assert write_first_files(tmp_path) == []


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")

    with pytest.raises(UsageError, match="cannot be used"):
        write_first_files(tmp_path / "taken")
