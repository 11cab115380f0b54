"""Contrasts of spots with their rings, for known changes of melanin and blood."""

import numpy as np
import pytest
from spotted import drawn_discs, quiet, skin_maps
from tolerance import assert_close

from pigmeter.colour.cielab import ciede2000
from pigmeter.colour.quantities import REGRESSED, spectral_quantities
from pigmeter.colour.reading import terms
from pigmeter.measurement.spot_candidates import answers_of, camera_noise, find_candidates, mottle_of
from pigmeter.measurement.spot_contrasts import (
    PIGMENT_CHANGES,
    READ,
    explained,
    measure_contrasts,
)
from pigmeter.measurement.spot_outlines import outline_candidates
from pigmeter.reference import read_table
from pigmeter.synthetic import subject
from pigmeter.synthetic.optics import reflectance

MM = 0.1


def contrasts(found, noise=None, change=None, key="melanin_index"):
    noise = noise or quiet()
    halves = (
        found.maps[key].reshape(found.skin.shape[0] // 2, 2, found.skin.shape[1] // 2, 2).mean(axis=(1, 3))
    )
    answers, levels = answers_of(halves, 0.2)
    taken, owner = [], np.zeros(halves.shape, np.int32)
    candidates = find_candidates(answers, mottle_of(answers), key, camera_noise(answers, key, found, noise))
    outline_candidates(candidates, levels, key, (1, -1), taken, owner)
    return measure_contrasts(taken, found, MM, noise, change)


def test_the_contrasts_of_a_disc_are_those_drawn():
    found = skin_maps((500, 500), melanin=drawn_discs((500, 500), MM, [(25.0, 25.0, 2.0, 8.0)]))
    (contrast,) = contrasts(found)
    expected = {"melanin_index": 8.0, "haemoglobin_index": -4.4, "L": -7.2, "a": 1.36, "b": 4.56}
    for key, value in expected.items():
        assert_close(contrast.difference[key], value, 0.05)
    assert_close(contrast.ring["melanin_index"], 30.0, 0.02)
    inside = np.degrees(np.arctan2(15.0 - 7.2, 18.0 + 4.56))
    assert_close(contrast.difference["ita"], inside - np.degrees(np.arctan2(15.0, 18.0)), 0.3)
    assert 5 < contrast.difference["dE00"] < 9
    assert_close(contrast.peak, 8.0, 0.3)
    assert contrast.filled > 0.9


def test_a_gradient_and_a_neighbour_change_nothing():
    melanin = drawn_discs((500, 500), MM, [(25.0, 25.0, 2.0, 8.0), (25.0, 29.5, 1.0, 20.0)])
    melanin += 0.5 * np.arange(500) * MM
    near = [c for c in contrasts(skin_maps((500, 500), melanin=melanin)) if abs(c.outline.centre[0] - 25) < 1]
    assert_close(near[0].difference["melanin_index"], 8.0, 0.3)


def test_uncertainty_grows_with_the_noise():
    found = skin_maps((500, 500), melanin=drawn_discs((500, 500), MM, [(25.0, 25.0, 2.0, 8.0)]))
    low, high = (contrasts(found, quiet(spread))[0].uncertainty for spread in (0.1, 1.0))
    assert 0 < low < high


def test_blood_is_read_by_the_change_table_and_of_a_red_spot_by_both():
    """With tables that are linear in the log responses, levels are inverted exactly."""
    rng = np.random.default_rng(2)
    level, change = np.zeros((10, 8)), np.zeros((10, 8))
    level[:4], change[:4] = rng.normal(20, 40, (4, 8)), rng.normal(20, 40, (4, 8))
    columns = [REGRESSED.index(key) for key in READ]
    around, within = np.array([0.1, 0.3, 0.2]), np.array([0.2, 0.35, 0.3])
    levels = {key: terms(around) @ level[:, c] for key, c in zip(READ, columns, strict=True)}
    steps = {key: (terms(within) - terms(around)) @ level[:, c] for key, c in zip(READ, columns, strict=True)}
    disc = drawn_discs((500, 500), MM, [(25.0, 25.0, 2.0, 1.0)])
    found = skin_maps((500, 500))
    assert abs(steps["melanin_index"]) > 3
    for key in READ:
        found.maps[key][:] = levels[key] + steps[key] * disc + rng.normal(0, 0.01, disc.shape)
    noise = quiet(1e-3)
    noise.weights = level
    plain = contrasts(found, noise)[0].difference
    spot = contrasts(found, noise, change)[0]
    changed = spot.difference
    for key, column in (("erythema_index", columns[1]), ("haemoglobin_index", columns[2])):
        assert_close(plain[key], steps[key], 0.02 * abs(steps[key]) + 0.02)
        expected = (terms(within) - terms(around)) @ change[:, column]
        if spot.kind == "red" and key == "haemoglobin_index":
            expected = (expected + steps[key]) / 2
        assert_close(changed[key], expected, 0.03 * abs(expected) + 0.05)
    assert_close(changed["melanin_index"], plain["melanin_index"], 1e-9)


def model(around):
    """What pigment does on skin of that melanin index, as the table that ships has it."""
    table = read_table("skin/pigment-changes.csv")
    return [np.interp(around, table.column("around"), table.column(name)) for name in PIGMENT_CHANGES]


def test_melanin_is_no_blood_and_blood_no_melanin():
    """What only one of them does is explained by it alone, though both indices move."""
    for around in (21.0, 32.0, 46.0):
        leaks, back = model(around)[:2]
        brown, red = explained(5.0, 5.0 * leaks, around)
        assert brown > 2
        assert_close(red, 0.0, 1e-9)
        brown, red = explained(8.0 * back, 8.0, around)
        assert red > 2
        assert_close(brown, 0.0, 1e-9)


@pytest.mark.parametrize("tone", ["very light", "light", "intermediate", "tan", "brown"])
def test_the_tables_of_melanin_and_blood_are_those_of_the_skin_model(tone):
    seen = []
    for seed in (1, 2, 3):
        who = subject(tone, seed)
        melanin = np.array([who.melanin, 1.15 * who.melanin, who.melanin])
        blood = np.array([who.blood, who.blood, 1.25 * who.blood])
        values = spectral_quantities(reflectance(melanin, blood, who.optics))
        own, bloods = (values[key] - values[key][0] for key in ("melanin_index", "haemoglobin_index"))
        lab = np.stack([values[key] for key in "Lab"], axis=-1)
        apart = [float(ciede2000(lab[0], lab[i])) for i in (1, 2)]
        seen.append((bloods[1] / own[1], own[2] / bloods[2], apart[0] / own[1], apart[1] / bloods[2]))
        around = float(values["melanin_index"][0])
    margins = (0.1, 0.05, 0.2, 0.05)
    for value, wanted, margin in zip(np.mean(seen, axis=0), model(around), margins, strict=True):
        assert_close(value, wanted, margin)
