"""A change of an index or of lightness as a change of reflected light, in percentage points."""


def reflectance_change(key: str, before: float, after: float) -> float | None:
    """
    Return a change as reflectance, where that has a meaning.

    Parameters
    ----------
    key : str
        A key of `QUANTITIES`.
    before, after : float
        Levels, in its unit.

    Returns
    -------
    float or None
        Of melanin_index the reflectance at 660 nm, of L the luminous reflectance Y. [percentage points]

    Notes
    -----
    An index has no natural zero, so that a percentage of it says nothing; reflectance has one.
    """
    if key == "melanin_index":
        return 100 * float(10 ** (-after / 100) - 10 ** (-before / 100))
    if key == "L":
        return 100 * (_luminous(after) - _luminous(before))
    return None


def _luminous(lightness: float) -> float:
    """CIELAB L* to Y, perfect white = 1."""
    root = (lightness + 16) / 116
    return root**3 if root > 6 / 29 else 3 * (6 / 29) ** 2 * (root - 4 / 29)
