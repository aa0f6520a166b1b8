#!/usr/bin/env bash
# Run the same queries with the code of two checkouts, and compare what each publishes: golden_diff.sh BEFORE AFTER
set -euo pipefail
queries=("powerleague portobello" "padel courts edinburgh" "ev charging leith" "libraries in leith" "puregym edinburgh")

for side in "$1" "$2"; do
    make --no-print-directory -C "$side" .venv/.installed
    for query in "${queries[@]}"; do
        (cd "$side" && .venv/bin/trigpoint run "$query" --json >/dev/null)
    done
done

files=("$PWD/$1/data/sandbox/trigpoint.duckdb" "$PWD/$2/data/sandbox/trigpoint.duckdb")
"$2/.venv/bin/trigpoint" diff "${files[@]}" --markdown --html diff.html >diff.md
cat diff.md >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
