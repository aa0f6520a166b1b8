"""A command that reads the claims of all entities refuses a warehouse that holds only some."""

import duckdb
import pytest

from orchestrate.errors import UsageError
from orchestrate.store.queries import check_holds_all_claims, is_of_what_changed


@pytest.mark.parametrize(
    ("build_scope", "is_of_some"),
    [
        pytest.param(["create table ops.build_scope as select 'changed' as scope"], True, id="what changed"),
        pytest.param(["create table ops.build_scope as select 'all' as scope"], False, id="all"),
        pytest.param(["create table ops.build_scope (scope varchar)"], False, id="nothing built"),
        pytest.param([], False, id="of a version that ranked all"),
    ],
)
def test_only_a_build_of_what_changed_holds_some_claims(build_scope, is_of_some):
    connection = duckdb.connect()
    for statement in ["create schema ops", *build_scope]:
        connection.execute(statement)

    try:
        check_holds_all_claims(connection)
        is_refused = False
    except UsageError as error:
        is_refused = str(error).endswith("trigpoint build --full")

    assert (is_of_what_changed(connection), is_refused) == (is_of_some, is_of_some)
