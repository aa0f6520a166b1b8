"""The registrable domain in SQL is that of the Public Suffix List, and in Python it is the same."""

import csv

import duckdb
import pytest
from publicsuffixlist import PublicSuffixList

from extract.web.domains import registrable_domain
from making.public_suffixes import suffixes
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from tests.models.macros.test_macros import rendered

HOSTS = (PROJECT_ROOT / "tests" / "data" / "hosts.txt").read_text(encoding="utf-8").split()
PUBLIC_SUFFIXES = PublicSuffixList()
SHARED = ["club.wordpress.com", "www.club.wordpress.com", "club.weebly.com", "club.blogspot.co.uk"]


@pytest.fixture(scope="module")
def in_sql() -> dict[str, str | None]:
    with duckdb.connect() as connection:
        connection.execute("create table public_suffixes as from read_csv(?)", [str(SEEDS_DIR / "public_suffixes.csv")])
        connection.execute("create table pages (url varchar)")
        connection.executemany("insert into pages values (?)", [[f"https://{host}/a?b=1"] for host in HOSTS + SHARED])
        sql = rendered("registrable_domains('pages', 'url')")
        return dict(connection.execute(sql).fetchall())


@pytest.mark.parametrize("host", HOSTS)
def test_sql_and_the_list_agree(host, in_sql):
    assert in_sql[host.removeprefix("www.")] == PUBLIC_SUFFIXES.privatesuffix(host.removeprefix("www."))


@pytest.mark.parametrize("host", HOSTS + SHARED)
def test_sql_and_python_agree(host, in_sql):
    assert in_sql[host.removeprefix("www.")] == registrable_domain(host.removeprefix("www."))


@pytest.mark.parametrize("host", SHARED)
def test_sites_of_one_shared_host_are_not_one_voice(host, in_sql):
    bare = host.removeprefix("www.")

    assert in_sql[bare] == bare


def test_the_seed_is_the_list_of_the_locked_package():
    with (SEEDS_DIR / "public_suffixes.csv").open(encoding="utf-8") as file:
        rows = {row["suffix"]: (int(row["labels"]), row["section"]) for row in csv.DictReader(file)}

    assert rows == {row.suffix: (row.labels, row.section) for row in suffixes()}, "run: make suffixes"
