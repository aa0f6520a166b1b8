"""A target has the form that its source understands."""

import pytest

from ingest.connectors import CONNECTORS
from ingest.target_forms import TARGET_FORMS
from ingest.target_forms.google_places import fault as fault_of_type
from ingest.target_forms.openstreetmap import fault, of_tags


def test_each_form_is_one_of_a_source():
    assert set(TARGET_FORMS) <= set(CONNECTORS)


def test_a_tag_with_several_values_is_found_by_each():
    assert of_tags(("amenity=restaurant", "cuisine=thai")) == '["amenity"="restaurant"]["cuisine"~"(^|;) *thai *($|;)"]'
    assert of_tags(("shop=*",)) == '["shop"]'


def test_what_google_takes_for_a_type_is_one_word():
    assert fault_of_type("art_gallery") is None
    assert (fault_of_type("art gallery"), fault_of_type("Gym")) == (fault_of_type("gym|pool"),) * 2


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        pytest.param('["sport"="padel"]["access"!="private"]', "", id="two-filters"),
        pytest.param('[~"^sport$"~"padel",i]', "", id="a-pattern-of-keys"),
        pytest.param('"sport"="padel"', "is no filter of Overpass", id="no-brackets"),
        pytest.param('["sport"="padel"];out', "is no filter of Overpass", id="another-statement"),
        pytest.param('["sport"~"(padel"]', 'has the pattern "(padel", which is no regular expression', id="pattern"),
    ],
)
def test_what_overpass_refuses_is_said(target, wrong):
    assert (fault(target) or "").startswith(wrong)
