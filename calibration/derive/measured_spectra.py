"""
Write the measured sensitivities and lamps that a user may name, and that the benchmarks judge with.

    python calibration/derive/measured_spectra.py FOLDER [OUT]

OUT is where to write, this calibration/ when not given. FOLDER holds the source tables cameras.csv and
lamps.csv (rows wavelength, columns spectra, 400 to 700 nm, 5 nm), which camera.py reads too and describes.

A camera is scaled so that its highest value is 1, its channels alike, and rounded to four decimals; a lamp so
that its mean is 1, and rounded to four significant digits. Lamps that camera.py calls unusable are left out;
names lose their commas.
"""

import numpy as np
from camera import usable_lamps
from table_files import WAVELENGTHS, arguments, read_names, read_spectra, write


def scaled_cameras(cameras):
    """Return sensitivities, shape (cameras, 3, wavelengths), with the highest value of each camera 1."""
    return cameras / cameras.max(axis=(1, 2), keepdims=True)


def scaled_lamps(lamps):
    """Return spectral powers, shape (lamps, wavelengths), each with mean 1."""
    return lamps / lamps.mean(axis=1, keepdims=True)


def plain_name(name):
    """Return a name that needs no quotes in a table, and no second look: no commas, single spaces."""
    return " ".join(name.replace(",", " ").split())


def four_decimals(value):
    """Return a number rounded to four decimals, without the zeros behind it."""
    return f"{round(float(value), 4) + 0.0:.6g}"


def four_digits(value):
    """Return a number rounded to four significant digits."""
    return f"{value + 0.0:.4g}"


def main():
    given = arguments(__doc__, sources=True)
    cameras = read_spectra(given.folder / "cameras.csv").reshape(-1, 3, len(WAVELENGTHS))
    names = [plain_name(name) for name in read_names(given.folder / "cameras.csv")]
    write(
        given.out / "camera" / "sensitivities.csv",
        ["quantity: measured spectral sensitivities of cameras, channels R, G, B, highest value 1"],
        ["wavelength_nm", *names],
        ["nm", *["1"] * len(names)],
        np.column_stack([WAVELENGTHS, scaled_cameras(cameras).reshape(len(names), -1).T]),
        four_decimals,
    )
    lamps = read_spectra(given.folder / "lamps.csv")
    usable = {lamp.tobytes() for lamp in usable_lamps(lamps)}
    keep = np.array([lamp.tobytes() in usable for lamp in lamps])
    names = [plain_name(name) for name in np.array(read_names(given.folder / "lamps.csv"))[keep]]
    write(
        given.out / "illuminants" / "lamps.csv",
        ["quantity: relative spectral power of lamps, mean 1"],
        ["wavelength_nm", *names],
        ["nm", *["1"] * len(names)],
        np.column_stack([WAVELENGTHS, scaled_lamps(lamps[keep]).T]),
        four_digits,
    )


if __name__ == "__main__":
    main()
