"""
Derive what in a change of CIELAB is a change of the light, by the melanin index of the skin.

    python calibration/derive/light_weights.py [OUT]

OUT is where to write, this calibration/ when not given. Light, melanin and blood each move L, a and b along a
direction of their own, taken from the two-layer skin model of `pigmeter.synthetic` (three people a tone:
melanin 10 % more, blood 25 % more, 5 % more light). The weights are the best linear estimate of the light's
change when light changes by 5 %, melanin_index by 3, haemoglobin_index by 5 units and each reading errs by
0.15 (standard deviations), scaled so that a change of the light is read in full. In dark skin light and
melanin point nearly the same way. Deterministic; rounded to four digits.
"""

import numpy as np
from table_files import arguments, write

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.subjects import TONES, subject

LIGHT, MELANIN, BLOOD, READING = 0.05, 3.0, 5.0, 0.15


def directions(tone):
    """Return melanin_index, and what light, melanin and blood do to L, a, b, each per unit, shape (3, 3)."""
    found = []
    for seed in (1, 2, 3):
        who = subject(tone, seed)
        melanin = np.array([who.melanin, 1.1 * who.melanin, who.melanin])
        blood = np.array([who.blood, who.blood, 1.25 * who.blood])
        spectra = reflectance(melanin, blood, who.optics)
        values = spectral_quantities(np.vstack([spectra, 1.05 * spectra[:1]]))
        moved = np.stack([values[key] - values[key][0] for key in "Lab"], axis=-1)
        sizes = [
            np.log(1.05),
            *(np.diff(values[key][[0, i]])[0] for key, i in (("melanin_index", 1), ("haemoglobin_index", 2))),
        ]
        found.append((values["melanin_index"][0], moved[[3, 1, 2]] / np.array(sizes)[:, None]))
    return np.mean([level for level, _ in found]), np.mean([along for _, along in found], axis=0)


def weights(tone):
    """Return melanin_index and the weights of L, a, b."""
    level, (light, melanin, blood) = directions(tone)
    spread = READING**2 * np.eye(3)
    for size, along in ((LIGHT, light), (MELANIN, melanin), (BLOOD, blood)):
        spread = spread + size**2 * np.outer(along, along)
    best = np.linalg.solve(spread, light)
    return [level, *(best / (best @ light))]


def main():
    """Write the table."""
    given = arguments(__doc__, sources=False)
    write(
        given.out / "skin" / "light-weights.csv",
        ["Change of the light in a change of L, a, b, by melanin index of the skin: derive/light_weights.py"],
        ["around", "L", "a", "b"],
        ["index unit", "ln per CIELAB unit", "ln per CIELAB unit", "ln per CIELAB unit"],
        [weights(tone) for tone in TONES],
        number=lambda value: f"{value + 0.0:.4g}",
    )


if __name__ == "__main__":
    main()
