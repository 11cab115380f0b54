"""Read a profile back from the file that it was kept in."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from pigmeter.colour.chart_noise import noise_from_json
from pigmeter.colour.locus import SkinLocus
from pigmeter.colour.memory import memory_from_json
from pigmeter.colour.profile import FORMAT, LEVELS, Profile
from pigmeter.colour.quantities import REGRESSED
from pigmeter.colour.reading import TERMS
from pigmeter.colour.tone import KNOTS, ToneCurve
from pigmeter.colour.uncertainty import tables_from_json
from pigmeter.errors import ProfileError
from pigmeter.findings import Finding
from pigmeter.version import SOFTWARE


def load_profile(path: str | os.PathLike[str]) -> Profile:
    """
    Read a profile that `Profile.save` wrote.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Profile
        With the numbers it was saved with, bit for bit.

    Raises
    ------
    ProfileError
        ``PROFILE_READ``: not there or not JSON; ``PROFILE_FORMAT``: of another version or incomplete;
        ``PROFILE_CHANGED``: its numbers are not those it was saved with.
    """
    name = Path(path).name
    remedy = "Fit the profile again with `pigmeter profile PHOTO -o FILE`"
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        reason = f"cannot be read as a profile ({type(error).__name__})"
        raise ProfileError("PROFILE_READ", reason, remedy, file=name) from error
    found = content.get("format") if isinstance(content, dict) else None
    if found != FORMAT:
        reason = f"is not a profile of this version (format {found!r}, expected {FORMAT!r})"
        raise ProfileError("PROFILE_FORMAT", reason, remedy, file=name)
    try:
        profile = _profile_of(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"lacks a part of a profile or holds a wrong one ({error})"
        raise ProfileError("PROFILE_FORMAT", reason, remedy, file=name) from error
    if content.get("software") == SOFTWARE and content.get("id") != profile.id:
        reason = f"was changed after it was saved (named {content.get('id')}, its numbers make {profile.id})"
        raise ProfileError("PROFILE_CHANGED", reason, remedy, file=name)
    return profile


def _profile_of(content: dict[str, Any]) -> Profile:
    curve, locus = content["curve"], content["skin_locus"]
    if content["quantities"] != list(REGRESSED):
        message = "quantities differ"
        raise ValueError(message)
    return Profile(
        rendered=bool(content["rendered"]),
        chart_kind=str(content["chart"]),
        edition=str(content["edition"]),
        transfer=_array(content["transfer"], (3, LEVELS)),
        primaries=_array(content["primaries"], (3, 3)),
        curve=ToneCurve(
            _array(curve["heights"], (3, len(KNOTS))),
            _array(curve["gain"], (3,)),
            _array(curve["veil"], (3,)),
        ),
        level_weights=_array(content["level_weights"], (TERMS, len(REGRESSED))),
        change_weights=_array(content["change_weights"], (TERMS, len(REGRESSED))),
        errors=tables_from_json(content["errors"]),
        skin_locus=SkinLocus(
            _array(locus["origin"], (2,)),
            float(locus["step"]),
            _array(locus["distance"], (len(locus["distance"]), len(locus["distance"][0]))).astype(np.float32),
        ),
        quality={str(key): float(value) for key, value in content["quality"].items()},
        hypotheses=tuple(content["hypotheses"]),
        known={str(key): float(value) for key, value in content["known"].items()},
        camera=memory_from_json(content["camera"]),
        findings=tuple(Finding(**finding) for finding in content["findings"]),
        created_from=str(content["created_from"]),
        noise=noise_from_json(content["noise"]) if "noise" in content else None,
    )


def _array(values: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.array(values, dtype=float)
    if array.shape != shape or not np.isfinite(array).all():
        message = f"numbers of shape {array.shape}, expected {shape}, all finite"
        raise ValueError(message)
    return array
