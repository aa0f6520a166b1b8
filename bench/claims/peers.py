"""Counts what other ways of checking accept of the same offered values: make bench-claims-peers.

A library checks the quote: whether it stands in the text. None checks the value against the quote, or what the clause
says of it. The libraries have their own environment (`bench/peers/peers.txt`), apart from the project's.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

from bench.claims.probe import judge, outcome
from orchestrate.settings import PROJECT_ROOT
from tests.extract.claim_cases import ClaimCase, draw_claims

PEERS = PROJECT_ROOT / ".venv-peers" / "bin" / "python"
LIBRARIES = Path(__file__).parents[1] / "peers" / "grounding_peers.py"
GROUPS = ("mechanical", "meaning", "harmless")


def is_in(quote: str, text: str) -> bool:
    """The plainest check: the quote is in the text, apart from case, Unicode form and white space."""
    return bool(quote.strip()) and _normal(quote) in _normal(text)


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().casefold()


def ask_libraries(cases: list[ClaimCase]) -> dict[str, list[bool]]:
    pairs = [[case.quote, case.record.text] for case in cases]
    done = subprocess.run([PEERS, LIBRARIES], input=json.dumps(pairs), capture_output=True, text=True, check=True)
    return {name: result["accepted"] for name, result in json.loads(done.stdout).items()}


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    cases = list(draw_claims())
    claims = [outcome(claim) for _, claim in judge(cases)[0]]
    results = {
        "trigpoint, verified": [said == "verified" for said in claims],
        "trigpoint, kept": [said != "rejected" for said in claims],
        "normalised in": [is_in(case.quote, case.record.text) for case in cases],
    }
    if PEERS.exists():
        results |= ask_libraries(cases)
    else:
        print("The libraries are not installed: make bench-grounding installs them.", file=sys.stderr)
    right = [is_in(case.quote, case.record.text) for case in cases]
    groups = [*GROUPS, "wrong quote"]
    of = [
        [case.template.group] + (["wrong quote"] if not stands and case.template.group != "harmless" else [])
        for case, stands in zip(cases, right, strict=True)
    ]
    totals = Counter(group for named in of for group in named)
    print(f"{'accepted':22}" + "".join(f"{group:>24}" for group in groups))
    for name, accepted in results.items():
        counts = Counter(group for named, is_kept in zip(of, accepted, strict=True) if is_kept for group in named)
        row = (f"{counts[g]} of {totals[g]} ({counts[g] / totals[g]:.1%})" if totals[g] else "-" for g in groups)
        print(f"{name:22}" + "".join(f"{cell:>24}" for cell in row))


if __name__ == "__main__":
    main()
