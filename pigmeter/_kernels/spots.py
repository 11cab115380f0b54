"""One spot at a time: grown to half of its height over its surroundings, and its outline traced."""

import numpy as np
from numba import njit

_STRAIGHT, _DIAGONAL = 1.0, 1.4142135623730951  # steps of a chamfer distance
_FAR = 1e9
_DOWN = np.array([-1, 0, 1, 0])
_ACROSS = np.array([0, 1, 0, -1])


@njit(cache=True, nogil=True)
def _fit_plane(values: np.ndarray, marks: np.ndarray, mark: int, plane: np.ndarray) -> float:
    """Fit a plane to marked values, without those that lie off it; return their SD, NaN without a plane."""
    rows, columns = values.shape
    spread = _FAR
    plane[:] = 0.0
    used = 0
    for turn in range(4):
        n, sy, sx, sv, syy, sxx, syx, syv, sxv = 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for y in range(rows):
            for x in range(columns):
                if marks[y, x] != mark:
                    continue
                v = np.float64(values[y, x])
                if turn > 0 and abs(v - plane[0] - plane[1] * y - plane[2] * x) > 2.0 * spread:
                    continue
                n += 1
                sy += y
                sx += x
                sv += v
                syy += y * y
                sxx += x * x
                syx += y * x
                syv += y * v
                sxv += x * v
        if n < 6:
            return np.nan
        my, mx, mv = sy / n, sx / n, sv / n
        cyy, cxx, cyx = syy / n - my * my, sxx / n - mx * mx, syx / n - my * mx
        cyv, cxv = syv / n - my * mv, sxv / n - mx * mv
        size = cyy * cxx - cyx * cyx
        if size <= 1e-9 * (cyy * cxx + 1e-9):
            return np.nan
        plane[1] = (cyv * cxx - cxv * cyx) / size
        plane[2] = (cxv * cyy - cyv * cyx) / size
        plane[0] = mv - plane[1] * my - plane[2] * mx
        total, used = 0.0, 0
        for y in range(rows):
            for x in range(columns):
                if marks[y, x] != mark:
                    continue
                off = np.float64(values[y, x]) - plane[0] - plane[1] * y - plane[2] * x
                if turn > 0 and abs(off) > 2.0 * spread:
                    continue
                total += off * off
                used += 1
        spread = np.sqrt(total / max(used, 1))
    return spread


@njit(cache=True, nogil=True)
def _grow(
    height: np.ndarray, row: int, column: int, level: float, marks: np.ndarray, stack: np.ndarray
) -> int:
    """Mark by 1 what is connected to a pixel, over its sides, above a level; return how many."""
    rows, columns = height.shape
    marks[:] = 0
    marks[row, column] = 1
    stack[0] = row * columns + column
    filled, taken = 1, 0
    while taken < filled:
        y, x = stack[taken] // columns, stack[taken] % columns
        taken += 1
        for d in range(4):
            i, j = y + _DOWN[d], x + _ACROSS[d]
            if 0 <= i < rows and 0 <= j < columns and marks[i, j] == 0 and height[i, j] > level:
                marks[i, j] = 1
                stack[filled] = i * columns + j
                filled += 1
    return filled


@njit(cache=True, nogil=True)
def _highest_third(values: np.ndarray, count: int) -> float:
    """Mean of the highest third of the first `count` values, whose order is lost; a sort compiles for 2 s."""
    wanted = count - max(count // 3, 1)  # as many are lower
    first, last = 0, count - 1
    while first < last:
        pivot = values[(first + last) // 2]
        low, high = first, last
        while low <= high:
            while values[low] < pivot:
                low += 1
            while values[high] > pivot:
                high -= 1
            if low <= high:
                values[low], values[high] = values[high], values[low]
                low += 1
                high -= 1
        if wanted <= high:
            last = high
        elif wanted >= low:
            first = low
        else:
            break
    total = 0.0
    for k in range(wanted, count):
        total += values[k]
    return total / (count - wanted)


@njit(cache=True, nogil=True)
def _distances(marks: np.ndarray, distance: np.ndarray) -> None:
    """Chamfer distance of each pixel from the marked ones. [px]"""
    rows, columns = marks.shape
    for y in range(rows):
        for x in range(columns):
            d = 0.0 if marks[y, x] == 1 else _FAR
            if y > 0:
                d = min(d, distance[y - 1, x] + _STRAIGHT)
                if x > 0:
                    d = min(d, distance[y - 1, x - 1] + _DIAGONAL)
                if x < columns - 1:
                    d = min(d, distance[y - 1, x + 1] + _DIAGONAL)
            if x > 0:
                d = min(d, distance[y, x - 1] + _STRAIGHT)
            distance[y, x] = d
    for y in range(rows - 1, -1, -1):
        for x in range(columns - 1, -1, -1):
            d = distance[y, x]
            if y < rows - 1:
                d = min(d, distance[y + 1, x] + _STRAIGHT)
                if x > 0:
                    d = min(d, distance[y + 1, x - 1] + _DIAGONAL)
                if x < columns - 1:
                    d = min(d, distance[y + 1, x + 1] + _DIAGONAL)
            if x < columns - 1:
                d = min(d, distance[y, x + 1] + _STRAIGHT)
            distance[y, x] = d


@njit(cache=True, nogil=True)
def _trace(
    height: np.ndarray, marks: np.ndarray, level: float, row: int, column: int, points: np.ndarray
) -> int:
    """Walk clockwise round the marked pixels, a point (x, y) at each crossing; return how many."""
    rows, columns = height.shape
    y, x = row, column
    while y > 0 and marks[y - 1, x] == 1:
        y -= 1
    side = 0
    first_y, first_x = y, x
    n = 0
    while n < len(points):
        i, j = y + _DOWN[side], x + _ACROSS[side]
        t = 0.5
        if 0 <= i < rows and 0 <= j < columns and np.isfinite(height[i, j]):
            below = min(height[i, j], level)
            t = (height[y, x] - level) / (height[y, x] - below)
        points[n, 0] = x + t * _ACROSS[side]
        points[n, 1] = y + t * _DOWN[side]
        n += 1
        ahead = (side + 1) % 4
        i, j = y + _DOWN[ahead], x + _ACROSS[ahead]
        if not (0 <= i < rows and 0 <= j < columns and marks[i, j] == 1):
            side = ahead
        else:
            k, m = i + _DOWN[side], j + _ACROSS[side]
            if 0 <= k < rows and 0 <= m < columns and marks[k, m] == 1:
                y, x, side = k, m, (side + 3) % 4
            else:
                y, x = i, j
        if y == first_y and x == first_x and side == 0:
            break
    return n


@njit(cache=True, nogil=True)
def outline_spot(
    values: np.ndarray,
    row: int,
    column: int,
    radius: float,
    marks: np.ndarray,
    points: np.ndarray,
    plane: np.ndarray,
) -> tuple[int, float, float, float, float, float, float]:
    """
    Grow a bright spot to half of its height over a plane through its surroundings, and trace its outline.

    Parameters
    ----------
    values : array of float32, shape (rows, columns)
        A window; NaN where nothing is known.
    row, column : int
        A pixel of the spot.
    radius : float
        About that of the spot. [px]
    marks : array of uint8, shape (rows, columns)
        Written: 1 inside, 2 in the ring that the plane was put through, 0 elsewhere.
    points : array of float64, shape (most, 2)
        Written: the outline, x and y in the window, clockwise. [px]
    plane : array of float64, shape (3,)
        Written: value at the window's first pixel, slope down, slope across.

    Returns
    -------
    number : int
        Of points; 0 if there is no such spot: nothing around it is known, it does not rise over its
        surroundings, or it runs out of the window.
    height : float
        Mean over the highest third of the spot, over the plane.
    spread : float
        SD of the ring about the plane.
    coverage : float
        Which part of what lies around the outline, to the ring's far edge, is known. [1]
    area, perimeter : float
        Of the outline. [px2, px]
    skirt : float
        Mean just outside of the outline, over the height: next to 0 for a sharp edge, a third for a hill. [1]
    """
    rows, columns = values.shape
    height = np.empty((rows, columns))
    distance = np.empty((rows, columns))
    stack = np.empty(rows * columns, dtype=np.int64)
    inside = np.empty(rows * columns)
    marks[:] = 0
    # squares, since a call of hypot for every pixel took half of the time
    nearest, farthest, middle = (1.6 * radius) ** 2, (2.7 * radius + 1) ** 2, max(0.6 * radius, 1.0) ** 2
    for y in range(rows):
        for x in range(columns):
            r2 = (y - row) ** 2 + (x - column) ** 2
            if nearest < r2 <= farthest and np.isfinite(values[y, x]):
                marks[y, x] = 2
    top, spread, coverage = 0.0, 0.0, 0.0
    peak_y, peak_x = row, column
    for _ in range(3):
        spread = _fit_plane(values, marks, 2, plane)
        if not np.isfinite(spread):
            return 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        top = -_FAR
        for y in range(rows):
            for x in range(columns):
                height[y, x] = values[y, x] - plane[0] - plane[1] * y - plane[2] * x
                if (y - row) ** 2 + (x - column) ** 2 <= middle and height[y, x] > top:
                    top, peak_y, peak_x = height[y, x], y, x
        if top <= 0:
            return 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        count = 0
        for _repeat in range(4):
            count = _grow(height, peak_y, peak_x, top / 2, marks, stack)
            for k in range(count):
                inside[k] = height[stack[k] // columns, stack[k] % columns]
            top = _highest_third(inside, count)
        for k in range(count):
            y, x = stack[k] // columns, stack[k] % columns
            if y == 0 or x == 0 or y == rows - 1 or x == columns - 1:
                return 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        own = np.sqrt(count / np.pi)
        _distances(marks, distance)
        near, far = max(0.45 * own, 1.5), max(0.45 * own, 1.5) + max(0.8 * own, 2.0)
        possible, known = 0, 0
        for y in range(rows):
            for x in range(columns):
                if 0 < distance[y, x] <= far:
                    possible += 1
                    if np.isfinite(values[y, x]):
                        known += 1
                        if distance[y, x] > near:
                            marks[y, x] = 2
        coverage = known / max(possible, 1)
        if marks[peak_y, peak_x] != 1:
            return 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    number = _trace(height, marks, top / 2, peak_y, peak_x, points)
    doubled, perimeter = 0.0, 0.0
    for n in range(number):
        m = n + 1 if n + 1 < number else 0
        doubled += points[n, 0] * points[m, 1] - points[m, 0] * points[n, 1]
        perimeter += np.hypot(points[m, 0] - points[n, 0], points[m, 1] - points[n, 1])
    own = np.sqrt(abs(doubled) / (2 * np.pi))
    skirt, n_skirt = 0.0, 0
    for y in range(rows):
        for x in range(columns):
            d = distance[y, x] - 0.5
            if 0.1 * own < d <= max(0.4 * own, 0.1 * own + 1.0) and np.isfinite(height[y, x]):
                skirt += height[y, x]
                n_skirt += 1
    return number, top, spread, coverage, abs(doubled) / 2, perimeter, skirt / max(n_skirt, 1) / top
