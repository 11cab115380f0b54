"""Noise where the skin is: by its brightness, on a coarse raster."""

import numpy as np
from mottled_maps import KnownNoise, maps_of, white
from tolerance import assert_close

from pigmeter.measurement.skin_noise import noise_field


class NoiseOfDark(KnownNoise):
    """Noise that grows where the skin is darker, and whose squares are not independent."""

    def spread(self, key, response, side_mm):
        return 0.1 / response[1] / side_mm ** (0.5 if key == "L" else 1)


def test_darker_skin_has_its_own_noise_where_it_lies():
    found = maps_of(white((400, 400)))
    found.cells.response[:, :, :40] = 0.6
    field = noise_field(found, NoiseOfDark(), 0.1)
    assert field.side_mm == 2
    variance = field.variance("melanin_index", 1.0)
    assert variance.dtype == np.float32
    assert_close(variance[:, :10], (0.1 / 0.6) ** 2, 1e-6)
    assert_close(variance[:, 10:], (0.1 / 0.3) ** 2, 1e-6)
    assert_close(field.variance("melanin_index", 0.5), 4 * variance, 1e-6)


def test_noise_with_a_memory_grows_with_the_window():
    field = noise_field(maps_of(white((100, 100))), NoiseOfDark(), 0.1)
    assert_close(field.growth("a", 1, 4), 1, 1e-9)
    assert_close(field.growth("L", 1, 4), 4, 1e-9)
    assert noise_field(maps_of(white((100, 100))), KnownNoise(), 0.1).growth("L", 1, 4) == 1


def test_a_cell_without_skin_is_taken_for_middling():
    found = maps_of(white((400, 400)))
    found.skin_cells.skin[:, :8] = False
    found.cells.response[:, :, :8] = 0
    field = noise_field(found, NoiseOfDark(), 0.1)
    assert_close(field.variance("melanin_index", 1.0), (0.1 / 0.3) ** 2, 1e-6)
    found.skin_cells.skin[:] = False
    found.skin_cells.skin[37, 41] = True  # between the cells that are looked at
    assert_close(noise_field(found, NoiseOfDark(), 0.1).response, 0.3, 1e-6)
