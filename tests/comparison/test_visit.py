import datetime
import json

import paired_skin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigmeter.comparison.visit import POLARISATIONS, Visit, differs, read_visits, visit_from_json
from pigmeter.errors import UsageError
from pigmeter.regions.sites import SIDES


def test_a_file_tells_time_and_camera():
    visit = Visit.from_photo(paired_skin.photographed())
    assert visit == Visit(date="2026-01-15T10:00:00", camera="pigmeter synthetic phone")
    assert visit.timed
    assert visit.day == datetime.date(2026, 1, 15)


def test_what_is_declared_goes_before_what_the_file_tells():
    visit = Visit(date="2026-01-15T10:00:00", camera="A").overridden(Visit(date="2026-01-16", side="left"))
    assert visit == Visit(date="2026-01-16", camera="A", side="left")
    assert visit.overridden(None) is visit
    assert not visit.timed


def test_make_up_can_be_denied_as_well_as_declared():
    assert Visit(covered=True).overridden(Visit(covered=False)).covered is False


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"date": "15.1.2026"}, r"date of a visit is '15\.1\.2026'; expected a day as 2026-01-15"),
        ({"side": "up"}, "side of a visit is 'up'; expected left, right or midline"),
        ({"polarisation": "circular"}, "expected cross, parallel or none"),
        ({"covered": "yes"}, "covered of a visit is 'yes'; expected true or false"),
        ({"lens": 50}, "lens of a visit is 50; expected text"),
        ({"sides": "left"}, "a visit has no 'sides' \\(known: date, label, side"),
    ],
)
def test_a_wrong_form_is_told(wrong, words):
    with pytest.raises(UsageError, match=words) as refusal:
        visit_from_json(wrong)
    assert refusal.value.code == "VISIT_FORM"


def test_words_of_people_are_understood():
    visit = visit_from_json(
        {"side": "L", "polarisation": "XP", "label": "After", "date": datetime.date(2026, 3, 1)}
    )
    assert (visit.side, visit.polarisation, visit.role, visit.date) == (
        "left",
        "cross",
        "follow-up",
        "2026-03-01",
    )
    assert Visit(label="week 6").role is None


_words = st.none() | st.text(max_size=8)


@given(
    st.builds(
        Visit,
        date=st.none() | st.dates().map(str) | st.datetimes().map(lambda time: time.isoformat()),
        label=_words,
        side=st.none() | st.sampled_from(SIDES),
        view=_words,
        polarisation=st.none() | st.sampled_from(POLARISATIONS),
        camera=_words,
        procedure=_words,
        procedure_date=st.none() | st.dates().map(str),
        covered=st.none() | st.booleans(),
    )
)
def test_a_visit_survives_json(visit):
    assert visit_from_json(json.loads(json.dumps(visit.to_json()))) == visit


def test_visits_are_read_from_json_and_toml(tmp_path):
    path = tmp_path / "visits.json"
    path.write_text('{"baseline": {"side": "left"}}', encoding="utf-8")
    assert read_visits(path) == (Visit(side="left"), Visit())
    path = tmp_path / "visits.toml"
    path.write_text('[follow_up]\ndate = 2026-03-01\npolarisation = "crossed"\n', encoding="utf-8")
    assert read_visits(path) == (Visit(), Visit(date="2026-03-01", polarisation="cross"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", r"visits.json: the file of visits cannot be read \(JSONDecodeError\)"),
        ("[1]", "visits.json: the file of visits holds list; expected baseline and follow_up"),
        ('{"before": {}}', "holds before; expected baseline and follow_up"),
        ('{"baseline": 3}', "visits.json: a visit of a visit is 3|a visit is 3; expected a table"),
        ('{"baseline": {"side": "up"}}', "visits.json: side of a visit is 'up'"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(tmp_path, text, words):
    path = tmp_path / "visits.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        read_visits(path)


def test_descriptions_differ_in_more_than_case_and_spaces():
    assert differs("iPhone 15", "iPhone 16")
    assert not differs(" iphone  15", "iPhone 15")
    assert not differs(None, "iPhone 15")
