"""Geometry by hand, light by symmetry."""

import numpy as np
import pytest
from tolerance import assert_close

from pigmeter.errors import UsageError
from pigmeter.synthetic.scene import (
    SURFACES,
    Placed,
    Pose,
    Scene,
    apply_homography,
    light_field,
    pixels_to_plane,
    place_skin,
    plane_to_photo,
    rotation,
    shade,
)

SIZE = (60, 80)


def test_a_plain_view_is_a_scale():
    matrix = plane_to_photo(Pose(), SIZE, 0.5)
    points = np.array([[0.0, 0.0], [10.0, -5.0]])
    assert_close(apply_homography(matrix, points), [[39.5, 29.5], [59.5, 19.5]], 1e-9)


def test_perspective_by_hand():
    # Tilted by 30 degrees about x, 100 mm down becomes y = 86.60, 50 mm farther: 86.60 * 500 / 550 / 0.5
    matrix = plane_to_photo(Pose(tilt=30.0), SIZE, 0.5)
    assert_close(
        apply_homography(matrix, np.array([[0.0, 100.0]])), [[39.5, 29.5 + 86.60254 / 1.1 / 0.5]], 1e-4
    )


def test_the_shift_is_what_lies_in_the_middle():
    matrix = plane_to_photo(Pose(shift_mm=(7.0, -3.0), tilt=12.0, roll=20.0), SIZE, 0.2)
    assert_close(apply_homography(matrix, np.array([[7.0, -3.0]])), [[39.5, 29.5]], 1e-9)


def test_rotations_are_rotations():
    turned = rotation(10.0, 20.0, 30.0)
    assert_close(turned @ turned.T, np.eye(3), 1e-12)
    assert_close(np.linalg.det(turned), 1.0, 1e-12)
    assert_close(rotation(0, 0, 90) @ [1, 0, 0], [0, 1, 0], 1e-12)


def test_pixels_go_back_to_the_plane():
    matrix = plane_to_photo(Pose(tilt=10, turn=-8, roll=5), SIZE, 0.3)
    x, y = pixels_to_plane(matrix, (10, 20), (30, 50))
    assert x.shape == (10, 20)
    across, down = np.meshgrid(np.arange(30, 50), np.arange(10, 20))
    assert_close(apply_homography(matrix, np.stack([x, y], axis=-1)), np.stack([across, down], axis=-1), 1e-3)


@pytest.mark.parametrize("surface", SURFACES)
def test_skin_is_where_the_surface_is(surface):
    placed = place_skin(Scene(surface=surface), Pose(), (240, 320), 0.5)
    assert placed.cover[120, 160] == 1.0
    assert abs(float(placed.normal_y[120, 160])) < 0.02
    whole = surface in {"plane", "cheek"}
    assert (placed.cover.min() == 1.0) == whole
    assert_close(placed.x[120, 160], 0.25, 1e-4)


def test_an_arm_is_longer_around_than_across():
    placed = place_skin(Scene(surface="forearm"), Pose(), (240, 320), 0.5)
    inside = placed.cover > 0.99
    around = placed.y[inside].max() - placed.y[inside].min()
    across = inside[:, 160].sum() * 0.5
    assert 1.1 * across < around < 2 * across
    # Its upper side faces up, its lower side down.
    rows = np.flatnonzero(inside[:, 160])
    assert placed.normal_y[rows[3], 160] < -0.5
    assert placed.normal_y[rows[-4], 160] > 0.5


def test_a_surface_that_faces_the_camera_gets_full_light():
    flat = np.zeros((4, 5), dtype=np.float32)
    for scene in (Scene(), Scene(directional=0.9, light_elevation=30.0, light_azimuth=10.0)):
        assert_close(shade(scene, flat, flat)[0], 1.0, 1e-6)


def test_the_side_towards_the_lamp_is_lighter():
    scene = Scene(light_azimuth=0.0, light_elevation=45.0)
    slope = np.array([[-0.3, 0.3]], dtype=np.float32)
    shading, _ = shade(scene, slope, np.zeros_like(slope))
    # Half diffuse: facing 1/sqrt(1.09) = 0.95783; half from 45 degrees: (1 -+ 0.3) * 0.95783
    diffuse = 0.5 + 0.5 * 0.957826
    expected = [0.5 * diffuse + 0.5 * 0.7 * 0.957826, 0.5 * diffuse + 0.5 * 1.3 * 0.957826]
    assert_close(shading[0], expected, 1e-5)


def test_gloss_peaks_half_way_to_the_lamp_and_none_is_none():
    scene = Scene(gloss=0.05, light_azimuth=0.0, light_elevation=60.0)
    angle = np.radians(np.linspace(-40, 40, 81))
    slope = np.tan(angle, dtype=np.float32)[None, :]
    _, gloss = shade(scene, slope, np.zeros_like(slope))
    assert_close(np.degrees(angle[gloss[0].argmax()]), 15.0, 1.01)
    assert_close(gloss.max(), 0.05, 1e-4)
    assert not shade(Scene(gloss=0.0), slope, slope)[1].any()


def test_uneven_light_is_stronger_at_the_lamp_and_one_in_the_middle():
    across = np.linspace(-40, 40, 9, dtype=np.float32)[None, :]
    zero = np.zeros_like(across)
    placed = Placed(across, zero, zero, zero, zero, zero)
    field = light_field(Scene(light_azimuth=0.0, unevenness=0.1), placed, (60.0, 80.0))
    assert_close(field[0, 4], 1.0, 1e-6)
    assert_close(field[0, -1] - field[0, 0], 0.1 * 80 / 100, 1e-5)


def test_the_light_is_a_direction():
    assert_close(Scene(light_azimuth=90.0, light_elevation=0.0).light(), [0, 1, 0], 1e-12)
    assert_close(Scene(light_elevation=90.0).light(), [0, 0, 1], 1e-12)


def test_an_unknown_surface_is_refused():
    with pytest.raises(UsageError, match=r"no surface 'moon' \(known: plane, cheek"):
        place_skin(Scene(surface="moon"), Pose(), SIZE, 0.1)
