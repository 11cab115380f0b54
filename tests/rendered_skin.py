"""Evenness of rendered photos of one stretch of skin, whatever the light, the camera and its noise."""

from dataclasses import replace
from functools import cache

import numpy as np

from pigmeter import synthetic
from pigmeter.colour.chart import find_chart
from pigmeter.colour.session import fit_profile
from pigmeter.measurement.evenness import evenness_of
from pigmeter.measurement.maps import analysis_scale, quantity_maps
from pigmeter.measurement.noise import noise_of
from pigmeter.photo.reader import read_photo
from pigmeter.regions.region import Region

HEIGHT, WIDTH = 60, 64
SKIN_HEIGHT = 26  # the chart and its shadow lie below


@cache
def skin(tone, seed=3):
    """The pigments of a subject's cheek, to be photographed again and again."""
    return synthetic.draw_pigments(synthetic.subject(tone, seed=seed), (HEIGHT + 1, WIDTH + 1), 0.05)


def spotted(count, strength, radius_mm=1.2, melanin=0.15, mm=0.05):
    """Even skin with discs in rows, each `strength` denser in melanin."""
    optics = synthetic.subject("tan", seed=1).optics
    maps = synthetic.uniform_pigments(melanin, 0.012, optics, (HEIGHT + 1, WIDTH + 1), mm)
    rows, columns = maps.kind.shape
    y, x = (np.arange(n) * mm for n in (rows, columns))
    for index in range(count):
        down, across = 4 + 7 * (index // 8), 5 + 7 * (index % 8)
        cover = np.hypot(y[:, None] - down, x - across) <= radius_mm
        maps.melanin_spots[cover] = strength
    return maps


def evenness(
    maps, folder, profile=None, noise=1.0, mm=0.05, blur_mm=0.03, scene=None, chart_in_photo=True, **photo
):
    """
    Evenness of the skin above the chart, by key, and the profile it was measured with.

    `noise` is a factor on the sensor's; with `chart_in_photo` false nobody looks for the chart's noise.
    """
    camera = synthetic.make_camera("phone")
    camera = replace(
        camera, white_electrons=camera.white_electrons / noise**2, read_noise=camera.read_noise / noise
    )
    rendered = synthetic.render_photo(
        maps,
        camera=camera,
        size=(round(HEIGHT / mm), round(WIDTH / mm)),
        mm_per_pixel=mm,
        chart_kind="colorchecker-nano",
        scene=replace(scene or synthetic.Scene(), blur=blur_mm / mm),
        with_truth=False,
        **({"container": "png"} | photo),
    )
    path = folder / f"skin.{rendered.container}"
    path.write_bytes(rendered.photo_bytes)
    photo = read_photo(path)
    chart = find_chart(photo)
    profile = profile or fit_profile(photo, chart=chart)
    scale = analysis_scale(photo.shape, chart.mm_per_pixel)
    side = chart.mm_per_pixel * scale
    found = quantity_maps(photo, profile, scale, mm_per_pixel=chart.mm_per_pixel, workers=1)
    mask = np.zeros(found.skin.shape, dtype=bool)
    mask[: round(SKIN_HEIGHT / side)] = True
    known = noise_of(photo, profile, chart if chart_in_photo else None, scale, side)
    values = evenness_of(found, side, known, [Region("skin", mask)]).values
    return {value.key: value for value in values[0]}, profile
