"""
Write the chart tables: reflectances of the 24 paints for each edition, and the maker's published Lab.

    python calibration/derive/charts.py [OUT]

OUT is where to write, this calibration/ when not given.

Sources, all in colour-science (BSD-3-Clause, version 0.4.7), where the script reads them:

* N. Ohta's measurement of a ColorChecker (The basis of color reproduction engineering, 1997), passed on by
  the Munsell Color Science Laboratory as MacbethColorChecker.xls, http://www.rit-mcsl.org/UsefulData. ISO
  17321-1:2012 holds the same numbers (compared here: all 1,944 agree), so it is no second measurement.
* X-Rite's Lab (D50, 2 degree) of the Classic and SG charts made before and after November 2014,
  https://xritephoto.com/ph_product_overview.aspx?ID=824&Action=Support&SupportID=5884.

Every table is Ohta's spectrum times exp(d): the smallest and smoothest d (its square plus the square of its
second difference at a scale of 50 nm) with which its Lab is the published one. Ohta measured one chart, the
maker many: by this his neutrals move by up to dE00 1.3, his paints by 0.4 to 1.7. SG is semi-gloss: it lacks
the light that a matte surface scatters before it enters the paint, so there a constant is taken from each
spectrum first, the one that leaves the smallest d (without it the red paint would have to reflect 200 %, with
it 102 % at 700 nm, where the eye is all but blind).
The average of 30 charts by BabelColor is published by permission and is not used.
"""

import numpy as np
from table_files import WAVELENGTHS, arguments, write

SMOOTHING_NM = 50.0
SURFACES = tuple(step / 20 for step in range(20))  # as a part of the lowest reflectance of the spectrum
NAMES = [
    "dark_skin", "light_skin", "blue_sky", "foliage", "blue_flower", "bluish_green",
    "orange", "purplish_blue", "moderate_red", "purple", "yellow_green", "orange_yellow",
    "blue", "green", "red", "yellow", "magenta", "cyan",
    "white", "neutral_8", "neutral_6_5", "neutral_5", "neutral_3_5", "black",
]  # fmt: skip
SG_CLASSIC = [f"{column}{row}" for row in (2, 3, 4, 5) for column in "EFGHIJ"]


def decimals(digits):
    """Return the way to put numbers with that many decimals, without zeros at the end."""
    return lambda value: f"{value:.{digits}f}".rstrip("0").rstrip(".")


def write_reflectances(folder, name, remarks, spectra):
    quantity = "quantity: spectral reflectance factor of the 24 paints of a ColorChecker"
    rows = np.column_stack([WAVELENGTHS, spectra.T])
    units = ["nm"] + ["1"] * 24
    remarks = [quantity, *remarks]
    write(folder / f"{name}.csv", remarks, ["wavelength_nm", *NAMES], units, rows, decimals(5))


def write_lab(folder, name, what, names, lab):
    remarks = [f"quantity: CIE L*a*b* published by the maker, {what}; rows L, a, b"]
    remarks += ["illuminant: D50  observer: 2 deg  geometry: 45/0"]
    write(folder / f"{name}.csv", remarks, names, ["CIELAB units"] * len(names), lab.T, decimals(3))


def lab_from_xyz(ratio):
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.stack([116 * root[..., 1] - 16, 500 * (root[..., 0] - root[..., 1]),
                     200 * (root[..., 1] - root[..., 2])], axis=-1)  # fmt: skip


def smallest_change(spectrum, wanted, weights):
    """
    Return the smallest, smoothest d with which ``spectrum * exp(d)`` has the Lab `wanted`, and its penalty.

    Newton's method on the constraints; each step is the exact minimum of the quadratic penalty under them.
    """
    n = len(WAVELENGTHS)
    bend = np.diff(np.eye(n), n=2, axis=0) * (SMOOTHING_NM / 5.0) ** 2
    stiffness = np.eye(n) + bend.T @ bend
    compliance = np.linalg.inv(stiffness)
    d = np.zeros(n)
    for _ in range(30):
        now = spectrum * np.exp(d)
        error = wanted - lab_from_xyz(now @ weights)
        steps = [(now * step) @ weights for step in np.eye(n) * 1e-6]
        slope = (lab_from_xyz(now @ weights + steps) - lab_from_xyz(now @ weights)) / 1e-6
        d = compliance @ slope @ np.linalg.solve(slope.T @ compliance @ slope, error + slope.T @ d)
    if np.abs(error).max() > 1e-3:
        message = f"No spectrum found: Lab still {np.abs(error).max():.2g} off."
        raise SystemExit(message)
    return d, d @ stiffness @ d


def moved(spectra, by, weights, surfaces=(0.0,)):
    """Return spectra whose Lab is that of `spectra` plus `by`; the best of `surfaces` is taken off first."""
    result = []
    for spectrum, change in zip(spectra, by, strict=True):
        wanted = lab_from_xyz(spectrum @ weights) + change
        inner = [spectrum - surface * min(spectrum) for surface in surfaces]
        changes = [smallest_change(start, wanted, weights) for start in inner]
        best = int(np.argmin([round(penalty, 6) for _, penalty in changes]))
        result.append(inner[best] * np.exp(changes[best][0]))
    return np.array(result)


def main():
    import colour

    folder = arguments(__doc__, sources=False).out / "charts"
    if colour.__version__ != "0.4.7":
        print(f"colour-science is {colour.__version__}; the shipped tables were written with 0.4.7")

    measured = colour.SDS_COLOURCHECKERS["ColorChecker N Ohta"]
    standard = colour.SDS_COLOURCHECKERS["ISO 17321-1"]
    if any(not np.array_equal(measured[name].values, standard[name].values) for name in measured):
        message = "Ohta's table and that of ISO 17321-1 differ: check the installed colour-science."
        raise SystemExit(message)
    ohta = np.array([[measured[name][float(w)] for w in WAVELENGTHS] for name in measured])
    daylight = colour.SDS_ILLUMINANTS["D50"]
    observer = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    weights = np.array([daylight[float(w)] * observer[float(w)] for w in WAVELENGTHS])
    weights = weights / weights.sum(axis=0)

    def published(chart, when):
        table = colour.CCS_COLOURCHECKERS[f"{chart} - {when} November 2014"]
        xyz = [colour.xyY_to_XYZ(xyy) for xyy in table.data.values()]
        return list(table.data), np.round(colour.XYZ_to_Lab(xyz, table.illuminant), 3)

    _, before = published("ColorChecker24", "Before")
    _, after = published("ColorChecker24", "After")
    adjusted = "measured by Ohta (1997), adjusted to the maker's published Lab: derive/charts.py"
    own = lab_from_xyz(ohta @ weights)
    for when, lab in (("before", before), ("after", after)):
        remarks = [f"edition: made {when} November 2014", adjusted]
        write_reflectances(
            folder, f"colorchecker-24-{when}-2014-11", remarks, moved(ohta, lab - own, weights)
        )
    write_lab(folder, "published-lab-24-before-2014-11", "Classic, made before November 2014", NAMES, before)
    write_lab(folder, "published-lab-24-after-2014-11", "Classic, made after November 2014", NAMES, after)
    for when in ("Before", "After"):
        names, lab = published("ColorCheckerSG", when)
        place = [names.index(name) for name in SG_CLASSIC]
        edition = f"made {when.lower()} November 2014"
        remarks = [f"edition: SG (semi-gloss), patches E2 to J5, {edition}", adjusted]
        spectra = moved(ohta, lab[place] - own, weights, SURFACES)
        write_reflectances(folder, f"colorchecker-sg-{when.lower()}-2014-11", remarks, spectra)
        write_lab(folder, f"published-lab-sg-{when.lower()}-2014-11", f"SG, {edition}", names, lab)


if __name__ == "__main__":
    main()
