"""Counts the wrong claims that Trigpoint and two libraries accept: make bench-grounding.

All get the same claims, from `tests/extract/grounding_cases.py`. A library accepts a claim if it finds the quote in the
text, with its defaults. Neither library checks whether the quote supports the value, so those claims have their own
column. The libraries have their own environment (`bench/peers/peers.txt`), apart from the project's.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from extract.judging import check_value
from extract.text.lexicon import load_lexicon
from orchestrate.settings import PROJECT_ROOT, SEEDS_DIR
from tests.extract.grounding_cases import QUERY, Case, draw_cases

PEERS = PROJECT_ROOT / ".venv-peers" / "bin" / "python"


def decide(cases: list[Case]) -> tuple[list[bool], float]:
    """Whether each claim is kept, and the milliseconds for each claim."""
    lexicon = load_lexicon(SEEDS_DIR)
    started = time.perf_counter()
    claims = [check_value(c.field, c.value, c.quote, c.record, QUERY, lexicon) for c in cases]
    each = (time.perf_counter() - started) * 1000 / len(cases)
    return [claim is not None and claim.is_kept for claim in claims], each


def ask_peers(cases: list[Case]) -> dict[str, tuple[list[bool], float]]:
    pairs = [[case.quote, case.record.text] for case in cases]
    done = subprocess.run(
        [PEERS, Path(__file__).with_name("grounding_peers.py")],
        input=json.dumps(pairs), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {name: (result["accepted"], result["ms_each"]) for name, result in json.loads(done.stdout).items()}


def share(accepted: list[bool], cases: list[Case], which: tuple[bool, bool]) -> str:
    of = [a for a, case in zip(accepted, cases, strict=True) if (case.is_right, case.is_quote_right) == which]
    return f"{sum(of)} of {len(of)} ({sum(of) / len(of):.1%})"


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    cases = draw_cases()
    rounds = [decide(cases) for _ in range(5)]
    results = {"trigpoint": (rounds[0][0], statistics.median(each for _, each in rounds))}
    if PEERS.exists():
        results |= ask_peers(cases)
    else:
        print("The other libraries are not installed. Install and run them with: make bench-grounding", file=sys.stderr)
    print(f"{'':14}{'wrong quote':>22}{'quote right, value not':>26}{'right, as spelled':>22}{'ms each':>10}")
    for name, (accepted, each) in results.items():
        shares = [share(accepted, cases, which) for which in ((False, False), (False, True), (True, True))]
        print(f"{name:14}{shares[0]:>22}{shares[1]:>26}{shares[2]:>22}{each:>10.3f}")


if __name__ == "__main__":
    main()
