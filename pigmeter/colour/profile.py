"""A profile: what one camera under one light makes of skin, and how far that may be off."""

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pigmeter.colour.change_reading import read_change
from pigmeter.colour.chart_noise import ChartNoise
from pigmeter.colour.locus import SkinLocus
from pigmeter.colour.memory import CameraMemory
from pigmeter.colour.quantities import REGRESSED
from pigmeter.colour.reading import log_response, named, terms
from pigmeter.colour.tone import ToneCurve
from pigmeter.colour.uncertainty import ErrorTables, joined
from pigmeter.errors import ProfileError, UsageError
from pigmeter.files import write_json
from pigmeter.findings import Finding
from pigmeter.photo.photo import Photo
from pigmeter.reference import limit
from pigmeter.version import SOFTWARE

FORMAT = "pigmeter profile 2"
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
    errors : ErrorTables
        How far readings may be off, by skin tone and in parts.
    skin_locus : SkinLocus
    quality : dict of str to float
        Residuals of the chart.
    hypotheses : tuple of dict
        What held for the chart, with weights; the camera class -1 is a plain 3x3 matrix.
    known : dict of str to float
        What was said to be known of lamp and camera, and how probable the chart made it. [1]
    camera : CameraMemory
        What the chart taught about the camera, for its next profile.
    findings : tuple of Finding
    created_from : str
        SHA-256 of the chart photo; empty if patch values were given.
    noise : ChartNoise or None
        As the chart photo showed it; None if it did not, or in files of before.
    """

    rendered: bool
    chart_kind: str
    edition: str
    transfer: np.ndarray
    primaries: np.ndarray
    curve: ToneCurve
    level_weights: np.ndarray
    change_weights: np.ndarray
    errors: ErrorTables
    skin_locus: SkinLocus
    quality: dict[str, float]
    hypotheses: tuple[dict[str, float], ...]
    known: dict[str, float]
    camera: CameraMemory
    findings: tuple[Finding, ...]
    created_from: str
    noise: ChartNoise | None = None

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

    def uncertainty(
        self,
        quantity: str,
        rgb: np.ndarray | None = None,
        *,
        noise: float = 0.0,
        pixels: float = 1.0,
        shading: float = 0.0,
    ) -> float | np.ndarray:
        """
        Return the standard uncertainty of a level, in the quantity's unit.

        Parameters
        ----------
        quantity : str
            A key of `quantities.QUANTITIES`.
        rgb : array, shape (..., 3), optional
            What is read, as for `estimate`: errors depend on how dark the skin is. Without it the root mean
            square over people of all tones.
        noise : float
            SD of a pixel, in the unit of `rgb`; counts only with `rgb`. Rounding to 8 bits makes 0.0011. [1]
        pixels : float
            How many independent pixels `rgb` is the mean of.
        shading : float
            SD of the light on the skin about that on the chart; see `ErrorTables.shading`. [natural log]

        Returns
        -------
        float, or with `rgb` an array of shape (...)

        Notes
        -----
        A 95 % interval is `ErrorTables.coverage_factor` times as wide to each side; `interval` gives it.
        """
        found = joined(self.uncertainty_parts(quantity, rgb, noise=noise, pixels=pixels, shading=shading))
        return float(found) if rgb is None else found

    def uncertainty_parts(
        self,
        quantity: str,
        rgb: np.ndarray | None = None,
        *,
        noise: float = 0.0,
        pixels: float = 1.0,
        shading: float = 0.0,
    ) -> dict[str, np.ndarray]:
        """
        Return the parts of `uncertainty`, whose squares add up to its square.

        Returns
        -------
        dict of str to array, shape (...)
            `camera` (what the chart left open) and `chart` (the copy of the chart, the light on it): shared
            by all skin of a session. `people`: constant within a person. `noise` and `shading`: of their own
            in every photo.
        """
        if rgb is None:
            return self.errors.parts(quantity, None, np.zeros(3), shading)
        tone = self.estimate(rgb)["melanin_index"]
        return self.errors.parts(quantity, tone, self._log_noise(rgb, noise, pixels), shading)

    def interval(
        self,
        quantity: str,
        rgb: np.ndarray,
        *,
        noise: float = 0.0,
        pixels: float = 1.0,
        shading: float = 0.0,
    ) -> tuple[np.ndarray, np.ndarray]:
        """
        Return lower and upper end of the 95 % interval of a level, in the quantity's unit.

        Parameters as for `uncertainty`.
        """
        spread = self.uncertainty(quantity, rgb, noise=noise, pixels=pixels, shading=shading)
        levels = self.estimate(rgb)
        half = self.errors.coverage_factor(quantity, levels["melanin_index"]) * np.asarray(spread)
        return levels[quantity] - half, levels[quantity] + half

    def change_uncertainty(
        self,
        quantity: str,
        rgb_before: np.ndarray,
        rgb_after: np.ndarray,
        profile_after: "Profile | None" = None,
        *,
        noise: float = 0.0,
        pixels: float = 1.0,
        shading: float = 0.0,
    ) -> np.ndarray:
        """
        Return the standard uncertainty of a change of the same skin, in the quantity's unit.

        Parameters
        ----------
        quantity : str
            A key of `quantities.QUANTITIES`.
        rgb_before, rgb_after, profile_after
            As for `estimate_change`.
        noise : float
            SD of a pixel, in the unit of the values. [1]
        pixels : float
            How many independent pixels each value is the mean of.
        shading : float
            SD of the light on the skin about that on the chart, at each visit. [natural log]

        Returns
        -------
        array, shape (...)

        Notes
        -----
        The part between people cancels, and with one profile that of the camera too, but for a share of the
        change. Two profiles err each for itself: then their cameras and charts count in full. How exactly the
        same skin is compared is not in it.
        """
        later = profile_after or self
        level, moved = self.estimate(rgb_before), self.estimate_change(rgb_before, rgb_after, profile_after)
        tone = level["melanin_index"]
        spread = np.hypot(
            self._log_noise(rgb_before, noise, pixels), later._log_noise(rgb_after, noise, pixels)
        )
        size = (moved["melanin_index"], moved["haemoglobin_index"])
        parts = self.errors.change_parts(quantity, tone, size, spread, np.sqrt(2) * shading)
        if later.id != self.id:
            for each in (self, later):
                own = each.errors.parts(quantity, tone, np.zeros(3))
                parts |= {name: np.hypot(parts[name], own[name]) for name in ("camera", "chart")}
        return joined(parts)

    def _log_noise(self, rgb: np.ndarray, noise: float, pixels: float) -> np.ndarray:
        """SD of the log response of a mean of noisy pixels, shape (..., 3). [natural log]"""
        values = np.asarray(rgb, dtype=float)
        if not noise:
            return np.zeros_like(values)
        step = np.minimum(noise, 0.5 * np.maximum(values, 1e-4))
        slope = np.log(self.response(values + step) / self.response(values - step)) / (2 * step)
        return np.asarray(np.abs(slope) * noise / np.sqrt(pixels))

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
            In each quantity's unit; change of `ita` and `hue` from the change of L, a, b about the middle of
            both levels.

        Notes
        -----
        With one profile not the difference of two levels: within one person only melanin and blood move, and
        the change table knows that. With two it is that difference; see `change_reading.read_change`.
        """
        later = profile_after or self
        before, after = (
            log_response(each.response(rgb)) for each, rgb in ((self, rgb_before), (later, rgb_after))
        )
        return read_change(before, after, self, later)

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
            "errors": self.errors.to_json(),
            "skin_locus": self.skin_locus.to_json(),
            "quality": self.quality,
            "hypotheses": list(self.hypotheses),
            "known": self.known,
            "camera": self.camera.to_json(),
            "findings": [
                {"code": f.code, "message": f.message, "value": f.value, "limit": f.limit}
                for f in self.findings
            ],
        } | ({} if self.noise is None else {"noise": self.noise.to_json()})

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
