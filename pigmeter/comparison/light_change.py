"""How the light's shape over the skin changed between two visits, as far as the skin itself shows it."""

from dataclasses import dataclass

import numpy as np

from pigmeter.reference import limit, read_table

_LAB = ("L", "a", "b")


@dataclass(frozen=True, slots=True)
class LightChange:
    """
    The change of the light over the skin, as a plane in a frame, the chart's as a rule, and what is left.

    Attributes
    ----------
    slope : array, shape (2,)
        Across and down. [natural log / unit of the frame]
    rest : float
        SD of blocks of skin about the plane. [natural log]
    whole : float
        SD of the blocks, the plane not taken off. [natural log]
    local : array, shape (rows, columns), or None
        What is left of the block that each square lies in; `rest` where there is too little skin.
        [natural log]
    """

    slope: np.ndarray
    rest: float
    whole: float
    local: np.ndarray | None = None

    def spread(self, place: np.ndarray) -> np.ndarray:
        """
        Return the SD of the light's change at a place, about that in the middle of the frame.

        Parameters
        ----------
        place : array, shape (..., 2)
            In the frame; of the chart, from its middle in its widths.

        Returns
        -------
        array, shape (...)
            [natural log]

        Notes
        -----
        The plane is laid through the skin, and the chart lies beside it and faces its own way, so that the
        plane is not taken off but taken for the size of the error, in part whichever way it points.
        """
        along = limit("change", "light_along") * (place @ self.slope)
        far = np.hypot(place[..., 0], place[..., 1])
        any_way = limit("change", "light_any_way") * np.hypot(*self.slope) * far
        rest = limit("change", "light_rest") * self.rest
        return np.asarray(np.sqrt(along**2 + any_way**2 + rest**2 + limit("change", "light_least") ** 2))


def light_change_of(
    maps: dict[str, np.ndarray], tone: float, frame: np.ndarray, pixels: float, blocks: int
) -> LightChange | None:
    """
    Read from a map of change how the light's shape changed.

    Parameters
    ----------
    maps : dict of str to array, shape (rows, columns)
        Changes of L, a, b; NaN where there are none.
    tone : float
        melanin_index of the skin.
    frame : array, shape (3, 3)
        From x and y of the baseline's photo [px]; of a chart, to widths of the chart from its middle.
    pixels : float
        Side of a square. [photo px]
    blocks : int
        Side of the blocks that are looked at. [squares]

    Returns
    -------
    LightChange or None
        None where there are too few blocks of skin.

    Notes
    -----
    More light moves L, a and b another way than less melanin or less blood does
    (``calibration/skin/light-weights.csv``), so that a treated cheek does not pass for a brighter one; in
    dark skin both ways are nearly one, and a change of either widens the interval. What is the same
    everywhere is left to the charts, which were in the light of their visits.
    """
    table = read_table("skin/light-weights.csv")
    seen = sum(
        np.interp(tone, table.column("around"), table.column(key)) * maps[key].astype(float) for key in _LAB
    )
    rows, columns = np.nonzero(np.isfinite(seen))
    labels = rows // blocks * (seen.shape[1] // blocks + 1) + columns // blocks
    counts = np.bincount(labels)
    whole = np.flatnonzero(2 * counts >= blocks**2)
    if len(whole) < limit("change", "fewest_blocks"):
        return None
    places = frame @ np.stack([(columns + 0.5) * pixels, (rows + 0.5) * pixels, np.ones(len(rows))])
    planes = (seen[rows, columns], places[0] / places[2], places[1] / places[2])
    light, across, down = (np.bincount(labels, plane)[whole] / counts[whole] for plane in planes)
    design = np.column_stack([np.ones(len(whole)), across, down])
    plane = np.linalg.lstsq(design, light, rcond=None)[0]
    rest = light - design @ plane
    spread = float(np.sqrt(np.square(rest).sum() / (len(rest) - design.shape[1])))
    of_block = np.full(len(counts), spread)
    of_block[whole] = np.abs(rest)
    local = np.full(seen.shape, spread)
    local[rows, columns] = of_block[labels]
    return LightChange(plane[1:], spread, float(light.std(ddof=1)), local)
