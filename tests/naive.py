"""A naive twin for every kernel: the same name and arguments, with loops and NumPy, slow and plain."""

import numpy as np

# Twins of pigmeter/_kernels/pixel.py and sample.py


def block_means(pixels, table, low, scale, cell, fewest, first, last, means, cells, usable, clipped):
    linear = np.stack([table[c].astype(float)[pixels[..., c]] for c in range(3)], axis=-1)
    good = (linear < 1e9).all(axis=-1)
    black = ~good & (pixels.min(axis=-1) <= low)
    side = scale * cell
    for r in range(first, last):
        for c in range(usable.shape[1]):
            part = np.s_[r * side : (r + 1) * side, c * side : (c + 1) * side]
            usable[r, c] = good[part].sum()
            clipped[0, r, c] = black[part].sum()
            clipped[1, r, c] = (~good[part] & ~black[part]).sum()
            cells[:, r, c] = linear[part][good[part]].mean(axis=0) if usable[r, c] else 0
    for r in range(first * cell, min(last * cell, means.shape[1])):
        for c in range(means.shape[2]):
            part = np.s_[r * scale : (r + 1) * scale, c * scale : (c + 1) * scale]
            share = good[part].mean()
            means[:3, r, c] = linear[part][good[part]].mean(axis=0) if share > 0 and share >= fewest else 0


def quantity_planes(planes, weights, wanted, background, excess, neutrality, cell, first, last, state):
    for r in range(first * cell, min(last * cell, state.shape[0])):
        for c in range(state.shape[1]):
            place = r // cell, c // cell
            x = planes[:3, r, c].astype(float)
            added = x - background[(slice(None), *place)]
            state[r, c] = 1
            if added.min() > excess and added.max() < neutrality * added.min():
                state[r, c] = 2
            if not (x > 0).all():
                state[r, c] = 3
            if not wanted[place]:
                state[r, c] = 0
            if state[r, c] != 1:
                planes[:, r, c] = np.nan
                continue
            i, j, k = -np.log10(x) - 0.4
            terms = np.array([1, i, j, k, i * i, j * j, k * k, i * j, j * k, i * k])
            values = terms @ weights.astype(float)
            lightness, a, b = values[3:6]
            planes[:8, r, c] = values
            planes[8, r, c] = np.degrees(np.arctan2(lightness - 50, b))
            planes[9, r, c] = np.degrees(np.arctan2(b, a))


def tally(values, inside, first, last, left, right, pivot, lowest, bins_per_unit, counts, sums):
    part = np.s_[first:last, left:right]
    sums[:] = 0
    for value in values[part][inside[part]].astype(float):
        sums += [1, value - pivot, (value - pivot) ** 2]
        counts[int(np.clip((value - lowest) * bins_per_unit, 0, len(counts) - 1))] += 1


# Twin of pigmeter/_kernels/lzw.py


def unpack_lzw(packed, unpacked):
    """One segment of LZW, with the table as a list of byte strings."""
    bits = "".join(f"{byte:08b}" for byte in packed.tolist())
    table, width, position, out, before = [], 9, 0, b"", None
    while position + width <= len(bits):
        code = int(bits[position : position + width], 2)
        position += width
        if code == 257:
            break
        if code == 256:
            table, width, before = [bytes([value]) for value in range(256)] + [b"", b""], 9, None
            continue
        table = table or [bytes([value]) for value in range(256)] + [b"", b""]
        if code < len(table):
            entry = table[code]
        elif code == len(table) and before is not None:
            entry = before + before[:1]
        else:
            return -1
        if len(out) + len(entry) > unpacked.size:
            return -2
        out += entry
        if before is not None:
            if len(table) == 4096:
                return -1
            table.append(before + entry[:1])
            width += len(table) in (511, 1023, 2047)
        before = entry
    unpacked[: len(out)] = np.frombuffer(out, dtype=np.uint8)
    return len(out)


# Twins of pigmeter/_kernels/grid.py


def square_weights(count, step, i):
    """Part of each of `count` pixels that lies in the i-th piece of a line, in pixels."""
    edges = np.arange(count + 1)
    return np.clip(np.minimum(edges[1:], (i + 1) * step) - np.maximum(edges[:-1], i * step), 0, 1)


def square_shares(inside, step, first, last, share):
    rows, columns = inside.shape
    for i in range(first, last):
        for j in range(share.shape[1]):
            weight = np.outer(square_weights(rows, step, i), square_weights(columns, step, j))
            share[i, j] = (weight * inside).sum() / step**2


def square_means(values, inside, share, fewest, step, first, last, means):
    rows, columns = inside.shape
    for i in range(first, last):
        for j in range(share.shape[1]):
            weight = np.outer(square_weights(rows, step, i), square_weights(columns, step, j)) * inside
            enough = share[i, j] >= fewest
            means[i, j] = (weight * np.where(inside, values, 0)).sum() / weight.sum() if enough else np.nan


# Twins of pigmeter/_kernels/bands.py


def pooled_squares(values, weights, offsets, size, step, first, last, pooled, pooled_weights, pooled_offsets):
    rows, columns = weights.shape
    shift = offsets if offsets.shape[1] else np.zeros((2, rows, columns))
    for i in range(first, last):
        for j in range(pooled_weights.shape[1]):
            part = np.s_[i * step : i * step + size, j * step : j * step + size]
            w = weights[part].astype(float)
            place = np.mgrid[: w.shape[0], : w.shape[1]] - (size - 1) / 2 + shift[(slice(None), *part)]
            total = w.sum()
            pooled_weights[i, j] = total / size**2
            pooled_offsets[:, i, j] = (w * place).sum(axis=(1, 2)) / total / size if total else 0
            filled = np.where(w > 0, values[(slice(None), *part)], 0)
            pooled[:, i, j] = (w * filled).sum(axis=(1, 2)) / total if total else 0


def window_of(values, weights, offsets, i, j, stride):
    """What is left of a window: taps, weights, places about the middle square, values, which it is."""
    rows, columns = weights.shape
    shift = offsets if offsets.shape[1] else np.zeros((2, rows, columns))
    found = []
    for a in range(-2, 3):
        for b in range(-2, 3):
            r, c = i + a * stride, j + b * stride
            if 0 <= r < rows and 0 <= c < columns and weights[r, c] > 0:
                tap = (0.5 if abs(a) == 2 else 1) * (0.5 if abs(b) == 2 else 1)
                place = np.array([a, b]) + shift[:, r, c] - shift[:, i, j]
                found.append((tap, float(weights[r, c]), place, values[:, r, c], a == b == 0))
    return [np.array(each, dtype=float) for each in zip(*found, strict=True)]


def band_tiles(
    values, weights, offsets, stride, variance, growth, variance_step, fewest, least_filled, least_kept,
    per_tile, shift, first, last, sums,
):  # fmt: skip
    whole = (1 - 2 / 16 + (3.5 / 16) ** 2) - 1
    for tile in range(first, last):
        sums[:, tile] = 0
    for i in range(weights.shape[0]):
        for j in range(weights.shape[1]):
            if not first <= (i + shift) // per_tile < last or not weights[i, j] >= fewest:
                continue
            taps, w, place, found, middle = window_of(values, weights, offsets, i, j, stride)
            filled = (taps * w).sum()
            if filled < 16 * least_filled:
                continue
            if filled >= 16 * 0.999:
                mean = (taps * w) @ found / filled
                kept, own, window = 1 + whole, 1, whole
            else:
                design = np.column_stack([np.ones(len(w)), place])
                moments = design.T @ ((taps * w)[:, None] * design)
                if np.linalg.det(moments) <= 1e-6 * filled**3:
                    continue
                share = taps * w * (design @ np.linalg.inv(moments)[0])
                mean = share @ found
                kept = 1 - 2 * share[middle == 1][0] + (share**2).sum()
                own = 1 / float(weights[i, j])
                window = (share**2 / w).sum() - 2 * share[middle == 1][0] * own
                if kept < least_kept:
                    continue
            at = [
                min(int(((k + shift) // per_tile * per_tile + (per_tile - shift) / 2) * variance_step), n - 1)
                for k, n in zip((i, j), variance.shape[1:], strict=True)
            ]
            off = values[:, i, j] - mean
            noise = variance[(slice(None), *at)] * (own + growth * window)
            sums[:, (i + shift) // per_tile, (j + shift) // per_tile] += [
                1, kept / (1 + whole), *off**2, *noise
            ]  # fmt: skip


def tile_spreads(sums, least, first, last, spreads):
    count = (len(sums) - 2) // 2
    padded = np.pad(sums.astype(float), ((0, 0), (1, 1), (1, 1)))
    taps = np.outer([0.5, 1, 0.5], [0.5, 1, 0.5])
    for i in range(first, last):
        for j in range(sums.shape[2]):
            box = (padded[:, i : i + 3, j : j + 3] * taps).sum(axis=(1, 2))
            for q in range(count):
                enough = box[1] >= least and box[1] > 0
                left = (box[2 + q] - box[2 + count + q]) / box[1] if enough else np.nan
                spreads[q, i, j] = np.sqrt(np.maximum(left, 0))


def tile_scatter(sums, squares, width, first, last, scatter):
    count = len(squares)
    edge = width - 1
    for q in range(count):
        own = sums[2 + q].astype(float) - sums[2 + count + q] - squares[q] * sums[1]
        padded = np.pad(own, edge)
        for i in range(first, last):
            boxes = [padded[i : i + width, j : j + width].sum() for j in range(own.shape[1] + edge)]
            scatter[q, i] = np.square(boxes).sum() / width**2


# Twins of pigmeter/_kernels/lines.py


def dark_lines(values, reach, slant, strong, faint, margin, cell, first, last, grade):
    rows, columns = values.shape
    pairs = [((0, -reach), (0, reach)), ((-reach, 0), (reach, 0))]
    pairs += [((-slant, -slant), (slant, slant)), ((-slant, slant), (slant, -slant))]
    for r in range(first * cell, min(last * cell, rows)):
        for c in range(columns):
            marks = []
            for least in (faint * strong[r // cell, c // cell], strong[r // cell, c // cell]):
                own = values[r, c] - np.float32(least)
                marks.append(False)
                for pair in pairs:
                    around = [
                        values[min(max(r + down, 0), rows - 1), min(max(c + across, 0), columns - 1)]
                        for down, across in pair
                    ]
                    marks[-1] |= bool(own > around[0] and own > around[1])
            grade[r + margin, c + margin] = sum(marks)


def trace_lines(
    grade, values, blood, steps, sides, length, clear, flank, cell, strip, first, last, found
):  # fmt: skip
    margin = (grade.shape[0] - values.shape[0]) // 2
    rows, columns = values.shape
    ahead = [[tuple(step) for step in way] for way in steps]

    def run(place, way, across):
        """Places of a line on both sides of one, a single gap allowed."""
        for sign in (-1, 1):
            gap = []
            for step in way:
                middle = np.array(place) + sign * np.array(step)
                beside = [tuple(middle + i * across) for i in (-1, 0, 1)]
                if any(grade[at] for at in beside):
                    yield from gap
                    yield beside
                    gap = []
                elif gap:
                    break
                else:
                    gap = [[]]

    def told(place, way, across):
        """Means over ten steps: excess over both sides, of blood, and how much brighter each flank is."""
        _, near, side, far = across
        seen = []
        for sign in (-1, 1):
            for step in way[:5]:
                at = np.array(place) - margin + sign * np.array(step)
                if (at < np.abs(far)).any() or (at >= np.array([rows, columns]) - np.abs(far)).any():
                    continue

                def v(by, at=at):
                    return float(values[tuple(at + by)])

                one = [v(0) - max(v(-side), v(side))]
                one += [
                    float(blood[tuple(at)]) - float(blood[tuple(at - side)] + blood[tuple(at + side)]) / 2
                ]
                one += [v(-near) - v(-far), v(near) - v(far)]
                if np.isfinite(one).all():
                    seen.append(one)
        return np.mean(seen, axis=0) if seen else None

    for start in range(first, last, strip):
        done = set()
        for r in range(start * cell + margin, min((start + strip) * cell, last * cell, rows) + margin):
            for c in range(margin, margin + columns):
                if grade[r, c] != 2 or (r, c) in done:
                    continue
                for k, way in enumerate(ahead):
                    line = list(run((r, c), way, sides[k, 0]))
                    means = told((r, c), way, sides[k])
                    if 1 + len(line) < length:
                        continue
                    if means is not None:
                        own, red, *flanks = means
                        furrow = min(flanks) < -flank * own and max(flanks) > 0.5 * min(flanks)
                        if furrow or red > max(0, 0.5 * (own - clear)):
                            continue
                    found[r, c] = 1
                    done.add((r, c))
                    for beside in filter(None, line):
                        done.add(beside[1])
                        for at in beside:
                            found[at] |= grade[at] > 0


def widen_lines(found, reach, margin, cell, first, last, wide, count):
    rows = found.shape[0] - 2 * margin
    radius = len(reach) // 2
    for r in range(first * cell + margin, min(last * cell, rows) + margin):
        for c in range(radius, found.shape[1] - radius):
            disc = [
                found[r + down, c - half : c + half + 1].any()
                for down, half in zip(range(-radius, radius + 1), reach, strict=True)
            ]
            wide[r, c] = any(disc)
    for i in range(first, last):
        for j in range(count.shape[1]):
            top, left = i * cell + margin, j * cell + margin
            count[i, j] = np.count_nonzero(wide[top : min(top + cell, rows + margin), left : left + cell])


def take_out(planes, wide, line, causes, margin, cell, first, last, state, skin):
    for r in range(first * cell, min(last * cell, state.shape[0])):
        for c in range(state.shape[1]):
            cause = causes[r // cell, c // cell]
            if wide[r + margin, c + margin] and state[r, c] == 1:
                state[r, c] = line
            elif cause and state[r, c] in (0, 1):
                state[r, c] = cause
            if state[r, c] != 1:
                skin[r, c] = False
                for plane in planes:
                    plane[r, c] = np.nan


def count_states(state, inside, cell, top, bottom, left, right, counts):
    for r in range(top, bottom):
        for c in range(left, right):
            counts[state[r, c]] += inside[r // cell, c // cell] > 0


# Spots


def outline_spot(values, row, column, radius, marks, points, plane):
    nothing = (0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    known = np.isfinite(values)
    down, across = np.mgrid[: values.shape[0], : values.shape[1]]
    away = np.hypot(down - row, across - column)
    marks[:] = np.where((away > 1.6 * radius) & (away <= 2.7 * radius + 1) & known, 2, 0)
    peak = (row, column)
    for _ in range(3):
        spread = plane_through(values, marks == 2, plane)
        if not np.isfinite(spread):
            return nothing
        height = values - plane[0] - plane[1] * down - plane[2] * across
        near = np.where((away <= max(0.6 * radius, 1.0)) & known, height, -np.inf)
        peak = np.unravel_index(np.argmax(near), near.shape)
        top = near[peak]
        if top <= 0:
            return nothing
        for _ in range(4):
            inside = connected(height > top / 2, peak)
            ranked = np.sort(height[inside])
            top = ranked[len(ranked) - max(len(ranked) // 3, 1) :].mean()
        if inside[0].any() or inside[-1].any() or inside[:, 0].any() or inside[:, -1].any():
            return nothing
        own = np.sqrt(np.count_nonzero(inside) / np.pi)
        distance = chamfer(inside)
        nearest = max(0.45 * own, 1.5)
        farthest = nearest + max(0.8 * own, 2.0)
        around = (distance > 0) & (distance <= farthest)
        marks[:] = np.where(inside, 1, np.where(around & known & (distance > nearest), 2, 0))
        coverage = np.count_nonzero(around & known) / max(np.count_nonzero(around), 1)
    walked = walk_round(height, inside, top / 2, peak)
    number = min(len(walked), len(points))
    points[:number] = walked[:number]
    x, y = points[:number].T
    following = np.roll(points[:number], -1, axis=0)
    area = abs(np.sum(x * following[:, 1] - following[:, 0] * y)) / 2
    perimeter = np.hypot(following[:, 0] - x, following[:, 1] - y).sum()
    own = np.sqrt(area / np.pi)
    beside = (distance - 0.5 > 0.1 * own) & (distance - 0.5 <= max(0.4 * own, 0.1 * own + 1.0)) & known
    skirt = height[beside].mean() / top if beside.any() else 0.0
    return number, top, spread, coverage, area, perimeter, skirt


def plane_through(values, where, plane):
    used = where.copy()
    spread = np.nan
    down, across = np.mgrid[: values.shape[0], : values.shape[1]]
    plane[:] = 0
    for turn in range(4):
        if turn:
            off = np.abs(values - plane[0] - plane[1] * down - plane[2] * across)
            used = where & (off <= 2 * spread)
        if np.count_nonzero(used) < 6:
            return np.nan
        terms = np.stack([np.ones(used.sum()), down[used], across[used]], axis=1)
        if np.linalg.matrix_rank(terms) < 3:
            return np.nan
        plane[:] = np.linalg.lstsq(terms, values[used].astype(float), rcond=None)[0]
        left = values - plane[0] - plane[1] * down - plane[2] * across
        used = where & (np.abs(left) <= 2 * spread) if turn else where
        spread = np.sqrt(np.mean(left[used] ** 2)) if used.any() else 0.0
    return spread


def connected(above, start):
    inside = np.zeros(above.shape, dtype=bool)
    waiting = [tuple(start)]
    while waiting:
        r, c = waiting.pop()
        if not inside[r, c]:
            inside[r, c] = True
            for i, j in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
                if 0 <= i < above.shape[0] and 0 <= j < above.shape[1] and above[i, j]:
                    waiting.append((i, j))
    return inside


def chamfer(inside):
    """Shortest way to the marked pixels over sides and corners, by the number of both that it takes."""
    marked = np.argwhere(inside)
    found = np.empty(inside.shape)
    for r in range(inside.shape[0]):
        for c in range(inside.shape[1]):
            steps = np.abs(marked - (r, c))
            short, long = steps.min(axis=1), steps.max(axis=1)
            found[r, c] = (long - short + np.sqrt(2) * short).min()
    return found


def walk_round(height, inside, level, start):
    """Sides between marked pixels and others, clockwise, each where the level is crossed."""
    ways = [(-1, 0), (0, 1), (1, 0), (0, -1)]

    def marked(place):
        return all(0 <= n < size for n, size in zip(place, inside.shape, strict=True)) and inside[place]

    at = tuple(int(n) for n in start)
    while marked((at[0] - 1, at[1])):
        at = (at[0] - 1, at[1])
    first, way, found = at, 0, []
    while not found or (at, way) != (first, 0):
        beyond = (at[0] + ways[way][0], at[1] + ways[way][1])
        share = 0.5
        within = all(0 <= n < size for n, size in zip(beyond, inside.shape, strict=True))
        if within and np.isfinite(height[beyond]):
            share = (height[at] - level) / (height[at] - min(height[beyond], level))
        found.append((at[1] + share * ways[way][1], at[0] + share * ways[way][0]))
        turned = (way + 1) % 4
        ahead = (at[0] + ways[turned][0], at[1] + ways[turned][1])
        corner = (ahead[0] + ways[way][0], ahead[1] + ways[way][1])
        if not marked(ahead):
            way = turned
        elif marked(corner):
            at, way = corner, (way + 3) % 4
        else:
            at = ahead
    return found
