"""The words and numbers of a comparison: changes with their sign, intervals, verdicts, what is called how."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pigmeter.comparison.change_value import DECREASED, INCREASED, UNDETECTED, ChangeValue
from pigmeter.comparison.sentences import digits_for
from pigmeter.comparison.spot_change import CLEARED, DARKER, FADED, NEW, OUTSIDE, UNCHANGED
from pigmeter.regions.region import WHOLE_SKIN
from pigmeter.report.wording import TITLES, is_number

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change

DISCLAIMER = "Research software, not a medical device; it measures, it does not diagnose."
MINUS = "−"
ARROWS = {DECREASED: "▼", INCREASED: "▲", UNDETECTED: "≈"}
ENDPOINT_MEANINGS = {
    "redness": "blood in the skin: haemoglobin index",
    "melanin": "pigment: melanin index",
    "colour evenness": "spread of colour over 1 to 16 mm; 0 is perfectly even",
    "luminosity": "lightness: CIELAB L*",
    "texture": "light and shade finer than 1 mm",
}
FATE_WORDS = {
    CLEARED: "no longer told from the skin around it",
    FADED: "contrast fell beyond what could be chance",
    UNCHANGED: "no detectable change of contrast",
    DARKER: "contrast rose beyond what could be chance; a light spot so called is paler still",
    NEW: "not told from the skin around it at baseline",
    OUTSIDE: "not on skin that both visits show well enough",
}
_UNITS = {"index unit": "index units", "CIELAB unit": "CIELAB units", "degree": "°", "1": "", "mm2": "mm²"}
_SHORT_UNITS = {"index unit": "", "CIELAB unit": "", "degree": "°", "1": "", "mm2": " mm²", "%": " %"}
_MOST_DECIMALS = 4
_PERCENT = re.compile(r"(\d) ?%")
_MINUS_SIGN = re.compile(r"(?<![\w.)])-(?=\d)")


def decimals_of(value: ChangeValue) -> int:
    """
    Return how many decimals the numbers of a change are written with.

    So many that the smallest detectable change, or failing that the uncertainty, shows two figures; more
    would be noise. Where neither is known, a level below 1 shows two figures of itself.
    """
    size = next((n for n in (value.sdc, value.uncertainty) if is_number(n) and n > 0), None)
    if size is not None:
        return min(digits_for(size), _MOST_DECIMALS)
    if value.unit == "1" and float(value.baseline or 0).is_integer():
        return 0
    level = max(abs(value.baseline or 0.0), abs(value.follow_up or 0.0))
    return min(max(digits_for(level), 1), _MOST_DECIMALS)


def number(value: float | None, decimals: int, *, signed: bool = False) -> str:
    """
    Return a number as people write it, with a true minus; ``"not known"`` for None.

    Examples
    --------
    >>> number(-2.04, 1), number(2.04, 1, signed=True), number(-0.04, 1, signed=True)
    ('−2.0', '+2.0', '0.0')
    """
    if not is_number(value):
        return "not known"
    words = f"{abs(value):.{decimals}f}"
    if not float(words):
        return words
    return (MINUS if value < 0 else "+" if signed else "") + words


def change_words(value: ChangeValue, *, unit: bool = False) -> str:
    """Return a change with its sign."""
    words = number(value.change, decimals_of(value), signed=True)
    return f"{words} {unit_words(value.unit)}".rstrip() if unit else words + _SHORT_UNITS.get(value.unit, "")


def level_words(value: ChangeValue, level: float | None) -> str:
    """Return the level of either visit, with as many decimals as the change."""
    words = number(level, decimals_of(value))
    return words + _SHORT_UNITS.get(value.unit, "") if is_number(level) else words


def interval_words(value: ChangeValue) -> str:
    """Return the 95 % interval, ``"not known"`` if there is none."""
    if not is_number(value.low) or not is_number(value.high):
        return "not known"
    decimals = decimals_of(value)
    low, high = (number(end, decimals, signed=True) for end in (value.low, value.high))
    return f"{low} to {high}"


def sdc_words(value: ChangeValue) -> str:
    """Return the smallest detectable change."""
    return number(value.sdc, decimals_of(value))


def verdict_words(value: ChangeValue) -> str:
    """Return what can be said of a change; never that there is none, but what could have been told."""
    if value.change is None:
        return f"not compared: {value.reason}"
    if value.verdict is None:
        return "cannot be judged: its uncertainty is not known"
    if value.verdict == UNDETECTED and is_number(value.sdc):
        return f"{value.verdict} (smallest detectable {sdc_words(value)})"
    return value.verdict


def unit_words(unit: str) -> str:
    """Return a unit as it stands behind numbers."""
    return _UNITS.get(unit, unit)


def doubt_words(code: str) -> str:
    """
    Return what a finding is about, in a word or two, from its code.

    Examples
    --------
    >>> doubt_words("PAIR_LIGHT"), doubt_words("RECOVERY_WINDOW")
    ('light', 'recovery window')
    """
    return code.removeprefix("PAIR_").replace("_", " ").lower()


def typeset(words: str) -> str:
    """
    Return plain words with the signs that print has for them.

    Examples
    --------
    >>> typeset("-1.7 to -0.7, within +-10, week-6")
    '−1.7 to −0.7, within ±10, week-6'
    """
    return _PERCENT.sub("\\1\u00a0%", _MINUS_SIGN.sub(MINUS, words.replace("+-", "±")))


def region_title(name: str) -> str:
    """Return what to call a region."""
    return "All skin" if name == WHOLE_SKIN else name


def title_of(key: str) -> str:
    """
    Return what to call a quantity or a number of a region.

    Examples
    --------
    >>> title_of("ita"), title_of("dark_spots_matched_count")
    ('Individual typology angle', 'Dark spots matched count')
    """
    if key in TITLES:
        return TITLES[key]
    whole = next((name for name in sorted(TITLES, key=len, reverse=True) if key.startswith(f"{name}_")), None)
    if whole is None:
        words = key.replace("_", " ")
        return words[:1].upper() + words[1:]
    return f"{TITLES[whole]}: {key[len(whole) + 1 :].replace('_', ' ').replace('glcm', 'co-occurrence')}"


def stands_alone(value: ChangeValue) -> bool:
    """Whether a change's own interval leaves out 0 although its family's verdict is that it may be chance."""
    if value.verdict != UNDETECTED or not is_number(value.low) or not is_number(value.high):
        return False
    return value.low > 0 or value.high < 0


def record_words(record: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return the fields of a record, such as a visit's, as pairs of words; what is not known is left out."""
    pairs = []
    for key, value in record.items():
        if value is None or value in ("", (), []):
            continue
        if isinstance(value, bool):
            words = "yes" if value else "no"
        elif isinstance(value, list | tuple):
            words = ", ".join(str(one) for one in value)
        elif isinstance(value, Mapping):
            words = ", ".join(f"{name}: {told}" for name, told in record_words(value))
        else:
            words = str(value)
        name = key.replace("_", " ")
        pairs.append((name[:1].upper() + name[1:], words))
    return pairs


def has_own_repeats(change: "Change") -> bool:
    """Whether what unchanged skin differs by was learnt from the user's own repeats."""
    return change.repeatability.photos > 0
