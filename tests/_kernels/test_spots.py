"""Growing and outlining one spot, against its plain twin and against discs of known size."""

import naive
import numpy as np
import pytest
from tolerance import assert_close

from pigmeter._kernels.spots import outline_spot


def disc(radius=6.0, height=5.0, shape=(48, 52), centre=(23.3, 25.6), edge=1.0):
    down, across = np.mgrid[: shape[0], : shape[1]]
    away = np.hypot(down - centre[0], across - centre[1])
    return (height / (1 + np.exp(np.clip((away - radius) / (edge / 4), -50, 50)))).astype(np.float32)


def outlined(values, row=23, column=26, radius=6.0, how=outline_spot):
    values = np.ascontiguousarray(values, dtype=np.float32)
    marks, plane = np.full(values.shape, 9, np.uint8), np.full(3, 9.0)
    points = np.full((4 * values.size, 2), np.nan)
    number, *figures = how(values, row, column, radius, marks, points, plane)
    return points[:number], np.array(figures), marks, plane


@pytest.mark.parametrize("seed", range(6))
def test_a_spot_equals_its_twin(seed):
    rng = np.random.default_rng(seed)
    values = disc(rng.uniform(3, 8), centre=rng.uniform(20, 28, 2)) + rng.normal(0, 0.6, (48, 52))
    values += rng.normal(0, 0.05) * np.arange(52)
    values[rng.random(values.shape) < 0.02] = np.nan
    values[23, 26] = 5
    got, expected = outlined(values), outlined(values, how=naive.outline_spot)
    assert len(expected[0]) > 10
    for g, e in zip(got, expected, strict=True):
        assert_close(g, e, 1e-6)


@pytest.mark.parametrize("radius", [2.5, 4.0, 9.0])
def test_the_area_is_known_to_a_part_of_a_pixel(radius):
    _, figures, _, _ = outlined(disc(radius), radius=radius)
    assert_close(figures[3] / (np.pi * radius**2), 1, 0.05)
    assert_close(figures[0], 5, 0.15)


def test_a_slope_beneath_moves_nothing():
    grain = np.random.default_rng(4).normal(0, 0.05, (48, 52))
    slope = 0.3 * np.arange(52) - 0.2 * np.arange(48)[:, None]
    _, level, _, _ = outlined(disc() + grain)
    _, tilted, _, plane = outlined(disc() + grain + slope)
    assert_close(tilted[[0, 3]] / level[[0, 3]], 1, 0.01)
    assert_close(plane[1:], (-0.2, 0.3), 5e-3)


def test_nothing_is_outlined_where_nothing_rises():
    for values in (np.zeros((48, 52)), -disc(), np.full((48, 52), np.nan)):
        assert len(outlined(values)[0]) == 0


def test_what_runs_out_of_the_window_is_no_spot():
    values = disc()
    values[20:26] = 5
    assert len(outlined(values)[0]) == 0


def test_what_is_not_known_around_it_is_counted():
    values = disc()
    values[:, 33:] = np.nan
    points, figures, _, _ = outlined(values)
    assert len(points) > 10
    assert 0.5 < figures[2] < 0.9


def test_a_sharp_edge_has_no_skirt_and_a_hill_has():
    sharp = outlined(disc(8, edge=0.5), radius=8)[1][5]
    down, across = np.mgrid[:48, :52]
    hill = 5 * np.exp(-((down - 23.3) ** 2 + (across - 25.6) ** 2) / (2 * 5.5**2))
    assert sharp < 0.05
    assert 0.2 < outlined(hill)[1][5] < 0.45
