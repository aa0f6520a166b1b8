"""The tables of `raw` that dlt fills, as Arrow schemas."""

from __future__ import annotations

import pyarrow as pa

RECORDS = pa.schema(
    [
        ("run_id", pa.string()),
        ("source_record_id", pa.string()),
        ("payload", pa.string()),
        ("payload_hash", pa.string()),
        ("request_id", pa.string()),
        ("fetched_at", pa.timestamp("us")),
        ("result_rank", pa.int64()),
    ]
)
CALLS = pa.schema(
    [(name, pa.string()) for name in ("request_id", "run_id", "source", "method", "url", "request_body")]
    + [(name, pa.int64()) for name in ("page", "status", "attempts", "records", "bytes")]
    + [(name, pa.float64()) for name in ("ms", "cost_usd")]
    + [(name, pa.string()) for name in ("error_kind", "error_text")]
    + [("started_at", pa.timestamp("us"))]
)
REJECTS = pa.schema(
    [(n, pa.string()) for n in ("run_id", "source", "request_id", "source_record_id", "reason", "payload")]
    + [("rejected_at", pa.timestamp("us"))]
)
