import laid_skin
import numpy as np
import pytest

from pigmeter.comparison.displacement_field import DisplacementField, sampled
from pigmeter.comparison.homographies import apply_matrix

STEP, ROWS, COLUMNS = 8, 38, 50
MATRIX = laid_skin.view(turn=10, roll=5, scale=1.1, shift=(6, 4))


def field(amplitude=6.0, matrix=MATRIX):
    """Waves of twenty nodes: linear interpolation is off by an eightieth of their 6 pixels, twice."""
    y, x = ((np.arange(n) + 0.5) * STEP - 0.5 for n in (ROWS, COLUMNS))
    wave = 2 * np.pi / 160
    dx = amplitude * np.sin(wave * x)[None, :] * np.cos(wave * y)[:, None]
    dy = amplitude * np.cos(wave * (x[None, :] + y[:, None]))
    return DisplacementField(matrix, dx, dy, STEP)


def truth(points, amplitude=6.0, matrix=MATRIX):
    wave = 2 * np.pi / 160
    x, y = points[..., 0], points[..., 1]
    moved = [amplitude * np.sin(wave * x) * np.cos(wave * y), amplitude * np.cos(wave * (x + y))]
    return apply_matrix(matrix, points + np.stack(moved, axis=-1))


def test_nodes_lie_in_the_middle_of_their_squares():
    nodes = field().nodes()
    assert nodes.shape == (ROWS, COLUMNS, 2)
    assert nodes[0, 0].tolist() == [3.5, 3.5]
    assert nodes[2, 1].tolist() == [11.5, 19.5]
    assert np.allclose(field().node_places(), truth(nodes))


@pytest.mark.parametrize("step", [1, 2, 4, 8])
def test_dense_places_are_those_of_each_pixel(step):
    shape = (300 // step, 400 // step)
    x, y = field().dense_places(shape, step)
    assert x.shape == y.shape == shape
    assert x.dtype == np.float32
    at = np.stack(np.meshgrid(*((np.arange(n) + 0.5) * step - 0.5 for n in shape[::-1])), axis=-1)
    away = np.hypot(*np.moveaxis(np.stack([x, y], axis=-1) - truth(at), -1, 0))
    margin = -(-STEP // step)
    assert away[margin:-margin, margin:-margin].max() < 0.25


def test_a_window_is_part_of_the_whole():
    whole = field().dense_places((300, 400))
    for window in (
        (slice(0, 300), slice(0, 400)),
        (slice(17, 30), slice(399, 400)),
        (slice(8, 16), slice(64, 65)),
    ):
        part = field().window_places(window)
        for one, other in zip(part, whole, strict=True):
            assert np.array_equal(one, other[window])


def test_points_go_where_their_pixels_go():
    x, y = field().dense_places((300, 400))
    points = np.array([[40.0, 60.0], [200.0, 150.0], [333.0, 210.0]])
    expected = [(x[int(b), int(a)], y[int(b), int(a)]) for a, b in points]
    assert np.abs(field().at(points) - expected).max() < 0.02


def test_the_inverse_leads_back():
    there = field()
    back = there.inverse((ROWS, COLUMNS), STEP)
    points = np.stack(np.meshgrid(np.arange(60.0, 340, 20), np.arange(60.0, 240, 20)), axis=-1).reshape(-1, 2)
    assert np.abs(back.at(there.at(points)) - points).max() < 0.3
    assert np.abs(there.at(back.at(points)) - points).max() < 0.3


def test_stretch_by_hand():
    """A displacement of a tenth of x makes lengths along x longer by a tenth; a shear of s, by s / 2."""
    nodes = field().nodes()
    nothing = np.zeros((ROWS, COLUMNS))
    assert field(0.0).stretch().max() == pytest.approx(0, abs=1e-12)
    longer = DisplacementField(np.eye(3), 0.1 * nodes[..., 0], nothing, STEP)
    assert longer.stretch() == pytest.approx(0.1)
    shorter = DisplacementField(np.eye(3), nothing, -0.2 * nodes[..., 1], STEP)
    assert shorter.stretch() == pytest.approx(0.2)
    sheared = DisplacementField(np.eye(3), 0.2 * nodes[..., 1], nothing, STEP)
    lengths = np.linalg.svd(np.array([[1, 0.2], [0, 1]]), compute_uv=False)
    assert sheared.stretch() == pytest.approx(np.abs(lengths - 1).max())
    turned = laid_skin.view(roll=20)[:2, :2] - np.eye(2)
    moved = nodes @ turned.T
    assert DisplacementField(np.eye(3), moved[..., 0], moved[..., 1], STEP).stretch() == pytest.approx(
        0, abs=1e-9
    )


def test_a_single_node_does_not_stretch():
    one = np.ones((1, 1))
    assert DisplacementField(np.eye(3), one, one, STEP).stretch().tolist() == [[0.0]]


def test_values_between_nodes_are_linear_and_go_on_beyond_the_rim():
    plane = np.arange(12.0).reshape(3, 4)
    points = np.array([[3.5, 3.5], [7.5, 3.5], [3.5, 7.5], [-50.0, 3.5], [500.0, 500.0]])
    assert sampled(plane, points, STEP).tolist() == [0.0, 0.5, 2.0, 0.0, 11.0]
    many = np.random.default_rng(1).uniform(0, 30, (70000, 2))
    assert sampled(plane, many, STEP)[-1] == sampled(plane, many[-1:], STEP)[0]
    assert sampled(plane, np.empty((0, 2)), STEP).shape == (0,)
