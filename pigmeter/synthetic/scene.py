"""Geometry and light of a synthetic photo: where each pixel's skin lies, how it faces the lamp, its gloss."""

from dataclasses import dataclass, replace

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.synthetic.expression import Expression
from pigmeter.synthetic.hair import Hair

SURFACES: tuple[str, ...] = ("plane", "cheek", "forearm", "panel")
"""Shapes of skin: flat or gently curved over the whole frame, an arm on cloth, a flat panel on cloth."""

_ARM_HALF_WIDTH, _ARM_HEIGHT, _ARM_TAPER = 36.0, 27.0, 0.05
_DOME_RADII = (105.0, 140.0)


@dataclass(frozen=True, slots=True)
class Pose:
    """
    How the camera looks at the scene.

    Attributes
    ----------
    tilt, turn, roll : float
        Rotation of the scene about the photo's horizontal, vertical and viewing axis. [degrees]
    shift_mm : tuple of float
        What lies in the middle of the frame: x right, y down from the middle of the skin. [mm]
    distance_mm : float
        From camera to skin: near means strong perspective. [mm]
    """

    tilt: float = 0.0
    turn: float = 0.0
    roll: float = 0.0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    distance_mm: float = 500.0


@dataclass(frozen=True, slots=True)
class Scene:
    """
    What lies in front of the camera beside the skin itself, the light's shape, and the lens.

    Attributes
    ----------
    surface : str
        One of `SURFACES`.
    directional : float
        Share of the light that comes from one side; the rest comes from everywhere. [1]
    light_azimuth, light_elevation : float
        Where that side is: 0 is the photo's right, 90 its bottom; 90 is from the camera. [degrees]
    unevenness : float
        Relative change of light from one side of the frame to the other. [1]
    gloss : float
        Strength of the skin's highlights above its even surface reflection; 0 is cross-polarised. [1]
    relief : float
        Factor on the height of furrows and pores. [1]
    blur : float
        SD of the lens blur. [px]
    vignetting : float
        Loss of light in the corners. [1]
    veil : float
        Share of the light that is spread over the photo by the lens. [1]
    shadow : float
        Depth of the shadow around the chart and the arm. [1]
    chart_place : tuple of float, optional
        Middle of the chart, x right and y down from the middle of the skin; below the skin if None. [mm]
    chart_turn : float
        Rotation of the chart in its plane. [degrees]
    chart_tilt : tuple of float
        Rotation of the chart about its horizontal and vertical axis, out of the skin's plane. [degrees]
    hair : tuple of Hair
        What grows on the skin.
    expression : Expression, optional
        How the skin is deformed along its surface.
    """

    surface: str = "plane"
    directional: float = 0.5
    light_azimuth: float = -125.0
    light_elevation: float = 55.0
    unevenness: float = 0.03
    gloss: float = 0.0
    relief: float = 1.0
    blur: float = 0.6
    vignetting: float = 0.04
    veil: float = 0.003
    shadow: float = 0.25
    chart_place: tuple[float, float] | None = None
    chart_turn: float = 0.0
    chart_tilt: tuple[float, float] = (0.0, 0.0)
    hair: tuple[Hair, ...] = ()
    expression: Expression | None = None

    def light(self) -> np.ndarray:
        """Unit vector towards the lamp: x right, y down, z to the camera, shape (3,). [1]"""
        azimuth, elevation = np.radians(self.light_azimuth), np.radians(self.light_elevation)
        flat = np.cos(elevation)
        return np.array([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)])


def rotation(tilt: float, turn: float, roll: float) -> np.ndarray:
    """Return the rotation by three angles about x, y and z, the last first, shape (3, 3). [degrees]"""
    a, b, c = np.radians([tilt, turn, roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_y = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    about_z = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    turned: np.ndarray = about_x @ about_y @ about_z
    return turned


def plane_to_photo(
    pose: Pose,
    size: tuple[int, int],
    mm_per_pixel: float,
    centre_mm: tuple[float, float] = (0.0, 0.0),
    own: np.ndarray | None = None,
) -> np.ndarray:
    """
    Homography from a plane in the scene to the photo.

    Parameters
    ----------
    pose : Pose
    size : tuple of int
        Rows and columns. [px]
    mm_per_pixel : float
        In the middle of the frame. [mm]
    centre_mm : tuple of float
        Origin of the plane's coordinates in the scene. [mm]
    own : array, shape (3, 3), optional
        Rotation of the plane against the scene's.

    Returns
    -------
    array, shape (3, 3)
        Takes (x mm, y mm, 1) to (x px, y px, 1) up to a factor; pixel centres are whole numbers.
    """
    view = rotation(pose.tilt, pose.turn, pose.roll)
    focal = pose.distance_mm / mm_per_pixel
    camera = np.array([[focal, 0, (size[1] - 1) / 2], [0, focal, (size[0] - 1) / 2], [0, 0, 1]])
    plane = np.eye(3) if own is None else own
    origin = np.array([centre_mm[0] - pose.shift_mm[0], centre_mm[1] - pose.shift_mm[1], 0.0])
    columns = view @ plane[:, :2]
    place = view @ origin + np.array([0.0, 0.0, pose.distance_mm])
    matrix = camera @ np.column_stack([columns, place])
    scaled: np.ndarray = matrix / matrix[2, 2]
    return scaled


def apply_homography(matrix: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Return `points` (..., 2) taken through a homography (3, 3)."""
    moved = points @ matrix[:, :2].T + matrix[:, 2]
    projected: np.ndarray = moved[..., :2] / moved[..., 2:]
    return projected


def pixels_to_plane(
    matrix: np.ndarray, rows: tuple[int, int], columns: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """
    Plane coordinates of a rectangle of pixels.

    Parameters
    ----------
    matrix : array, shape (3, 3)
        Plane to photo.
    rows, columns : tuple of int
        First and one past the last. [px]

    Returns
    -------
    x, y : array of float32, shape (rows, columns)
        [mm]
    """
    inverse = np.linalg.inv(matrix).astype(np.float64)
    across = np.arange(columns[0], columns[1], dtype=np.float64)[None, :]
    down = np.arange(rows[0], rows[1], dtype=np.float64)[:, None]
    w = (inverse[2, 0] * across + inverse[2, 1] * down + inverse[2, 2]).astype(np.float32)
    x = (inverse[0, 0] * across + inverse[0, 1] * down + inverse[0, 2]).astype(np.float32) / w
    y = (inverse[1, 0] * across + inverse[1, 1] * down + inverse[1, 2]).astype(np.float32) / w
    return x, y


@dataclass(frozen=True, slots=True)
class Placed:
    """
    Where each pixel's skin lies, for a whole photo.

    Attributes
    ----------
    x, y : array of float32, shape (rows, columns)
        Coordinates on the skin laid flat, from its middle: right, down. [mm]
    normal_x, normal_y : array of float32, shape (rows, columns)
        Slope of the surface: the normal is (normal_x, normal_y, 1), not of unit length. [1]
    cover : array of float32, shape (rows, columns)
        Share of the pixel that is skin. [1]
    height : array of float32, shape (rows, columns)
        Distance from the skin's edge, positive outside; 0 on skin: for the shadow. [mm]
    """

    x: np.ndarray
    y: np.ndarray
    normal_x: np.ndarray
    normal_y: np.ndarray
    cover: np.ndarray
    height: np.ndarray


def _arm_profile() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place across the arm (-1..1), length along its surface there, and slope of the surface. [1, mm, 1]"""
    t = np.sin(np.linspace(-np.pi / 2, np.pi / 2, 401))
    z = _ARM_HEIGHT * np.maximum(1 - np.abs(t) ** 2.6, 0) ** 0.5
    step = np.hypot(np.diff(t * _ARM_HALF_WIDTH), np.diff(z))
    along = np.concatenate([[0.0], np.cumsum(step)])
    slope = np.gradient(z, t * _ARM_HALF_WIDTH)
    return t, along - along[-1] / 2, np.clip(-slope, -8, 8)


def surface_place(scene: Scene, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place in the scene's plane [mm] of skin at (x, y) along its surface [mm]: an arm bends away below."""
    if scene.surface != "forearm":
        return x, y
    t, along, _ = _arm_profile()
    return x, np.interp(y, along, t) * (_ARM_HALF_WIDTH - _ARM_TAPER * x)


def place_skin(scene: Scene, pose: Pose, size: tuple[int, int], mm_per_pixel: float) -> Placed:
    """
    Find the skin that each pixel sees.

    Parameters
    ----------
    scene : Scene
    pose : Pose
    size : tuple of int
        Rows and columns. [px]
    mm_per_pixel : float
        [mm]

    Returns
    -------
    Placed

    Raises
    ------
    UsageError
        If the scene's surface is not known.
    """
    placed = _placed_at_rest(scene, pose, size, mm_per_pixel)
    if scene.expression is None:
        return placed
    x, y = scene.expression.at_rest(placed.x, placed.y)
    return replace(placed, x=x.astype(np.float32), y=y.astype(np.float32))


def _placed_at_rest(scene: Scene, pose: Pose, size: tuple[int, int], mm_per_pixel: float) -> Placed:
    if scene.surface not in SURFACES:
        reason = f"no surface {scene.surface!r} (known: {', '.join(SURFACES)})"
        raise UsageError("SYNTHETIC_SCENE", reason, "Pick one of these")
    matrix = plane_to_photo(pose, size, mm_per_pixel)
    x, y = pixels_to_plane(matrix, (0, size[0]), (0, size[1]))
    flat, whole = np.zeros(size, dtype=np.float32), np.ones(size, dtype=np.float32)
    if scene.surface == "plane":
        return Placed(x, y, flat, flat, whole, flat)
    if scene.surface == "cheek":
        rx, ry = _DOME_RADII
        return Placed(x, y, x / np.float32(rx), y / np.float32(ry), whole, flat)
    if scene.surface == "panel":
        half = np.array([0.42 * size[1], 0.42 * size[0]]) * mm_per_pixel
        outside = np.maximum(np.abs(x) - np.float32(half[0]), np.abs(y) - np.float32(half[1]))
        cover = np.clip(0.5 - outside / np.float32(mm_per_pixel), 0, 1)
        return Placed(x, y, flat, flat, cover, np.maximum(outside, 0))
    t, along, slope = _arm_profile()
    width = np.float32(_ARM_HALF_WIDTH) - np.float32(_ARM_TAPER) * x
    place = y / width
    clipped = np.clip(place, -0.999, 0.999)
    skin_y = np.interp(clipped, t, along).astype(np.float32)
    normal_y = np.interp(clipped, t, slope).astype(np.float32)
    outside = (np.abs(place) - 1) * width
    cover = np.clip(0.5 - outside / np.float32(mm_per_pixel), 0, 1)
    return Placed(x, skin_y, flat, normal_y, cover, np.maximum(outside, 0))


def light_field(scene: Scene, placed: Placed, extent_mm: tuple[float, float]) -> np.ndarray:
    """
    Unevenness of the lamp over the scene, 1 in the middle.

    Parameters
    ----------
    scene : Scene
    placed : Placed
    extent_mm : tuple of float
        Height and width of the frame. [mm]

    Returns
    -------
    array of float32, shape (rows, columns)
        [1]
    """
    azimuth = np.radians(scene.light_azimuth)
    reach = np.hypot(*extent_mm) / 2
    towards = placed.x * np.float32(np.cos(azimuth) / reach) + placed.y * np.float32(np.sin(azimuth) / reach)
    field: np.ndarray = 1 + np.float32(scene.unevenness / 2) * towards
    return field


def shade(scene: Scene, normal_x: np.ndarray, normal_y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Light that a matte surface gets, and its gloss.

    Parameters
    ----------
    scene : Scene
    normal_x, normal_y : array of float32
        The normal is (normal_x, normal_y, 1), not of unit length. [1]

    Returns
    -------
    shading : array of float32
        1 for a surface that faces the camera. [1]
    gloss : array of float32
        Light thrown off the surface, perfect white = 1. [1]
    """
    light = scene.light()
    length = np.sqrt(normal_x * normal_x + normal_y * normal_y + 1)
    facing = 1 / length
    lambert = normal_x * np.float32(light[0]) + normal_y * np.float32(light[1]) + np.float32(light[2])
    lambert = lambert / length
    direct = np.maximum(lambert, 0) / np.float32(light[2])
    shading = (1 - scene.directional) * (0.5 + 0.5 * facing) + scene.directional * direct
    if scene.gloss <= 0:
        return shading.astype(np.float32), np.zeros_like(length)
    middle = light + np.array([0.0, 0.0, 1.0])
    middle = middle / np.linalg.norm(middle)
    along = (
        normal_x * np.float32(middle[0]) + normal_y * np.float32(middle[1]) + np.float32(middle[2])
    ) / length
    along = np.clip(along, 0, 1)
    # A broad sheen and a narrow, moist highlight (Blinn and Phong), both broken up by the relief.
    lobe = np.exp(np.float32(28.0) * (along - 1)) * 0.2 + np.exp(np.float32(220.0) * (along - 1)) * 0.8
    return shading.astype(np.float32), (np.float32(scene.gloss) * lobe).astype(np.float32)
