"""
Write the prior over cameras under lamps: what the three channels' effective sensitivities may be.

    python calibration/derive/camera.py FOLDER [OUT]

OUT is where to write, this calibration/ when not given. FOLDER holds the source tables, which are not shipped
(rows wavelength, columns spectra, 400 to 700 nm, 5 nm):

* cameras.csv, columns NAME:R, NAME:G, NAME:B: measured sensitivities of 28 cameras, Academy Software
  Foundation, rawtoaces-data, https://github.com/AcademySoftwareFoundation/rawtoaces-data (Apache-2.0);
* lamps.csv: 200 lamps of Houser et al., Opt Express 2013;21:10393, doi 10.1364/OE.21.010393, supplement, and
  the CIE's illuminants.

An effective sensitivity is camera times lamp, scaled so that the perfect white answers 1. For files that a
camera has rendered, its own matrix towards sRGB (fitted to the chart) and an amount of saturation mix the
channels; "free" classes mix them further at random, as makers do to taste. Written are the mean, the
principal components of the pooled draws and, in their coordinates, mean and covariance of each class. Seeded;
numbers are rounded to six digits so that every machine writes the same bytes.
"""

import numpy as np
from table_files import WAVELENGTHS, arguments, read_shipped, read_spectra, write

COMPONENTS = 22
DRAWS = 3000
SEED = 20261121
SRGB_FROM_XYZ = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
# class: the in-camera matrix applies, largest saturation, SD of the free mixing of channels
LINEAR_CLASSES = {"sensor": (False, 0.0, 0.0), "converted": (True, 0.1, 0.05)}
RENDERED_CLASSES = {"plain": (True, 0.18, 0.0), "free": (True, 0.18, 0.1)}


def camera_matrix(sensitivity, chart, xyz_weights):
    """Return the matrix that takes a camera's linear values to linear sRGB, fitted to the chart's paints."""
    xyz = chart @ xyz_weights
    weight = 1 / np.sqrt(xyz[:, 1:2])
    to_xyz = np.linalg.lstsq(chart @ sensitivity.T * weight, xyz * weight, rcond=None)[0]
    return to_xyz @ SRGB_FROM_XYZ.T


def draw(cameras, lamps, chart, xyz_weights, kind, rng, draws=DRAWS):
    """Return effective sensitivities of one class, shape (draws, 3 * wavelengths)."""
    rendered, saturation, mixing = kind
    result = []
    for _ in range(draws):
        s = cameras[rng.integers(len(cameras))] * lamps[rng.integers(len(lamps))]
        s = s / s.sum(axis=1, keepdims=True)
        if rendered:
            amount = rng.uniform(0, saturation)
            free = rng.normal(0, mixing, (3, 3))
            np.fill_diagonal(free, 0)
            free -= np.diag(free.sum(axis=0))
            colourful = np.eye(3) + amount * (np.eye(3) - 1 / 3)
            s = (camera_matrix(s, chart, xyz_weights) @ colourful @ (np.eye(3) + free)).T @ s
            s = s / s.sum(axis=1, keepdims=True)
        result.append(s.ravel())
    return np.array(result)


def prior(cameras, lamps, chart, xyz_weights, classes, components=COMPONENTS):
    """Return mean, scaled components, and mean and covariance of every class in their coordinates."""
    rng = np.random.default_rng(SEED)
    draws = [draw(cameras, lamps, chart, xyz_weights, kind, rng) for kind in classes.values()]
    pooled = np.vstack(draws)
    mean = pooled.mean(axis=0)
    values, vectors = np.linalg.eigh(np.cov(pooled.T))
    top = np.argsort(values)[::-1][:components]
    vectors = vectors[:, top] * np.sign(vectors[np.abs(vectors[:, top]).argmax(axis=0), top])
    basis = vectors * np.sqrt(values[top])
    coordinates = [(d - mean) @ vectors / np.sqrt(values[top]) for d in draws]
    return mean, basis, [(c.mean(axis=0), np.cov(c.T)) for c in coordinates]


def usable_lamps(lamps):
    """Leave out lamps whose strongest band exceeds five times their mean: nobody photographs skin so."""
    return lamps[lamps.max(axis=1) < 5 * lamps.mean(axis=1)]


def write_prior(out, name, classes, found):
    mean, basis, fitted = found
    count = basis.shape[1]
    channel, wavelength = np.divmod(np.arange(mean.size), len(WAVELENGTHS))
    write(
        out / "camera" / f"{name}.csv",
        [
            f"quantity: effective sensitivities of cameras under lamps, {name} files: mean, "
            "scaled principal components",
            "channels 0 R, 1 G, 2 B; the sum over wavelengths is 1 for each",
        ],
        ["channel", "wavelength_nm", "mean", *(f"c{i}" for i in range(count))],
        ["1", "nm", "1", *["1"] * count],
        np.column_stack([channel, WAVELENGTHS[wavelength], mean, basis]),
    )
    write(
        out / "camera" / f"{name}-classes.csv",
        [
            f"quantity: classes of cameras ({', '.join(classes)}) in the coordinates of {name}.csv: "
            "mean, covariance",
        ],
        ["class", "coordinate", "mean", *(f"c{i}" for i in range(count))],
        ["1", "1", "1", *["1"] * count],
        [[c, i, m[i], *v[i]] for c, (m, v) in enumerate(fitted) for i in range(count)],
    )


def main():
    given = arguments(__doc__, sources=True)
    folder, out = given.folder, given.out
    cameras = read_spectra(folder / "cameras.csv").reshape(-1, 3, len(WAVELENGTHS))
    lamps = usable_lamps(read_spectra(folder / "lamps.csv"))
    chart = read_shipped("charts/colorchecker-24-before-2014-11.csv")
    observer = read_shipped("observers/cie-1931-2deg.csv")
    power = read_shipped("illuminants/d65.csv")[0]
    xyz_weights = (observer * power).T / (power @ observer[1])
    for name, classes in (("linear", LINEAR_CLASSES), ("rendered", RENDERED_CLASSES)):
        write_prior(out, name, classes, prior(cameras, lamps, chart, xyz_weights, classes))


if __name__ == "__main__":
    main()
