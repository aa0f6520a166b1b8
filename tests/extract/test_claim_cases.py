"""The cases of the probe are many, of all kinds, and state what they test."""

from collections import Counter

from extract.grounding import find_quote
from tests.extract.claim_cases import SLOT, draw_claims, read_templates


def test_the_probe_has_many_cases_of_each_group_and_half_of_its_templates_are_held_out():
    templates, cases = read_templates(), list(draw_claims())
    held_out = sum(template.is_held_out for template in templates)

    assert len(templates) >= 300
    assert len(cases) >= 4000
    assert 0.4 < held_out / len(templates) < 0.6
    assert set(Counter(t.group for t in templates)) == {"mechanical", "meaning", "harmless"}
    assert not [case for case in cases if SLOT.search(case.record.text + case.quote) or not case.value]


def test_the_quote_of_a_case_about_meaning_is_in_its_text():
    cases = [case for case in draw_claims() if case.template.group == "meaning"]

    assert [case.record.text for case in cases if find_quote(case.quote, case.record.text) is None] == []
