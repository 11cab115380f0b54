"""Draw a whole photo, and beside it the truth of every pixel: skin, light, chart, lens, sensor, file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from pigmeter.colour.layouts import layout
from pigmeter.colour.spectra import WAVELENGTHS
from pigmeter.errors import UsageError
from pigmeter.reference import limit
from pigmeter.synthetic.camera import Camera, colour_matrix, expose, make_camera, response, tone_curve
from pigmeter.synthetic.encoding import SUBSAMPLINGS, encode_jpeg, encode_png, encode_tiff
from pigmeter.synthetic.hair import draw_hair
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.lookup import tabulate
from pigmeter.synthetic.painted_chart import PaintedChart, draw_chart, paint, reference_paints
from pigmeter.synthetic.pigments import KINDS, PigmentMaps, draw_pigments
from pigmeter.synthetic.scene import (
    Placed,
    Pose,
    Scene,
    light_field,
    place_skin,
    plane_to_photo,
    rotation,
    shade,
)
from pigmeter.synthetic.subjects import Subject

CONTAINERS: tuple[str, ...] = ("jpeg", "png", "tiff")
"""Files that a photo can become: a camera's JPEG, or linear sensor values with 16 bits."""


@dataclass(frozen=True, slots=True)
class RenderedPhoto:
    """
    A synthetic photo and its truth.

    Attributes
    ----------
    photo_bytes : bytes
        Of the photo's file.
    container : str
        One of `CONTAINERS`.
    truth : dict of str to array of float32, shape (rows, columns)
        Of each pixel's own spectrum: every quantity of `pigmeter.colour.quantities` in its unit, and
        ``"melanin"`` and ``"blood"`` [1]; NaN where there is no skin.
    skin : array of bool, shape (rows, columns)
        Pixels that are wholly skin and not covered by the chart.
    kind : array of uint8, shape (rows, columns)
        Index into `pigments.KINDS`; only where `skin`.
    shading : array of float32, shape (rows, columns)
        Light on each pixel; 1 for a surface that faces the camera in the middle of the frame. [1]
    gloss : array of float32, shape (rows, columns)
        Highlight on top of the skin's own reflectance, perfect white = 1. [1]
    hair : array of float32, shape (rows, columns)
        Share of each pixel that is covered by hair. [1]
    chart_kind : str or None
    chart_patch_centres : array, shape (24, 2), or None
        x, y; the centre of the first pixel is (0, 0). [px]
    chart_corners : array, shape (4, 2), or None
        Of the card, clockwise as printed from the one beside dark skin. [px]
    mm_per_pixel : float
        In the middle of the frame. [mm]

    Notes
    -----
    The truth is of the reflectance that a d/8 sphere with the specular part included would measure: the
    even reflection of the skin's surface (about 4.5 %) belongs to it, as in the measured skins that profiles
    are made of. Shading, shadow and highlights do not: an instrument that lights the skin itself sees none.
    """

    photo_bytes: bytes
    container: str
    truth: dict[str, np.ndarray]
    skin: np.ndarray
    kind: np.ndarray
    shading: np.ndarray
    gloss: np.ndarray
    hair: np.ndarray
    chart_kind: str | None
    chart_patch_centres: np.ndarray | None
    chart_corners: np.ndarray | None
    mm_per_pixel: float


def warped(image: np.ndarray, column: np.ndarray, row: np.ndarray, nearest: bool = False) -> np.ndarray:
    """Return what an image shows at places of it, mirrored beyond its rim."""
    import cv2

    how = cv2.INTER_NEAREST if nearest else cv2.INTER_LINEAR
    found: np.ndarray = cv2.remap(image, column, row, how, borderMode=cv2.BORDER_REFLECT_101)
    return found


def _cloth(placed: Placed, effective: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Blue-grey woven cloth as the sensor sees it, shape (rows, columns, 3). [1]"""
    import cv2

    blue = np.exp(-0.5 * ((WAVELENGTHS - 455.0) / 55.0) ** 2)
    level = limit("synthetic", "cloth_reflectance")
    colour = (level * (0.92 + 0.55 * blue)) @ effective
    thread = 2 * np.pi / 0.9
    weave = np.sin(np.float32(thread) * placed.x) * np.sin(np.float32(thread) * placed.y)
    white = rng.standard_normal(placed.x.shape, dtype=np.float32)
    grain = cv2.GaussianBlur(white, (0, 0), 1.3)
    pattern = 1 + np.float32(0.05) * weave + np.float32(0.25) * grain
    cloth: np.ndarray = pattern[..., None] * colour.astype(np.float32)
    return cloth


def _hairs(
    linear: np.ndarray,
    scene: Scene,
    extent_mm: tuple[float, float],
    mm_per_pixel: float,
    effective: np.ndarray,
    light: np.ndarray,
    place: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Lay the scene's hairs on `linear`, in place; return the share of each pixel that they cover."""
    whole = np.zeros(linear.shape[:2], dtype=np.float32)
    for hair in scene.hair:
        cover = np.minimum(place(draw_hair(hair, extent_mm, mm_per_pixel)), 1)
        colour = (hair.reflectance() @ effective).astype(np.float32)
        linear += cover[..., None] * (light[..., None] * colour - linear)
        whole += (1 - whole) * cover
    return whole


def _through_lens(linear: np.ndarray, scene: Scene) -> np.ndarray:
    """Blur, vignetting and veil of the lens."""
    import cv2

    if scene.blur > 0:
        linear = cv2.GaussianBlur(linear, (0, 0), scene.blur)
    rows, columns = linear.shape[:2]
    if scene.vignetting > 0:
        down = np.linspace(-1, 1, rows, dtype=np.float32)[:, None] * rows
        across = np.linspace(-1, 1, columns, dtype=np.float32)[None, :] * columns
        radius2 = (down * down + across * across) / np.float32(rows**2 + columns**2)
        linear *= (1 - np.float32(scene.vignetting) * radius2)[..., None]
    if scene.veil > 0:
        small = cv2.resize(linear, (64, 48), interpolation=cv2.INTER_AREA)
        wide = cv2.resize(cv2.GaussianBlur(small, (0, 0), 8), (columns, rows), interpolation=cv2.INTER_LINEAR)
        linear += np.float32(scene.veil) * (wide - linear)
    return linear


def _chart_in_scene(
    kind: str,
    scene: Scene,
    pose: Pose,
    size: tuple[int, int],
    mm_per_pixel: float,
    effective: np.ndarray,
    chart_seed: int,
    spread: float,
) -> PaintedChart:
    printed = layout(kind)
    card = printed.outline_mm[2]
    place = scene.chart_place
    if place is None:
        below = size[0] * mm_per_pixel / 2 - 0.62 * float(card[1]) - 3.0
        place = (pose.shift_mm[0], pose.shift_mm[1] + below)
    own = rotation(scene.chart_tilt[0], scene.chart_tilt[1], scene.chart_turn)
    matrix = plane_to_photo(pose, size, mm_per_pixel, place, own)
    centred = np.array([[1, 0, -card[0] / 2], [0, 1, -card[1] / 2], [0, 0, 1]])
    frame = np.full(len(WAVELENGTHS), limit("synthetic", "chart_frame_reflectance")) @ effective
    return PaintedChart(printed, matrix @ centred, paint(kind, chart_seed, spread) @ effective, frame)


def render_photo(
    subject: Subject | PigmentMaps,
    *,
    lamp: str | np.ndarray = "daylight",
    camera: str | Camera = "phone",
    chart_kind: str | None = "colorchecker-mini",
    size: tuple[int, int] = (1200, 1600),
    mm_per_pixel: float = 0.1,
    exposure: float = 0.92,
    pose: Pose | None = None,
    scene: Scene | None = None,
    seed: int = 0,
    chart_seed: int = 0,
    chart_spread: float = 1.0,
    container: str = "jpeg",
    jpeg_quality: int = 92,
    subsampling: str = "4:2:0",
    time: str = "2026-01-15T10:00:00",
    with_truth: bool = True,
) -> RenderedPhoto:
    """
    Render a photo whose truth is known.

    Parameters
    ----------
    subject : Subject or PigmentMaps
        Who is photographed. The maps of `draw_pigments` show the same skin again, in another pose or after
        `PigmentMaps.treated`; a subject gets maps that fit the frame.
    lamp : str or array, shape (61,)
        A name of `lamp.LAMPS`, or a table.
    camera : str or Camera
        A name of `camera.CAMERAS`, or a camera.
    chart_kind : str, optional
        A kind of 24 patches of `pigmeter.colour.layouts.LAYOUT_KINDS`; None for a photo without a chart.
    size : tuple of int
        Rows and columns. [px]
    mm_per_pixel : float
        In the middle of the frame. [mm]
    exposure : float
        Sensor value of a perfect white over full scale; more than 1 clips it. [1]
    pose : Pose, optional
    scene : Scene, optional
    seed : int
        Of the sensor's noise and the cloth.
    chart_seed, chart_spread : int, float
        Which copy of the chart, and how much copies differ, see `painted_chart.paint`.
    container : str
        One of `CONTAINERS`. ``"jpeg"`` is rendered by the camera; the others hold its linear sensor values.
    jpeg_quality : int
        1 to 100.
    subsampling : str
        Of the JPEG's colour: ``"4:4:4"``, ``"4:2:2"`` or ``"4:2:0"``.
    time : str
        Of capture, ISO 8601, for the metadata.
    with_truth : bool
        False leaves `truth` empty, for speed.

    Returns
    -------
    RenderedPhoto

    Raises
    ------
    UsageError
        If a name is not known, or the chart does not fit into the frame.

    Examples
    --------
    >>> from pigmeter import synthetic
    >>> photo = synthetic.render_photo(
    ...     synthetic.subject("tan", seed=1), chart_kind="colorchecker-nano", size=(480, 640)
    ... )
    >>> photo.truth["L"].shape, bool(photo.skin[0, 0])
    ((480, 640), True)
    """
    import cv2

    if container not in CONTAINERS or subsampling not in SUBSAMPLINGS:
        reason = f"no container {container!r} with subsampling {subsampling!r}"
        remedy = f"Containers are {', '.join(CONTAINERS)}; subsamplings {', '.join(SUBSAMPLINGS)}"
        raise UsageError("SYNTHETIC_CONTAINER", reason, remedy)
    pose, scene = pose or Pose(), scene or Scene()
    model = make_camera(camera) if isinstance(camera, str) else camera
    effective = response(model, lamp_power(lamp))
    rng = np.random.default_rng([seed, 3])
    placed = place_skin(scene, pose, size, mm_per_pixel)
    if isinstance(subject, Subject):
        half = (float(np.abs(placed.y).max()), float(np.abs(placed.x).max()))
        extent = (2 * half[0] + mm_per_pixel, 2 * half[1] + mm_per_pixel)
        site = "forearm" if scene.surface == "forearm" else "cheek"
        maps = draw_pigments(subject, extent, mm_per_pixel, site)
    else:
        maps = subject

    rows, columns = maps.kind.shape
    column, row = maps.places(placed.x, placed.y)
    melanin, blood = warped(maps.melanin, column, row), warped(maps.blood, column, row)
    seen, true = tabulate(melanin, blood, maps.optics, effective)
    linear = seen.look_up(melanin, blood)

    normal_x, normal_y = placed.normal_x, placed.normal_y
    if scene.relief > 0:
        relief = warped(maps.relief, column, row) * np.float32(scene.relief / (2 * mm_per_pixel))
        normal_x = normal_x - cv2.filter2D(relief, -1, np.array([[-1.0, 0.0, 1.0]]))
        normal_y = normal_y - cv2.filter2D(relief, -1, np.array([[-1.0], [0.0], [1.0]]))
    shading, gloss = shade(scene, normal_x, normal_y)
    field = light_field(scene, placed, (size[0] * mm_per_pixel, size[1] * mm_per_pixel))
    shading *= field
    gloss *= field
    white = np.array([model.balance[0], 1.0, model.balance[1]], dtype=np.float32)
    linear *= shading[..., None]
    linear += gloss[..., None] * white
    on_skin = (rows * maps.mm_per_pixel, columns * maps.mm_per_pixel)
    hair = _hairs(
        linear,
        scene,
        on_skin,
        maps.mm_per_pixel,
        effective,
        shading,
        partial(warped, column=column, row=row),
    )
    skin = placed.cover > 0.999
    if not skin.all():
        cloth = _cloth(placed, effective, rng)
        shadow = 1 - np.float32(1.6 * scene.shadow) * np.exp(-placed.height / np.float32(9.0))
        cloth *= (field * shadow)[..., None]
        linear = cloth + placed.cover[..., None] * (linear - cloth)

    chart = None
    if chart_kind is not None:
        chart = _chart_in_scene(
            chart_kind, scene, pose, size, mm_per_pixel, effective, chart_seed, chart_spread
        )
        cover, window = draw_chart(linear, field, chart, scene.shadow)
        skin[window] &= cover == 0
    linear = _through_lens(linear, scene)
    truth: dict[str, np.ndarray] = {}
    if with_truth:
        found = true.look_up(melanin, blood)
        found[~skin] = np.nan
        truth = {name: np.ascontiguousarray(found[..., i]) for i, name in enumerate(true.names)}
        truth |= {
            name: np.where(skin, values, np.float32(np.nan))
            for name, values in (("melanin", melanin), ("blood", blood))
        }

    kind = warped(maps.kind, column, row, nearest=True)
    kind[~skin] = KINDS.index("clear")
    sensor = expose(linear, model, exposure, rng)
    if container == "jpeg":
        paints = reference_paints("colorchecker-classic")
        matrix = colour_matrix(paints @ effective / white, paints, model.saturation).astype(np.float32)
        levels = np.round(255 * tone_curve(np.arange(65536) / 65535, model.contrast)).astype(np.uint8)
        srgb = np.clip(sensor.reshape(-1, 3) @ matrix, 0, 1).reshape(sensor.shape)
        encoded = levels[(srgb * np.float32(65535) + np.float32(0.5)).astype(np.uint16)]
        photo_bytes = encode_jpeg(
            encoded,
            jpeg_quality,
            subsampling,
            model=model.name,
            exposure_time=exposure / 125,
            aperture=limit("synthetic", "aperture"),
            iso=100,
            time=time.replace("-", ":").replace("T", " "),
        )
    else:
        encode = encode_png if container == "png" else encode_tiff
        photo_bytes = encode(np.round(sensor * np.float32(65535)).astype(np.uint16))
    return RenderedPhoto(
        photo_bytes=photo_bytes,
        container=container,
        truth=truth,
        skin=skin,
        kind=kind,
        shading=shading,
        gloss=gloss,
        hair=hair * skin,
        chart_kind=chart_kind,
        chart_patch_centres=None if chart is None else chart.patch_centres,
        chart_corners=None if chart is None else chart.corners,
        mm_per_pixel=mm_per_pixel,
    )
