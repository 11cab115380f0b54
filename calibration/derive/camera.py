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
channels; "free" classes mix them further at random, as makers do to taste. "converted" linear files come from
raw converters: the maker's matrix, for this lamp or between those for daylight and tungsten, towards
primaries that nobody knows. "strange" cameras are unlike all measured ones: bands shifted, widened, uneven,
leaking into each other. Written are the mean, the principal components of the pooled draws and, in their
coordinates, mean and covariance of each class. Seeded; numbers are rounded to six digits so that every
machine writes the same bytes.
"""

from typing import NamedTuple

import numpy as np
from table_files import WAVELENGTHS, arguments, read_shipped, read_spectra, write

COMPONENTS = 22
# A third class needs more; 28 and 32 read held-out cameras no better.
LINEAR_COMPONENTS = 24
DRAWS = 3000
SEED = 20261121
SRGB_FROM_XYZ = np.linalg.inv([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
D65 = (0.3127, 0.3290)
D50 = (0.34567, 0.35850)
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
# chromaticities of red, green, blue and white: what a raw converter writes
PRIMARIES = {
    "sRGB": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), D65),
    "P3": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65),
    "Adobe RGB": ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), D65),
    "Rec. 2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65),
    "ProPhoto": ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105), D50),
}


class Kind(NamedTuple):
    """One class of cameras: what happens to the channels of a sensor."""

    matrix: bool = False  # the maker's matrix towards sRGB applies
    saturation: float = 0.0  # largest
    mixing: float = 0.0  # SD of the free mixing of channels
    foreign: float = 0.0  # part of the files whose matrix was made for daylight and tungsten
    spaces: tuple[str, ...] = ("sRGB",)
    strange: bool = False


LINEAR_CLASSES = {
    "sensor": Kind(),
    "converted": Kind(matrix=True, saturation=0.1, mixing=0.05, foreign=0.6, spaces=tuple(PRIMARIES)),
    "strange": Kind(strange=True),
}
RENDERED_CLASSES = {
    "plain": Kind(matrix=True, saturation=0.18),
    "free": Kind(matrix=True, saturation=0.18, mixing=0.1),
}
# of strange cameras: SD of a band's shift [nm], of the natural logs of its width and of its height along the
# spectrum, over what length that is alike [nm], and how much of a channel leaks into another at most
SHIFT, WIDENING, UNEVENNESS, ALIKE, LEAK = 12.0, 0.2, 0.25, 35.0, 0.1
TUNGSTEN = 2856.0  # CIE illuminant A [K]


def camera_matrix(sensitivity, chart, xyz_weights):
    """Return the matrix that takes a camera's linear values to linear sRGB, fitted to the chart's paints."""
    xyz = chart @ xyz_weights
    weight = 1 / np.sqrt(xyz[:, 1:2])
    to_xyz = np.linalg.lstsq(chart @ sensitivity.T * weight, xyz * weight, rcond=None)[0]
    return to_xyz @ SRGB_FROM_XYZ.T


def space_from_srgb(name):
    """Return the matrix that takes linear sRGB to another space's primaries, white to white."""

    def xyz(x, y):
        return np.array([x / y, 1, (1 - x - y) / y])

    *colours, white = (xyz(*point) for point in PRIMARIES[name])
    columns = np.stack(colours, axis=1)
    to_xyz = columns * np.linalg.solve(columns, white)
    cones = BRADFORD @ xyz(*D65) / (BRADFORD @ white)
    to_d65 = np.linalg.inv(BRADFORD) @ (cones[:, None] * BRADFORD)
    mixed = np.linalg.inv(to_d65 @ to_xyz) @ np.linalg.inv(SRGB_FROM_XYZ)
    return mixed / mixed.sum(axis=1, keepdims=True)


def strange(camera, rng):
    """Return a camera unlike the measured ones, made of one of them."""
    shift, width = rng.normal(0, SHIFT, 3), np.exp(rng.normal(0, WIDENING, 3))
    peak = WAVELENGTHS[camera.argmax(axis=1)]
    moved = np.array(
        [
            np.interp((WAVELENGTHS - peak[c] - shift[c]) / width[c] + peak[c], WAVELENGTHS, camera[c])
            for c in range(3)
        ]
    )
    near = np.exp(-0.5 * ((WAVELENGTHS[:, None] - WAVELENGTHS) / ALIKE) ** 2)
    near = near / np.sqrt((near**2).sum(axis=1, keepdims=True))
    moved = moved * np.exp(UNEVENNESS * rng.normal(0, 1, moved.shape) @ near.T)
    leak = rng.uniform(0, LEAK, (3, 3))
    np.fill_diagonal(leak, 1)
    return leak @ (moved / moved.sum(axis=1, keepdims=True))


def answers(camera, lamp):
    """Return effective sensitivities: the perfect white answers 1 in each channel."""
    product = camera * lamp
    return product / product.sum(axis=1, keepdims=True)


class Makers:
    """What makers of cameras and converters know: a chart, the observer, daylight and tungsten light."""

    def __init__(self, chart, xyz_weights, daylight, observer):
        self.chart = chart
        self.xyz_weights = xyz_weights
        self.observer = observer
        metres = WAVELENGTHS * 1e-9
        self.lamps = daylight, metres**-5 / np.expm1(1.4388e-2 / (metres * TUNGSTEN))

    def matrix(self, camera, lamp, foreign):
        """Return a camera's matrix towards sRGB: for this lamp, or between those for the two others."""
        if not foreign:
            return camera_matrix(answers(camera, lamp), self.chart, self.xyz_weights)
        warmth = [np.log((x @ self.observer[0]) / (x @ self.observer[2])) for x in (*self.lamps, lamp)]
        share = np.clip((warmth[2] - warmth[0]) / (warmth[1] - warmth[0]), 0, 1)
        cold, warm = (camera_matrix(answers(camera, x), self.chart, self.xyz_weights) for x in self.lamps)
        return (1 - share) * cold + share * warm


def draw(cameras, lamps, makers, kind, rng, draws=DRAWS):
    """Return effective sensitivities of one class, shape (draws, 3 * wavelengths)."""
    result = []
    for _ in range(draws):
        camera = cameras[rng.integers(len(cameras))]
        lamp = lamps[rng.integers(len(lamps))]
        if kind.strange:
            camera = strange(camera, rng)
        s = answers(camera, lamp)
        if kind.matrix:
            amount = rng.uniform(0, kind.saturation)
            free = rng.normal(0, kind.mixing, (3, 3))
            np.fill_diagonal(free, 0)
            free -= np.diag(free.sum(axis=0))
            foreign = kind.foreign > 0 and rng.random() < kind.foreign
            colourful = np.eye(3) + amount * (np.eye(3) - 1 / 3)
            mixed = makers.matrix(camera, lamp, foreign) @ colourful @ (np.eye(3) + free)
            if len(kind.spaces) > 1:
                mixed = mixed @ space_from_srgb(kind.spaces[rng.integers(len(kind.spaces))]).T
            s = mixed.T @ s
            s = s / s.sum(axis=1, keepdims=True)
        result.append(s.ravel())
    return np.array(result)


def prior(cameras, lamps, makers, classes, components=COMPONENTS):
    """Return mean, scaled components, and mean and covariance of every class in their coordinates."""
    rng = np.random.default_rng(SEED)
    draws = [draw(cameras, lamps, makers, kind, rng) for kind in classes.values()]
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
    makers = Makers(chart, xyz_weights, power, observer)
    write_prior(
        out, "linear", LINEAR_CLASSES, prior(cameras, lamps, makers, LINEAR_CLASSES, LINEAR_COMPONENTS)
    )
    write_prior(out, "rendered", RENDERED_CLASSES, prior(cameras, lamps, makers, RENDERED_CLASSES))


if __name__ == "__main__":
    main()
