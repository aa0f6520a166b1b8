"""Counts by kind which offered values are verified, accepted and rejected: make bench-claims.

The cases are those of `tests/extract/claim_cases.py`. `--held-out` counts only the half of the templates that nobody
looks at while rules are written; `--show KIND` prints the cases of a kind that come out wrong, of the other half.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

from extract.judging import check_value
from extract.schema import Claim
from extract.text.lexicon import load_lexicon
from orchestrate.settings import SEEDS_DIR
from tests.extract.claim_cases import ClaimCase, draw_claims

Judged = tuple[ClaimCase, Claim | None]
WARM_UP = 600  # cases, and one of each field in each country


def judge(cases: Sequence[ClaimCase]) -> tuple[list[Judged], float]:
    """Each case with its claim, and the milliseconds of the processor for a claim.

    Patterns and lists that are loaded once do not count: the first cases are judged before the clock starts.
    """
    lexicon = load_lexicon(SEEDS_DIR)
    lexicons = {case.query: lexicon.for_query(case.query) for case in cases}

    def check(case: ClaimCase) -> Claim | None:
        return check_value(case.field, case.value, case.quote, case.record, case.query, lexicons[case.query])

    first = {(case.query.country, case.field): case for case in reversed(cases)}
    warm = {id(case) for case in (*cases[:WARM_UP], *first.values())}
    judged = [(case, check(case)) for case in cases if id(case) in warm]
    cold = [case for case in cases if id(case) not in warm]
    started = time.process_time()
    judged += [(case, check(case)) for case in cold]
    return judged, (time.process_time() - started) * 1000 / max(1, len(cold))


def outcome(claim: Claim | None) -> str:
    return "rejected" if claim is None or not claim.is_kept else claim.verification or ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--show", default=None)
    asked = parser.parse_args()
    judged, each = judge(list(draw_claims()))
    if asked.show:
        _show([pair for pair in judged if not pair[0].template.is_held_out], asked.show)
        return
    judged = [pair for pair in judged if pair[0].template.is_held_out or not asked.held_out]
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for case, claim in judged:
        for kind in (case.template.kind, "all"):
            counts[case.template.group, kind][outcome(claim)] += 1
    print(f"{'':32}{'verified':>10}{'inferred':>10}{'rejected':>10}{'accepted':>10}")
    for (group, kind), of in sorted(counts.items()):
        accepted = (of["verified"] + of["inferred"]) / of.total()
        print(f"{group + ' ' + kind:32}{of['verified']:>10}{of['inferred']:>10}{of['rejected']:>10}{accepted:>10.1%}")
    print(f"{len(judged)} cases, {each:.3f} ms each, nearly all the first of their text")


def _show(judged: Sequence[Judged], kind: str) -> None:
    for case, claim in judged:
        is_wrong = (outcome(claim) == "rejected") == (case.template.group == "harmless")
        if is_wrong and kind in (case.template.kind, case.template.group):
            done = f"{outcome(claim)} {claim.null_reason if claim else None}"
            print(f"{case.template.kind}: {done} | {case.field}={case.value} | {case.record.snippet!r}")


if __name__ == "__main__":
    main()
