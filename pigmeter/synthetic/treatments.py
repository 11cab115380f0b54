"""Skin before and after a change (fading, tanning, flushing, bruising ...): spectra whose truth is known."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.reference import limit, read_rows, read_table
from pigmeter.synthetic.optics import blood_absorption, reflectance
from pigmeter.synthetic.subjects import Subject

Ranges = dict[str, tuple[float, float]]


@cache
def _ranges() -> dict[str, Ranges]:
    """Least and most of every parameter of every change."""
    found: dict[str, Ranges] = {}
    for row in read_rows("synthetic/changes.csv")[1:]:
        parameters = found.setdefault(row["change"], {})
        parameters[row["parameter"]] = (float(row["least"]), float(row["most"]))
    return found


def changes() -> tuple[str, ...]:
    """Return the names of all changes that `changed_spectra` knows."""
    return tuple(_ranges())


@cache
def _extinction(pigment: str) -> np.ndarray:
    """Molar extinction of a pigment of ``spectra/pigments.csv``, decadic, shape (61,). [cm-1 M-1]"""
    table = read_table("spectra/pigments.csv")
    extinction: np.ndarray = np.interp(WAVELENGTHS, table.column("wavelength"), table.column(pigment))
    return extinction


def pigment_absorption(pigment: str, concentration: float) -> np.ndarray:
    """
    Absorption of a pigment dissolved in the dermis.

    Parameters
    ----------
    pigment : str
        ``"bilirubin"``, ``"carotene"`` or ``"methaemoglobin"``.
    concentration : float
        Of methaemoglobin, of its tetramer. [umol/L]

    Returns
    -------
    array, shape (61,)
        [cm-1]

    References
    ----------
    .. [1] Bilirubin: Agati, Fusi, J Photochem Photobiol B 1990;7:1, as compiled by Prahl and Li, omlc.org.
       Seen: secondary.
    .. [2] Carotene: Zechmeister, Polgar, J Am Chem Soc 1943;65:1522, as in PhotochemCAD (Du et al. 1998).
       Seen: secondary.
    .. [3] Methaemoglobin: Zijlstra, Buursma, van Assendelft, Visible and near infrared absorption spectra of
       human and animal haemoglobin, VSP 2000. Seen: secondary.
    """
    absorption: np.ndarray = np.log(10.0) * 1e-6 * concentration * _extinction(pigment)
    return absorption


def melanin_in_dermis(share: float) -> np.ndarray:
    """
    Absorption of melanosomes that fill `share` of the dermis, shape (61,). [cm-1]

    References
    ----------
    .. [1] Jacques, omlc.org, 1998: 6.6e11 times wavelength to the power -3.33. Seen: full text.
    """
    amount = limit("synthetic", "melanosome_absorption")
    absorption: np.ndarray = share * amount * WAVELENGTHS ** limit("synthetic", "melanin_exponent")
    return absorption


def _pair(person: Subject, drawn: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Spectra of one person before and after, each shape (61,)."""
    own = replace(
        person.optics,
        oxygenation=drawn.get("oxygenation_before", person.optics.oxygenation),
        melanin_exponent=drawn.get("melanin_exponent"),
    )
    later = replace(
        own,
        oxygenation=drawn.get("oxygenation", own.oxygenation),
        scattering=own.scattering * drawn.get("scattering", 1.0),
        surface=own.surface + drawn.get("surface", 0.0),
        vessel_radius=drawn.get("vessel_radius", own.vessel_radius),
    )
    blood = person.blood * drawn.get("blood", 1.0)
    turned = blood * drawn.get("methaemoglobin", 0.0)
    grams, mass = (
        limit("synthetic", "haemoglobin_concentration"),
        limit("synthetic", "haemoglobin_molar_mass"),
    )
    other = (
        melanin_in_dermis(drawn.get("deep_melanin", 0.0))
        + pigment_absorption("bilirubin", drawn.get("bilirubin", 0.0))
        + pigment_absorption("carotene", drawn.get("carotene", 0.0))
        + turned * pigment_absorption("methaemoglobin", 1e6 * grams / mass)
        - turned * blood_absorption(later.oxygenation, later.vessel_radius)
    )
    melanin = np.asarray(person.melanin)
    before = reflectance(melanin, np.asarray(person.blood), own)
    return before, reflectance(melanin * drawn.get("melanin", 1.0), np.asarray(blood), later, other)


def changed_spectra(change: str, people: Sequence[Subject], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """
    Spectra of people before and after a change of their skin.

    Parameters
    ----------
    change : str
        One of `changes`; what moves in each, and how far, stands in ``calibration/synthetic/changes.csv``.
    people : sequence of Subject
    seed : int
        Of how much each person changes.

    Returns
    -------
    before, after : array, shape (people, 61)
        Reflectance at `pigmeter.colour.spectra.WAVELENGTHS`. [1]

    Raises
    ------
    UsageError
        If the change is not known.

    Notes
    -----
    Two layers, see `optics.reflectance`: nothing of it is known to the fit of a profile. Pigments other than
    melanin and blood are spread evenly in the dermis.

    Examples
    --------
    >>> from pigmeter.synthetic.subjects import subject
    >>> before, after = changed_spectra("tan", [subject("light"), subject("tan")])
    >>> bool((after < before).all())
    True
    """
    if change not in _ranges():
        reason = f"no change {change!r} (known: {', '.join(changes())})"
        raise UsageError("SYNTHETIC_CHANGE", reason, "Pick one of these")
    rng = np.random.default_rng([seed, changes().index(change)])
    parts = _ranges()[change]
    drawn = [{key: float(rng.uniform(least, most)) for key, (least, most) in parts.items()} for _ in people]
    pairs = [_pair(person, one) for person, one in zip(people, drawn, strict=True)]
    before, after = (np.array(spectra) for spectra in zip(*pairs, strict=True))
    return before, after
