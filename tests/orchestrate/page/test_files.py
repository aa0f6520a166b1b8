"""The files of the pages."""

from datetime import datetime

from orchestrate.page.files import LATEST, make_latest, page_path, remove_old_pages, remove_overdue_pages, write_page

LIMIT = '<!doctype html><html><head><meta name="delete-by" content="2026-03-01T12:00:00"></head></html>'


def test_the_latest_page_is_that_of_the_last_run_and_no_earlier_page_changes(tmp_path):
    for run in ("r1", "r2"):
        write_page(page_path(tmp_path, run), run)
        make_latest(page_path(tmp_path, run))

    assert (tmp_path / LATEST).read_text() == "r2"
    assert page_path(tmp_path, "r1").read_text() == "r1"
    assert sorted(path.name for path in tmp_path.iterdir()) == [LATEST, "r1.html", "r2.html"]


def test_a_page_goes_when_the_terms_of_a_source_ask_for_it(tmp_path):
    write_page(page_path(tmp_path, "r1"), LIMIT)
    write_page(page_path(tmp_path, "r2"), "<!doctype html><p>no limit</p>")
    make_latest(page_path(tmp_path, "r1"))

    assert remove_overdue_pages(tmp_path, datetime(2026, 3, 1, 11)) == 0
    assert remove_overdue_pages(tmp_path, datetime(2026, 3, 1, 12)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["r2.html"]


def test_without_a_run_there_is_no_page_to_go(tmp_path):
    assert remove_overdue_pages(tmp_path / "runs", datetime(2026, 3, 1)) == 0


def test_the_pages_of_the_last_runs_are_kept_and_no_other_file_goes(tmp_path):
    runs = [f"2026010{day}T120000-abcdef0{day}" for day in range(1, 6)]
    for run in runs:
        write_page(page_path(tmp_path, run), run)
    write_page(page_path(tmp_path, runs[0], is_open=True), "open")
    write_page(tmp_path / "my page.html", "mine")
    make_latest(page_path(tmp_path, runs[0]))

    assert remove_old_pages(tmp_path, 0) == 0
    assert remove_old_pages(tmp_path, 2) == 4
    assert {path.name for path in tmp_path.iterdir()} == {
        LATEST, "my page.html", f"{runs[3]}.html", f"{runs[4]}.html",
    }  # fmt: skip
    assert (tmp_path / LATEST).read_text() == runs[0]
