"""Tabulated skin against the spectra themselves."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.colour.quantities import QUANTITIES, spectral_quantities
from pigmeter.synthetic.camera import make_camera, response
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.lookup import tabulate
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject

EFFECTIVE = response(make_camera("phone"), lamp_power("led-warm"))


@pytest.mark.parametrize("tone", TONES)
def test_a_table_meets_every_pixel_s_own_spectrum(tone):
    person = subject(tone, 1)
    rng = np.random.default_rng(8)
    # Wider than anything draw_pigments makes: clear skin at -30 %, spots of 0.2, four times the blood.
    melanin = rng.uniform(0.7 * person.melanin, 1.3 * person.melanin + 0.2, (40, 50)).astype(np.float32)
    blood = rng.uniform(0.6 * person.blood, 4 * person.blood, (40, 50)).astype(np.float32)
    seen, true = tabulate(melanin, blood, person.optics, EFFECTIVE)
    spectra = reflectance(melanin, blood, person.optics)
    assert true.names == tuple(QUANTITIES)
    assert_close(seen.look_up(melanin, blood), spectra @ EFFECTIVE, 1e-4)
    found, expected = true.look_up(melanin, blood), spectral_quantities(spectra)
    for column, name in enumerate(true.names):
        assert_close(found[..., column], expected[name], 0.03)


def test_nodes_are_exact_and_the_edge_belongs_to_the_table():
    melanin = np.array([[0.1, 0.9]], dtype=np.float32)
    blood = np.array([[0.01, 0.08]], dtype=np.float32)
    seen, _ = tabulate(melanin, blood, subject("tan").optics, EFFECTIVE)
    spectra = reflectance(melanin, blood, subject("tan").optics)
    assert_close(seen.look_up(melanin, blood), spectra @ EFFECTIVE, 1e-6)


def test_uniform_skin_can_be_tabulated():
    flat = np.full((3, 4), 0.2, dtype=np.float32)
    seen, _ = tabulate(flat, flat / 10, subject("tan").optics, EFFECTIVE)
    found = seen.look_up(flat, flat / 10)
    assert np.isfinite(found).all()
    assert_close(found, found[0, 0], 0.0)


def test_more_than_one_chunk():
    person = subject("tan")
    melanin = np.linspace(0.1, 0.3, 70000, dtype=np.float32).reshape(7, 10000)
    blood = np.full_like(melanin, person.blood)
    blood[0, 0] *= 1.1
    seen, _ = tabulate(melanin, blood, person.optics, EFFECTIVE)
    assert np.all(np.diff(seen.look_up(melanin, blood)[1:].reshape(-1, 3), axis=0) < 1e-6)
