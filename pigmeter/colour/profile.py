"""A profile: what one camera under one light makes of skin, fitted to a chart, kept in a file, read back."""

import hashlib
import json
import math
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from pigmeter.colour.cielab import hue, ita
from pigmeter.colour.locus import SkinLocus
from pigmeter.colour.quantities import QUANTITIES, REGRESSED
from pigmeter.colour.reading import TERMS, log_response, named, terms
from pigmeter.colour.tone import KNOTS, ToneCurve
from pigmeter.errors import ProfileError, UsageError
from pigmeter.files import write_json
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.version import SOFTWARE

FORMAT = "pigmeter profile 1"
# Samples of the transfer curve that a profile keeps.
LEVELS = 256


# Without slots: its identity, a hash of all its numbers (4 ms), is worked out once.
@dataclass(frozen=True)
class Profile:
    """
    How one camera, under one light, with one rendering, is read.

    Attributes
    ----------
    rendered : bool
        Whether values are encoded as in a camera's JPEG (0 to 1) or linear.
    chart_kind, edition : str
        The chart it was fitted to, and its edition as inferred.
    transfer : array, shape (3, 256)
        Linear value of evenly spaced encoded ones, 0 to 1; a straight line for linear values. [1]
    primaries : array, shape (3, 3)
        Linear RGB of the files to XYZ, D65.
    curve : ToneCurve
        What lies between linear file values and the scene's response.
    level_weights, change_weights : array, shape (10, 8)
        Of `reading.terms`, for the quantities of `quantities.REGRESSED`.
    camera_uncertainty, people_uncertainty : array, shape (10,)
        Standard uncertainty of a region's mean level, in the order of `quantities.QUANTITIES`: the part that
        all skin of a session shares, and the part between people.
    skin_locus : SkinLocus
    quality : dict of str to float
        Residuals of the chart.
    hypotheses : tuple of dict
        What held for the chart, with weights.
    findings : tuple of Finding
    created_from : str
        SHA-256 of the chart photo; empty if patch values were given.
    """

    rendered: bool
    chart_kind: str
    edition: str
    transfer: np.ndarray
    primaries: np.ndarray
    curve: ToneCurve
    level_weights: np.ndarray
    change_weights: np.ndarray
    camera_uncertainty: np.ndarray
    people_uncertainty: np.ndarray
    skin_locus: SkinLocus
    quality: dict[str, float]
    hypotheses: tuple[dict[str, float], ...]
    findings: tuple[Finding, ...]
    created_from: str

    @cached_property
    def id(self) -> str:
        """Name of this profile: changes with any of its numbers."""
        text = json.dumps(self._content(), sort_keys=True)
        return "p-" + hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def response(self, rgb: np.ndarray) -> np.ndarray:
        """
        Scene response of values of the kind that the profile was fitted to.

        Parameters
        ----------
        rgb : array, shape (..., 3)
            Encoded 0 to 1 if `rendered`, else linear. [1]

        Returns
        -------
        array, shape (..., 3)
            Perfect white = 1, at least 1e-4. [1]
        """
        values = np.asarray(rgb, dtype=float)
        if values.shape[-1:] != (3,):
            reason = f"rgb has shape {values.shape}; expected (..., 3)"
            raise UsageError("RGB_SHAPE", reason, "Put the channels last, in the order R, G, B")
        if self.rendered:
            grid = np.linspace(0.0, 1.0, self.transfer.shape[1])
            values = np.stack([np.interp(values[..., c], grid, self.transfer[c]) for c in range(3)], axis=-1)
        return self.curve.respond(np.log(np.maximum(values, 1e-4)))

    def response_table(self, photo: Photo) -> np.ndarray:
        """
        Scene response of every encoded value of a photo of this session.

        Parameters
        ----------
        photo : Photo
            Of the colour space that the profile was fitted to.

        Returns
        -------
        array of float32, shape (3, 256) or (3, 65536)
            Perfect white = 1, at least 1e-4, rising. [1]

        Raises
        ------
        ProfileError
            ``PAIR_COLOUR_SPACE`` if the photo's values mean something else than the profile's.
        """
        grid = np.linspace(0.0, 1.0, photo.decode.shape[1])
        own = np.array([np.interp(grid, np.linspace(0, 1, LEVELS), row) for row in self.transfer])
        off = max(
            float(np.abs(photo.primaries - self.primaries).max()), float(np.abs(photo.decode - own).max())
        )
        if off > limit("profile", "colour_space_off"):
            reason = (
                f"its colour space ({photo.colour_space}) is not that of the profile {self.id} "
                f"(values differ by up to {off:.3f})"
            )
            remedy = "Fit a profile to a chart photo that was saved in the same way"
            raise ProfileError("PAIR_COLOUR_SPACE", reason, remedy, file=photo.name)
        linear = np.maximum(photo.decode.T.astype(float), 1e-4)
        return self.curve.respond(np.log(linear)).T.astype(np.float32)

    def weights(self, table: str) -> np.ndarray:
        """Weights of `table` (``"level"`` or ``"change"``), float32, shape (10, 8)."""
        found = {"level": self.level_weights, "change": self.change_weights}
        if table not in found:
            raise UsageError("TABLE_UNKNOWN", f"unknown table {table!r}", "Ask for 'level' or 'change'")
        return found[table].astype(np.float32)

    def uncertainty(self, quantity: str) -> float:
        """
        Return the standard uncertainty of a region's mean level, in the quantity's unit.

        Notes
        -----
        From the posterior over cameras and the spread between people; light that differs between chart and
        skin, pixel noise and the site are not in it.
        """
        place = list(QUANTITIES).index(quantity)
        return float(math.hypot(self.camera_uncertainty[place], self.people_uncertainty[place]))

    def estimate(self, rgb: np.ndarray) -> dict[str, np.ndarray]:
        """
        Levels of every quantity.

        Parameters
        ----------
        rgb : array, shape (..., 3)
            Of the kind that the profile was fitted to (see `response`). [1]

        Returns
        -------
        dict of str to array, shape (...)
            One per key of `quantities.QUANTITIES`, in its unit.

        Notes
        -----
        Valid for human skin, ITA -75 to +65 degrees, in the chart's light. Average over pixels before, not
        after.
        """
        return named(terms(log_response(self.response(rgb))) @ self.level_weights)

    def estimate_change(
        self, rgb_before: np.ndarray, rgb_after: np.ndarray, profile_after: "Profile | None" = None
    ) -> dict[str, np.ndarray]:
        """
        Change of every quantity of the same skin, follow-up minus baseline.

        Parameters
        ----------
        rgb_before, rgb_after : array, shape (..., 3)
            The same skin at two visits. [1]
        profile_after : Profile, optional
            Of the second visit, if it had another.

        Returns
        -------
        dict of str to array, shape (...)
            In each quantity's unit; change of `ita` and `hue` from the change of L, a, b about the level
            before.

        Notes
        -----
        Not the difference of two levels: within one person only melanin and blood move, and this table knows
        that. With two profiles each visit is read by its own; what the two disagree on for the same skin is
        then part of the change.
        """
        later = profile_after or self
        before = terms(log_response(self.response(rgb_before))) @ self.change_weights
        after = terms(log_response(later.response(rgb_after))) @ later.change_weights
        level = self.estimate(rgb_before)
        moved = dict(zip(REGRESSED, np.moveaxis(after - before, -1, 0), strict=True))
        lightness, a, b = (level[key] + moved[key] for key in ("L", "a", "b"))
        moved["ita"] = ita(lightness, b) - level["ita"]
        moved["hue"] = (hue(a, b) - level["hue"] + 180) % 360 - 180
        return {key: moved[key] for key in QUANTITIES}

    def _content(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "software": SOFTWARE,
            "rendered": self.rendered,
            "chart": self.chart_kind,
            "edition": self.edition,
            "created_from": self.created_from,
            "transfer": self.transfer.tolist(),
            "primaries": self.primaries.tolist(),
            "curve": {
                "heights": self.curve.heights.tolist(),
                "gain": self.curve.gain.tolist(),
                "veil": self.curve.veil.tolist(),
            },
            "quantities": list(REGRESSED),
            "level_weights": self.level_weights.tolist(),
            "change_weights": self.change_weights.tolist(),
            "uncertainty": {
                key: {"camera": camera, "people": people}
                for key, camera, people in zip(
                    QUANTITIES,
                    self.camera_uncertainty.tolist(),
                    self.people_uncertainty.tolist(),
                    strict=True,
                )
            },
            "skin_locus": {
                "origin": self.skin_locus.origin.tolist(),
                "step": self.skin_locus.step,
                "distance": [[round(float(d), 2) for d in row] for row in self.skin_locus.distance],
            },
            "quality": self.quality,
            "hypotheses": list(self.hypotheses),
            "findings": [
                {"code": f.code, "message": f.message, "value": f.value, "limit": f.limit}
                for f in self.findings
            ],
        }

    def to_json(self) -> dict[str, Any]:
        """Return everything as plain lists, numbers and words."""
        return {"id": self.id} | self._content()

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write the profile as readable JSON, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        write_json(path, self.to_json())


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
        profile = _from_content(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"lacks a part of a profile or holds a wrong one ({error})"
        raise ProfileError("PROFILE_FORMAT", reason, remedy, file=name) from error
    if content.get("software") == SOFTWARE and content.get("id") != profile.id:
        reason = f"was changed after it was saved (named {content.get('id')}, its numbers make {profile.id})"
        raise ProfileError("PROFILE_CHANGED", reason, remedy, file=name)
    return profile


def _from_content(content: dict[str, Any]) -> Profile:
    curve, locus = content["curve"], content["skin_locus"]
    uncertainty = [content["uncertainty"][key] for key in QUANTITIES]
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
        camera_uncertainty=_array([u["camera"] for u in uncertainty], (len(QUANTITIES),)),
        people_uncertainty=_array([u["people"] for u in uncertainty], (len(QUANTITIES),)),
        skin_locus=SkinLocus(
            _array(locus["origin"], (2,)),
            float(locus["step"]),
            _array(locus["distance"], (len(locus["distance"]), len(locus["distance"][0]))).astype(np.float32),
        ),
        quality={str(key): float(value) for key, value in content["quality"].items()},
        hypotheses=tuple(content["hypotheses"]),
        findings=tuple(Finding(**finding) for finding in content["findings"]),
        created_from=str(content["created_from"]),
    )


def _array(values: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.array(values, dtype=float)
    if array.shape != shape or not np.isfinite(array).all():
        message = f"numbers of shape {array.shape}, expected {shape}, all finite"
        raise ValueError(message)
    return array
