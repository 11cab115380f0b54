"""A smooth deformation of skin between two photos, as by expression or by the way it lies."""

from dataclasses import dataclass

import numpy as np

_WAVES = 5


@dataclass(frozen=True, slots=True)
class Expression:
    """
    Where skin moves to, along its surface.

    Attributes
    ----------
    largest_mm : float
        Largest displacement near the middle. [mm]
    length_mm : float
        Shortest wavelength; the longest is twice that. [mm]
    seed : int
        Of its shape.
    """

    largest_mm: float
    length_mm: float = 60.0
    seed: int = 0

    def displaced(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Place of skin that lies at (x, y) at rest [mm]."""
        across, down = self._displacement(x, y)
        return x + across, y + down

    def at_rest(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the skin that is seen at (x, y) lies at rest [mm]; the inverse of `displaced`."""
        own_x, own_y = x, y
        for _ in range(12):  # each step leaves less than a third of the error for slopes below 0.3
            across, down = self._displacement(own_x, own_y)
            own_x, own_y = x - across, y - down
        return own_x, own_y

    def _displacement(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng([self.seed, 41])
        angle = rng.uniform(0, 2 * np.pi, _WAVES)
        wave = 2 * np.pi / (self.length_mm * rng.uniform(1, 2, _WAVES))
        phase = rng.uniform(0, 2 * np.pi, (2, _WAVES))
        strength = rng.normal(0, 1, (2, _WAVES))
        place = np.linspace(-50, 50, 41)
        grid = np.meshgrid(place, place)

        def fields(across: np.ndarray, down: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            total = [np.zeros(np.shape(across)), np.zeros(np.shape(across))]
            for n in range(_WAVES):
                along = wave[n] * (np.cos(angle[n]) * across + np.sin(angle[n]) * down)
                for i in (0, 1):
                    total[i] = total[i] + strength[i, n] * np.sin(along + phase[i, n])
            return total[0], total[1]

        scale = self.largest_mm / float(np.hypot(*fields(*grid)).max())
        first, second = fields(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
        return scale * first, scale * second
