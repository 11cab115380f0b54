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
                min(int((k + 0.5 * (1 + shift)) * variance_step), n - 1)
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


def tile_scatter(sums, squares, width, scatter):
    count = len(squares)
    edge = width - 1
    for q in range(count):
        own = sums[2 + q].astype(float) - sums[2 + count + q] - squares[q] * sums[1]
        padded = np.pad(own, edge)
        scatter[q] = 0
        for i in range(own.shape[0] + edge):
            for j in range(own.shape[1] + edge):
                scatter[q] += padded[i : i + width, j : j + width].sum() ** 2 / width**2
