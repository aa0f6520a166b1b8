"""Every answer is landed or rejected with a reason, and every landed payload can be staged."""

import duckdb
import pytest

from tests.models.staged_fuzz import copy_of, doubled_claims, read_and_stage
from tests.wire_fuzz import land_fuzz

PER_SOURCE, SEED = 3_334, 20_260


@pytest.mark.no_cover  # other tests run the same lines, and without it this takes half as long
def test_mutated_payloads_are_landed_or_rejected_and_never_raise(project, tmp_path):
    with duckdb.connect(str(copy_of(project, tmp_path))) as connection:
        outcomes = land_fuzz(connection, tmp_path / "dlt", PER_SOURCE, SEED)
        reasons = connection.execute("select distinct split_part(reason, ':', 1) from raw.rejects").fetchall()

        faults = read_and_stage(connection, project)
        doubled = doubled_claims(connection)

    assert [outcome.error_kind for outcome in outcomes if outcome.error_kind not in (None, "partial")] == []
    for outcome in outcomes:
        assert outcome.fetched == PER_SOURCE == outcome.landed + outcome.rejected + outcome.repeated, outcome.source
        assert outcome.landed > PER_SOURCE / 3, outcome.source
    assert {reason for (reason,) in reasons} == {
        "duplicate key",
        "changed type",
        "nested more than 254 levels deep",
        "no usable id",
        "number out of range",
        "not an object",
    }
    assert faults == [], f"seed {SEED}"
    assert doubled == [], f"seed {SEED}"
