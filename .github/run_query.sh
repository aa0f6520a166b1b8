#!/usr/bin/env bash
# Run the query in QUERY. The summary of the job gets the report or, without one, the reason and the exit code. Ends as the
# run ended. All who may read the repository see both, so the places of real sources are not printed.
set -uo pipefail
report=$(mktemp)
narration=$(mktemp)

.venv/bin/trigpoint run 2>&1 >"$report" | tee "$narration"
code=${PIPESTATUS[0]}
if [ "${TRIGPOINT_MODE:-sandbox}" = live ]; then
    sed -i '/^Final Entities /,$d' "$report"
    echo "The places are in the artifact, as far as they may be passed on." >>"$report"
fi
cat "$report"

as_text() { sed 's/^/    /' "$1"; } # indented: in Markdown that is text, and no line of it can end it

{
    if [ "$code" -ne 0 ]; then
        printf '**The run ended with exit code %s.**\n\n' "$code"
        as_text "$narration"
        echo
    fi
    as_text "$report"
} >>"${GITHUB_STEP_SUMMARY:?}"
exit "$code"
