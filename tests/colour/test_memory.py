"""What a fit taught about its camera survives another basis, other primaries and a file."""

import json

import numpy as np
import pytest
from patch_values import chart, photo, session
from tolerance import assert_close

from pigmeter.colour.knowledge import Knowledge
from pigmeter.colour.memory import memory_from_json
from pigmeter.colour.session import fit_profile, fit_profile_from_patches
from pigmeter.photo.spaces import named_space
from pigmeter.synthetic.lamp import lamp_power

SESSION = session(lamp="led-neutral")
BOTH = pytest.mark.parametrize("rendered", [False, True])


def fitted(rendered, **known):
    values = SESSION.record(SESSION.chart, rendered)
    return fit_profile_from_patches(values, rendered=rendered, knowledge=Knowledge(**known))


def answers(sensitivities):
    """What paints of unlike colours make of it."""
    return SESSION.chart @ sensitivities.T


@BOTH
def test_the_memory_is_the_camera_with_its_spread(rendered):
    memory = fitted(rendered).camera
    assert memory.sensitivities.shape == (3, 61)
    assert memory.heights.shape == (4, 5 if rendered else 0)
    assert memory.spread.shape[1] == 183 + memory.heights.size
    effective = SESSION.effective @ SESSION.matrix if rendered else SESSION.effective
    true = (effective / effective.sum(axis=0)).T
    seen, due = answers(memory.sensitivities), answers(true)
    spread = np.einsum("pw,mcw->mpc", SESSION.chart, memory.spread[:, :183].reshape(-1, 3, 61))
    sigma = np.sqrt((spread**2).sum(axis=0))
    assert sigma.max() < 0.05
    assert np.abs((seen - due) / np.hypot(sigma, 0.01 * due)).max() < 4


@BOTH
def test_another_basis_keeps_what_was_learnt(rendered):
    """With a lamp named the basis has more components; the camera that is remembered is nearly the same."""
    plain, extended = fitted(rendered).camera, fitted(rendered, lamp=lamp_power("led-neutral")).camera
    assert extended.spread.shape[0] > plain.spread.shape[0]
    assert_close(answers(extended.sensitivities), answers(plain.sensitivities), 0.02)


def test_other_primaries_are_the_same_camera():
    linear = np.minimum(SESSION.linear(SESSION.chart) @ SESSION.matrix, 1)
    plain = fit_profile(photo(straight=True, levels=65536), chart=chart(linear * 65535))
    wide = named_space("Display P3", 65536)
    unmixing = np.linalg.inv(wide.primaries) @ named_space("sRGB", 65536).primaries
    mixed = photo("Display P3", levels=65536, straight=True)
    found = fit_profile(mixed, chart=chart(linear @ unmixing.T * 65535))
    assert_close(answers(found.camera.sensitivities), answers(plain.camera.sensitivities), 0.02)


@BOTH
def test_a_memory_comes_back_from_json_bit_for_bit(rendered):
    memory = fitted(rendered).camera
    back = memory_from_json(json.loads(json.dumps(memory.to_json())))
    for name in ("sensitivities", "heights", "spread"):
        assert getattr(back, name).tobytes() == getattr(memory, name).tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"heights": [[0.1] * 4] * 4},
        {"sensitivities": [[1.0] * 60] * 3},
        {"spread": [[float("nan")] * 203]},
        {"spread": [[1.0] * 200]},
    ],
)
def test_a_damaged_memory_is_refused(change):
    with pytest.raises(ValueError, match=r"."):
        memory_from_json(fitted(True).camera.to_json() | change)
