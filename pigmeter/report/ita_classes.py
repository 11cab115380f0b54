"""The six classes of skin by its individual typology angle."""

_CLASSES = ((55, "very light"), (41, "light"), (28, "intermediate"), (10, "tan"), (-30, "brown"))
_LAST = "dark"
ITA_BOUNDS = tuple(bound for bound, _ in _CLASSES)


def ita_class(ita: float) -> str:
    """
    Return the class of an individual typology angle. [degrees]

    References
    ----------
    .. [1] Chardon, Cretois, Hourseau, Int J Cosmet Sci 1991;13:191. Seen: secondary.
    .. [2] Del Bino, Bernerd, Br J Dermatol 2013;169 suppl 3:33 (the two darkest classes). Seen: secondary.
    """
    return next((name for bound, name in _CLASSES if ita > bound), _LAST)
