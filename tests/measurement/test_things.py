"""An open mouth, an eye and glasses, drawn on a face of plain skin, are told from each other."""

import numpy as np
import plain_profile
import pytest
from plain_profile import photo_of, response, skin, srgb_encode

from pigmeter.measurement.maps import quantity_maps
from pigmeter.measurement.things import find_glasses, find_holes

ROWS, COLUMNS, MM = 300, 360, 0.5
DOWN, ACROSS = np.mgrid[:ROWS, :COLUMNS] * MM
DARK, TEETH, IRIS = (0.02, 0.02, 0.025), (0.55, 0.56, 0.5), (0.03, 0.03, 0.04)


def oval(y, x, height, width):
    return ((DOWN - y) / height) ** 2 + ((ACROSS - x) / width) ** 2 < 1


FACE = oval(75, 90, 72, 55)
MOUTH, EYES = oval(115, 90, 7, 18), oval(55, 65, 5, 12) | oval(55, 115, 5, 12)


def ring(y, x, height, width, thick):
    return oval(y, x, height + thick, width + thick) & ~oval(y, x, height, width)


FRAME = ring(55, 65, 17, 22, 2.5) | ring(55, 115, 17, 22, 2.5)


def face(*things, melanin=0.15):
    """Cells and skin of a face with (mask, colour) painted on it, the last on top."""
    linear = np.where(FACE[..., None], response(skin(melanin, 0.1)), (0.15, 0.3, 0.4)) * 0.8
    for mask, colour in things:
        linear[mask] = np.asarray(colour) * 0.8
    linear = linear + np.random.default_rng(2).normal(0, 0.002, linear.shape)
    found = quantity_maps(photo_of(srgb_encode(linear)), plain_profile.PlainProfile(), 1, mm_per_pixel=MM)
    return found.cells, found.skin_cells


def lips(melanin=0.15):
    return response(skin(melanin, 0.3))


def open_mouth(inside, melanin):
    return (oval(115, 90, 13, 24), lips(melanin)), (MOUTH, inside)


@pytest.mark.parametrize("melanin", [0.08, 0.15, 0.3])
@pytest.mark.parametrize("inside", [DARK, TEETH], ids=["dark", "teeth"])
def test_an_open_mouth_is_found(inside, melanin):
    mouths, eyes = find_holes(*face(*open_mouth(inside, melanin), melanin=melanin))
    assert mouths[MOUTH].mean() > 0.95
    assert not mouths[~oval(115, 90, 14, 25)].any()
    assert not eyes.any()


def test_an_eye_is_no_mouth():
    white = (EYES, (0.5, 0.48, 0.45))
    iris = (oval(55, 65, 5, 4) | oval(55, 115, 5, 4), IRIS)
    mouths, eyes = find_holes(*face(white, iris))
    assert eyes[EYES].mean() > 0.95
    assert not mouths.any()


def test_a_face_without_holes_has_neither_mouth_nor_eyes_nor_glasses():
    cells, found = face((oval(115, 90, 7, 24), lips()))
    assert not any(mask.any() for mask in find_holes(cells, found))
    assert not find_glasses(cells, found).any()


def test_the_frame_of_glasses_is_found_and_a_hole_as_large_is_not():
    cells, found = face((FRAME, (0.02, 0.02, 0.02)))
    glasses = find_glasses(cells, found)
    assert glasses[FRAME].mean() > 0.95
    assert glasses[oval(55, 65, 14, 19)].mean() < 0.05
    cells, found = face((oval(55, 65, 19, 24), (0.02, 0.02, 0.02)))
    assert not find_glasses(cells, found).any()


def test_glare_on_the_lenses_belongs_to_the_glasses():
    glare = oval(50, 60, 5, 8)
    cells, found = face((FRAME, (0.02, 0.02, 0.02)), (glare, (3, 3, 3)))
    assert find_glasses(cells, found)[glare].mean() > 0.9


def test_a_chart_is_no_frame():
    cells, found = face()
    assert not find_glasses(cells, found).any()
