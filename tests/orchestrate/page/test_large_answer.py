"""The page of a run with more than 200 answers: a made-up list of clubs beside what the sandbox knows."""

import csv
import json
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.long]

CLUBS = 200
STREETS = ("Abbey", "Baird", "Cairn", "Dean", "Esk", "Firth", "Gala", "Heriot", "Inver", "Jura")
ENDINGS = ("bank", "burn", "croft", "field", "gate", "haugh", "hill", "knowe", "law", "moor", "park", "rig", "side",
           "stone", "wood", "holm", "lea", "ford", "mount", "view")  # fmt: skip


def club(number: int) -> dict[str, str]:
    """A club with all that a good list says, some 700 m from the next one."""
    row, column = divmod(number, len(ENDINGS))
    name = f"{STREETS[row]}{ENDINGS[column]}"
    return {
        "Club ID": f"{number}",
        "Club Name": f"{name} Tennis Club",
        "Type": "Tennis club",
        "Street": f"{number + 1} {name} Road",
        "Post Town": "Edinburgh",
        "Country": "GB",
        "Phone": f"0131 496 {number:04}",
        "Website": f"https://www.{name.lower()}tennis.example",
        "E-mail": f"info@{name.lower()}tennis.example",
        "Latitude": f"{55.90 + 0.007 * row:.6f}",
        "Longitude": f"{-3.35 + 0.0145 * column:.6f}",
        "Opening Hours": "Mo-Fr 09:00-21:00; Sa-Su 10:00-18:00",
        "Description": f"{name} Tennis Club has {2 + number % 7} courts, and a clubhouse that members may hire.",
    }


def test_its_page_is_under_two_megabytes_and_has_the_evidence_of_each(command, tmp_path: Path):
    sources = tmp_path / "sources"
    sources.mkdir()
    with (sources / "clubs.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, club(0))
        writer.writeheader()
        writer.writerows(club(number) for number in range(CLUBS))
    given = {"TRIGPOINT_SOURCES_DIR": str(sources)}

    added, _, _ = command(tmp_path, "add", str(sources / "clubs.csv"), "--yes", **given)
    ended, out, _ = command(tmp_path, "run", "tennis clubs edinburgh", "--json", **given)
    page = (tmp_path / "sandbox" / "runs" / "latest.html").read_bytes()

    assert (added, ended) == (0, 0)
    assert len(json.loads(out)["entities"]) > CLUBS
    assert page.count(b'<details class="place"') == len(json.loads(out)["entities"])
    assert b"The page is full" not in page
    assert len(page) < 2_000_000
