"""Two visits of the same skin: two photos whose every difference is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pigmeter.colour.quantities import spectral_quantities
from pigmeter.synthetic.camera import Camera, make_camera, response
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.lookup import tabulate
from pigmeter.synthetic.optics import BLOOD_RANGE, MELANIN_RANGE, reflectance
from pigmeter.synthetic.pigments import PigmentMaps, draw_pigments
from pigmeter.synthetic.render import RenderedPhoto, render_photo, warped
from pigmeter.synthetic.scene import (
    Pose,
    Scene,
    apply_homography,
    place_skin,
    plane_to_photo,
    surface_place,
)
from pigmeter.synthetic.spots import DrawnSpot, draw_spots
from pigmeter.synthetic.subjects import Subject

_BLOOD_TIMES = (0.25, 3.0)  # behind much melanin haemoglobin_index hardly rises however much blood there is
_NODES = (160, 60)


@dataclass(frozen=True, slots=True)
class VisitSettings:
    """
    How one visit's photo is taken.

    Attributes
    ----------
    lamp : str or array, shape (61,)
        As for `render.render_photo`.
    camera : str or Camera
    balance : tuple of float
        Factors on the gains of red and blue that the camera's white balance sets. [1]
    exposure : float
        [1]
    pose : Pose
    scene : Scene
        With the expression of the skin.
    mm_per_pixel : float
        In the middle of the frame. [mm]
    jpeg_quality : int
    subsampling, container : str
    seed : int
        Of the sensor's noise.
    chart_kind : str or None
    chart_seed : int
        Which copy of the chart; the same at both visits where it is the same card.
    time : str
        ISO 8601.
    """

    lamp: str | np.ndarray = "daylight"
    camera: str | Camera = "phone"
    balance: tuple[float, float] = (1.0, 1.0)
    exposure: float = 0.92
    pose: Pose = field(default_factory=Pose)
    scene: Scene = field(default_factory=Scene)
    mm_per_pixel: float = 0.1
    jpeg_quality: int = 92
    subsampling: str = "4:2:0"
    container: str = "jpeg"
    seed: int = 0
    chart_kind: str | None = "colorchecker-nano"
    chart_seed: int = 0
    time: str = "2026-01-15T10:00:00"

    def model(self) -> Camera:
        """The camera with its white balance."""
        camera = make_camera(self.camera) if isinstance(self.camera, str) else self.camera
        red, blue = (own * more for own, more in zip(camera.balance, self.balance, strict=True))
        return replace(camera, balance=(red, blue))


@dataclass(frozen=True, slots=True)
class Treated:
    """
    A part of the skin whose pigments change between the visits.

    Attributes
    ----------
    melanin, haemoglobin : float
        Change of melanin_index by melanin, and after it of haemoglobin_index by blood [index unit]; less
        where the skin has no more to lose, or would need less than a quarter or more than three times its
        blood: dark skin does not show ten units more.
    x, y : float
        Middle, from that of the skin. [mm]
    radii : tuple of float, optional
        Of an ellipse, across and down [mm]; the whole skin if None.
    soft : float
        Width of its edge. [mm]
    """

    melanin: float = 0.0
    haemoglobin: float = 0.0
    x: float = 0.0
    y: float = 0.0
    radii: tuple[float, float] | None = None
    soft: float = 0.5

    def cover(self, across: np.ndarray, down: np.ndarray) -> np.ndarray:
        """Share of the change at places of the skin at rest [mm]. [1]"""
        if self.radii is None:
            return np.ones(np.broadcast_shapes(across.shape, down.shape))
        mean = float(np.sqrt(self.radii[0] * self.radii[1]))
        r = np.hypot((across - self.x) / self.radii[0], (down - self.y) / self.radii[1])
        share: np.ndarray = 1 / (1 + np.exp(np.clip((r - 1) * mean / (self.soft / 4), -30, 30)))
        return share


@dataclass(frozen=True, slots=True)
class FatedSpot:
    """
    A spot and what becomes of it.

    Attributes
    ----------
    spot : DrawnSpot
        As it is at the baseline; one that appears, as it is at the follow-up.
    remains : float
        Its contrast at the follow-up over that of `spot`: 0 cleared, below 1 faded, above 1 darker.
    appears : bool
        Whether the baseline has none of it.
    """

    spot: DrawnSpot
    remains: float = 1.0
    appears: bool = False

    @property
    def before(self) -> float:
        """Contrast of its middle at the baseline, with its sign. [index unit]"""
        return 0.0 if self.appears else self.spot.signed_contrast

    @property
    def after(self) -> float:
        """Contrast of its middle at the follow-up, with its sign. [index unit]"""
        return self.remains * self.spot.signed_contrast


@dataclass(frozen=True, slots=True)
class RenderedVisits:
    """
    Two synthetic photos of the same skin, and what is true of the pair.

    Attributes
    ----------
    baseline, follow_up : RenderedPhoto
    map_x, map_y : array of float32, shape (rows, columns)
        For each pixel of the baseline's photo the place of the same skin in the follow-up's [photo px]; NaN
        where either shows no bare skin.
    change : dict of str to array of float32, shape (rows, columns)
        What changed in the skin that each pixel of the baseline shows, follow-up minus baseline, for every
        quantity, in its unit; NaN where it shows none.
    spots : tuple of FatedSpot
    """

    baseline: RenderedPhoto
    follow_up: RenderedPhoto
    map_x: np.ndarray
    map_y: np.ndarray
    change: dict[str, np.ndarray]
    spots: tuple[FatedSpot, ...]


def render_visits(
    skin: Subject | PigmentMaps,
    baseline: VisitSettings | None = None,
    follow_up: VisitSettings | None = None,
    *,
    treated: Sequence[Treated] = (),
    spots: Sequence[FatedSpot] = (),
    size: tuple[int, int] = (960, 1280),
) -> RenderedVisits:
    """
    Render the photos of two visits.

    Parameters
    ----------
    skin : Subject or PigmentMaps
        Whose skin; maps must reach as far as both photos show.
    baseline, follow_up : VisitSettings, optional
    treated : sequence of Treated
        What changes between the visits; each on top of those before.
    spots : sequence of FatedSpot
        Drawn on the skin, apart from each other.
    size : tuple of int
        Rows and columns of both photos. [px]

    Returns
    -------
    RenderedVisits

    Raises
    ------
    UsageError
        As `render.render_photo` and `spots.draw_spots` do.

    Examples
    --------
    >>> from pigmeter import synthetic
    >>> pair = synthetic.render_visits(
    ...     synthetic.subject("light", seed=1), treated=[synthetic.Treated(melanin=-3.0)], size=(480, 640)
    ... )
    >>> float(np.nanmean(pair.change["melanin_index"]).round(2))
    -3.0
    """
    first, last = baseline or VisitSettings(), follow_up or VisitSettings()
    placed = place_skin(first.scene, first.pose, size, first.mm_per_pixel)
    if isinstance(skin, Subject):
        later = place_skin(last.scene, last.pose, size, last.mm_per_pixel)
        reach = [
            max(float(np.abs(one).max()) for one in pair)
            for pair in ((placed.y, later.y), (placed.x, later.x))
        ]
        finest = min(first.mm_per_pixel, last.mm_per_pixel)
        site = "forearm" if first.scene.surface == "forearm" else "cheek"
        skin = draw_pigments(skin, (2 * reach[0] + finest, 2 * reach[1] + finest), finest, site)
    before = draw_spots(skin, [each.spot for each in spots if not each.appears])
    after = draw_spots(
        skin,
        [
            replace(each.spot, contrast=each.remains * each.spot.contrast)
            for each in spots
            if each.remains > 0
        ],
    )
    for part in treated:
        after = _changed(after, part)
    photos = [
        render_photo(
            maps,
            lamp=own.lamp,
            camera=own.model(),
            chart_kind=own.chart_kind,
            size=size,
            mm_per_pixel=own.mm_per_pixel,
            exposure=own.exposure,
            pose=own.pose,
            scene=own.scene,
            seed=own.seed,
            chart_seed=own.chart_seed,
            container=own.container,
            jpeg_quality=own.jpeg_quality,
            subsampling=own.subsampling,
            time=own.time,
        )
        for maps, own in ((before, first), (after, last))
    ]
    x, y = _carried(placed.x, placed.y, last, size)
    shown = photos[0].skin & _shown(photos[1].skin, x, y)
    change = _true_change(before, after, placed.x, placed.y, first)
    return RenderedVisits(
        baseline=photos[0],
        follow_up=photos[1],
        map_x=np.where(shown, x, np.nan).astype(np.float32),
        map_y=np.where(shown, y, np.nan).astype(np.float32),
        change={key: np.where(photos[0].skin, plane, np.float32(np.nan)) for key, plane in change.items()},
        spots=tuple(spots),
    )


def _carried(
    x: np.ndarray, y: np.ndarray, settings: VisitSettings, size: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Where a photo of these settings shows skin that lies at (x, y) at rest [mm]. [photo px]"""
    if settings.scene.expression is not None:
        x, y = settings.scene.expression.displaced(x, y)
    across, down = surface_place(settings.scene, x, y)
    matrix = plane_to_photo(settings.pose, size, settings.mm_per_pixel)
    points = apply_homography(matrix, np.stack([across, down], axis=-1).astype(float))
    return points[..., 0], points[..., 1]


def _shown(skin: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    rows, columns = skin.shape
    inside = (x >= 0) & (x <= columns - 1) & (y >= 0) & (y <= rows - 1)
    i = np.clip(np.rint(y), 0, rows - 1).astype(int)
    j = np.clip(np.rint(x), 0, columns - 1).astype(int)
    return np.asarray(inside & skin[i, j])


def _true_change(
    before: PigmentMaps, after: PigmentMaps, x: np.ndarray, y: np.ndarray, settings: VisitSettings
) -> dict[str, np.ndarray]:
    effective = response(settings.model(), lamp_power(settings.lamp))
    column, row = before.places(x, y)
    levels = []
    for maps in (before, after):
        melanin, blood = (warped(plane, column, row) for plane in (maps.melanin, maps.blood))
        _, true = tabulate(melanin, blood, maps.optics, effective)
        found = true.look_up(melanin, blood)
        levels.append({name: found[..., i] for i, name in enumerate(true.names)})
    moved = {name: levels[1][name] - levels[0][name] for name in levels[0]}
    moved["hue"] = (moved["hue"] + 180) % 360 - 180
    return {name: np.ascontiguousarray(plane, dtype=np.float32) for name, plane in moved.items()}


def _changed(maps: PigmentMaps, part: Treated) -> PigmentMaps:
    """Skin whose indices have moved by what is asked for, pixel by pixel."""
    rows, columns = maps.kind.shape
    down = ((np.arange(rows) - (rows - 1) / 2) * maps.mm_per_pixel)[:, None]
    across = ((np.arange(columns) - (columns - 1) / 2) * maps.mm_per_pixel)[None, :]
    cover = part.cover(across, down).astype(np.float32)
    if part.melanin:
        wanted = _amounts(maps, "melanin", part.melanin)
        maps = replace(maps, melanin_clear=maps.melanin_clear + cover * (wanted - maps.melanin))
    if part.haemoglobin:
        wanted = _amounts(maps, "blood", part.haemoglobin)
        maps = replace(maps, blood_clear=maps.blood_clear + cover * (wanted - maps.blood))
    return maps


def _amounts(maps: PigmentMaps, own: str, step: float) -> np.ndarray:
    """Melanin, or blood, that moves each pixel's own index by `step`, the other pigment as it is."""
    from scipy.interpolate import RegularGridInterpolator

    planes = {"melanin": maps.melanin, "blood": maps.blood}
    other = "blood" if own == "melanin" else "melanin"
    key = "melanin_index" if own == "melanin" else "haemoglobin_index"
    bounds = {"melanin": MELANIN_RANGE, "blood": BLOOD_RANGE}[own]
    fine = np.geomspace(*bounds, 600)
    beside, nodes = (
        np.geomspace(max(float(planes[name].min()), 1e-6), float(planes[name].max()) * (1 + 1e-6), count)
        for name, count in ((other, _NODES[1]), (own, _NODES[0]))
    )
    table = np.empty((len(nodes), len(beside)))
    for column, fixed in enumerate(beside):
        pair = {own: fine, other: np.full(len(fine), fixed)}
        index = spectral_quantities(reflectance(pair["melanin"], pair["blood"], maps.optics))[key]
        rising = slice(0, int(np.argmax(index)) + 1)
        wanted = np.interp(nodes, fine, index) + step
        table[:, column] = np.interp(wanted, index[rising], fine[rising])
    look_up = RegularGridInterpolator((nodes, beside), table)
    places = [
        np.clip(planes[name].ravel().astype(float), axis[0], axis[-1])
        for name, axis in ((own, nodes), (other, beside))
    ]
    found = look_up(np.stack(places, axis=1)).reshape(planes[own].shape)
    if own == "blood":
        found = np.clip(found, *(times * planes["blood"] for times in _BLOOD_TIMES))
    return np.asarray(found, dtype=np.float32)
