"""
Write the virtual skin population: mean, principal components and mixture of measured skin absorbance.

    python calibration/derive/skin.py FOLDER [OUT]

OUT is where to write, this calibration/ when not given. FOLDER holds the source tables, which are not shipped
(rows wavelength, columns reflectance spectra, 400 to 700 nm, 5 nm):

* skins_nist.csv: 100 people's inner forearm, Cooksey, Allen, Tsai, J Res NIST 2017, doi 10.18434/M38597
  (public domain);
* skins_issa.csv: 1,051 faces of all tones, International Skin Spectra Archive, Lu et al., Sci Data
  2025;12:487, doi 10.6084/m9.figshare.28228571 (CC BY 4.0).

Absorbance is -log10 of reflectance. The mixture is fitted by expectation maximisation to the scores on the
principal components, started from groups of equal size from light to dark; each of its parts stands for
people of one tone. Deterministic; numbers are rounded to six digits so that every machine writes the same
bytes.
"""

import numpy as np
from table_files import WAVELENGTHS, arguments, read_spectra, write

COMPONENTS = 10
PARTS = 6
ROUNDS = 60


def mixture(scores, parts=PARTS, rounds=ROUNDS):
    """Return weights, means and covariances of a Gaussian mixture fitted to `scores`, shape (n, k)."""
    n = len(scores)
    order = np.argsort(scores[:, 0])
    share = np.zeros((n, parts))
    share[order, np.arange(n) * parts // n] = 1
    ridge = 0.02 * np.diag(scores.var(axis=0))
    for _ in range(rounds):
        weights = share.sum(axis=0) / n
        means = share.T @ scores / share.sum(axis=0)[:, None]
        covariances = []
        for part in range(parts):
            d = scores - means[part]
            covariances.append((share[:, part, None] * d).T @ d / share[:, part].sum() + ridge)
        log = []
        for part in range(parts):
            d = scores - means[part]
            fit = np.einsum("ni,ni->n", d, np.linalg.solve(covariances[part], d.T).T)
            log.append(np.log(weights[part]) - 0.5 * (fit + np.linalg.slogdet(covariances[part])[1]))
        log = np.array(log).T
        share = np.exp(log - log.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
    return weights, means, covariances


def population(skins):
    """Return mean and components of absorbance (scaled to unit variance), and the mixture of their scores."""
    absorbance = -np.log10(np.clip(skins, 0.01, 1))
    mean = absorbance.mean(axis=0)
    _, singular, rows = np.linalg.svd(absorbance - mean, full_matrices=False)
    rows = rows[:COMPONENTS]
    rows = rows * np.sign(rows[np.arange(COMPONENTS), np.abs(rows).argmax(axis=1)])[:, None]
    scale = singular[:COMPONENTS] / np.sqrt(len(skins))
    scores = (absorbance - mean) @ rows.T / scale
    return mean, rows * scale[:, None], mixture(scores)


def main():
    given = arguments(__doc__, sources=True)
    folder, out = given.folder, given.out
    skins = np.vstack([read_spectra(folder / name) for name in ("skins_nist.csv", "skins_issa.csv")])
    mean, components, (weights, means, covariances) = population(skins)
    names = [f"c{i}" for i in range(COMPONENTS)]
    write(
        out / "skin" / "absorbance.csv",
        ["quantity: absorbance of human skin: mean and scaled principal components"],
        ["wavelength_nm", "mean", *names],
        ["nm", "1", *["1"] * COMPONENTS],
        np.column_stack([WAVELENGTHS, mean, components.T]),
    )
    write(
        out / "skin" / "mixture.csv",
        [
            "quantity: Gaussian mixture of the scores of absorbance.csv: weight of a part, mean, covariance",
        ],
        ["part", "coordinate", "weight", "mean", *names],
        ["1"] * (4 + COMPONENTS),
        [
            [p, i, weights[p], means[p][i], *covariances[p][i]]
            for p in range(PARTS)
            for i in range(COMPONENTS)
        ],
    )


if __name__ == "__main__":
    main()
