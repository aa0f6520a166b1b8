"""The probe of offered values meets its goals: what is wrong is refused, what is right is accepted."""

from collections import Counter, defaultdict

from bench.claims.probe import judge, outcome
from tests.extract.claim_cases import draw_claims


def test_wrong_values_are_refused_and_right_ones_accepted_in_any_spelling():
    judged, _ = judge([case for number, case in enumerate(draw_claims()) if number % 3 == 0])
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case, claim in judged:
        counts[case.template.group][outcome(claim)] += 1
    mechanical, meaning, harmless = (counts[group] for group in ("mechanical", "meaning", "harmless"))

    assert mechanical["verified"] + mechanical["inferred"] == 0
    assert meaning["verified"] == 0
    assert meaning["inferred"] <= 0.05 * meaning.total()
    assert harmless["rejected"] <= 0.02 * harmless.total()
