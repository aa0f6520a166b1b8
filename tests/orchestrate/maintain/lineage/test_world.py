"""The lineage of the whole project, judged by the data of the world."""

import re

import pytest

from orchestrate.maintain.lineage.graph import Cell
from orchestrate.maintain.lineage.pictured import coverage, page_data
from orchestrate.render.pages.lineage_page import lineage_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lineage(world):
    return world.docs[1].columns


def test_every_column_of_the_marts_reaches_a_source_field_a_seed_or_a_literal(world, lineage):
    reach = coverage(lineage)
    ((columns,),) = world.rows("select count(*) from duckdb_columns() where schema_name = 'marts' and not internal")

    assert (reach.columns, reach.reached) == (columns, columns)


def test_every_model_gives_the_columns_that_the_database_has(world, lineage):
    published = world.rows(
        "select 'marts.' || table_name, list(column_name) from duckdb_columns() "
        "where schema_name = 'marts' group by all"
    )

    assert {name: sorted(columns) for name, columns in published} == {
        name: sorted(table.columns) for name, table in lineage.tables.items() if table.stage == "marts"
    }


def test_no_winner_comes_from_a_source_that_the_lineage_does_not_know(world, lineage):
    """The judge is the data: a cell of `entities` with a value of a source must lead to that source."""
    won = world.rows("select distinct field_name, source_name from marts.entity_claims where is_winner")
    columns = lineage.tables["marts.entities"].columns
    unknown = {
        (field, source)
        for field, source in won
        if field in columns
        and not any(source in origin.table for origin in lineage.origins(Cell("marts.entities", field)))
    }

    assert len(won) > 60
    # Open Charge Map gives one category to all, a literal of its model; an area comes from the seed.
    assert unknown <= {("raw_categories", "open_charge_map"), ("locality", "derived"), ("city", "derived")}


def test_a_phone_leads_to_the_phones_of_the_sources_and_to_no_other_field(lineage):
    origins = {str(origin) for origin in lineage.origins(Cell("marts.entities", "phone"))}

    assert "raw.google_places.payload.internationalPhoneNumber|nationalPhoneNumber" in origins
    assert "raw.openstreetmap.payload.tags.phone|contact:phone|telephone|contact:telephone|contact:tel" in origins
    assert not [one for one in origins if re.search("rating|postcode|hours", one, re.IGNORECASE)]


def test_the_page_asks_for_nothing_and_no_text_is_markup(lineage):
    data = page_data(lineage)
    data["tables"][0][2] = "</script><script>alert(1)</script>"
    page = lineage_page(data, 1, 1)

    assert "alert(1)</script>" not in page
    assert not re.search(r"""(src|href)=["']""", page)
    assert "default-src 'none'" in page
