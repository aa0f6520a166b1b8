"""The functions that Spark gets from us give what DuckDB gives."""

from __future__ import annotations

import duckdb
import pytest

from engines.spark.registered import json_merge_all


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(['{"html":"<p>","place":null}', '{"html":null,"etag":null}'], id="a_null_of_the_first_stays"),
        pytest.param(['{"a":{"b":1,"c":null}}', '{"a":{"b":null},"d":{"e":null,"f":2}}'], id="inner_objects"),
        pytest.param(["{}", '{"a":null,"b":"é"}', '{"a":[1,null]}'], id="one_after_the_other"),
        pytest.param(['{"a": 1}', None], id="null"),
    ],
)
def test_objects_are_merged_as_duckdb_does(texts):
    merged = texts[0]
    with duckdb.connect() as connection:
        for text in texts[1:]:
            ((merged,),) = connection.execute("select json_merge_patch($1::json, $2::json)", [merged, text]).fetchall()

    assert json_merge_all(texts) == merged
