"""The layout of the code: no folder has too many files."""

import subprocess
from collections import Counter
from pathlib import PurePosixPath

from orchestrate.settings import PROJECT_ROOT

MOST_FILES = 12


def test_no_folder_holds_more_than_12_files_of_python():
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    files = Counter(str(PurePosixPath(path).parent) for path in listed.stdout.splitlines())

    assert {folder: number for folder, number in files.items() if number > MOST_FILES} == {}
