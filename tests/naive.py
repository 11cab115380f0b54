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
