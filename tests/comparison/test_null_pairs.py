"""Skin that did not change, photographed twice: how often a change is told all the same."""

import numpy as np
import pytest
import visit_pairs
from scipy.stats import binom
from source_tree import ROOT

import pigmeter as pm
from pigmeter.comparison.change_value import UNDETECTED
from pigmeter.comparison.repeatability import unmoved_skin
from pigmeter.synthetic import TONES

KEYS = ("melanin_index", "haemoglobin_index", "erythema_index", "L", "a", "b")
CHANCE = 0.001  # of a test that fails though one comparison in twenty is false, as it may be
PAIRS = [
    (tone, 50 + number, ("daylight", "daylight" if number % 2 else "led-neutral"))
    for number, tone in enumerate(TONES)
]


def most(n):
    """So many of n may be false where each is with a probability of 5 %."""
    return int(binom.ppf(1 - CHANCE, n, 0.05))


@pytest.fixture(scope="module")
def changes():
    """A pair of every tone, lamps and all other circumstances differing."""
    return [
        pm.compare(*visit_pairs.measured(tone, seed, lamps=lamps)[1:], repeatability=unmoved_skin())
        for tone, seed, lamps in PAIRS
    ]


def test_the_band_is_that_of_its_number_of_pairs():
    """By hand: of 7 families at 5 % each, four false ones have a probability of 0.02 %, three of 0.4 %."""
    assert most(7) == 3
    assert most(2000) == 131


def test_every_pair_is_aligned(changes):
    assert all(change.alignment is not None for change in changes)


def test_few_families_hold_a_false_change(changes):
    false = [
        any(value.in_family and value.verdict not in (UNDETECTED, None) for value in change.values)
        for change in changes
    ]
    assert sum(false) <= most(len(false))


def test_intervals_hold_no_change_and_are_not_boundless(changes):
    """One comparison a pair is as good as independent of the others; the ten of a pair are not."""
    for key in KEYS:
        found = [
            value
            for change in changes
            for value in change.values
            if value.key == key and value.region == "skin" and not value.against
        ]
        assert len(found) == len(changes)
        outside = sum(not value.low <= 0 <= value.high for value in found)
        assert outside <= most(len(found)), key
        off = np.sqrt(np.mean([(value.change / value.uncertainty) ** 2 for value in found]))
        assert off > 0.15, f"intervals of {key} are many times too wide"


def test_changes_between_sessions_are_not_told_falsely(monkeypatch):
    """The fast level of benchmarks/accuracy_change.py: charts and skin without a picture, all tones."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import change_sessions as sessions

    pairs = sessions.judge_pairs(sessions.plan(45, 0), seed=5)
    false = [any(told.changed and told.in_family for told in pair.told) for pair in pairs]
    assert sum(false) <= most(len(false))
    for key in KEYS:
        first = [told for pair in pairs for told in pair.told if told.key == key][:: len(sessions.PLACES)]
        assert sum(not told.low <= told.true <= told.high for told in first) <= most(len(first)), key
