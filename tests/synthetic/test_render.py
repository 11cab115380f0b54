"""Whole photos: pixels that say what the truth says, and what is asked for is what is drawn."""

import io
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from PIL import Image
from tolerance import assert_close

from pigmeter import synthetic
from pigmeter.colour.quantities import QUANTITIES, spectral_quantities
from pigmeter.errors import UsageError
from pigmeter.synthetic.camera import Camera, make_camera, response
from pigmeter.synthetic.lamp import lamp_power
from pigmeter.synthetic.optics import reflectance
from pigmeter.synthetic.painted_chart import paint

SIZE = (360, 480)
NANO = {"chart_kind": "colorchecker-nano", "size": SIZE, "mm_per_pixel": 0.12}
PLAIN = synthetic.Scene(
    directional=0.0, unevenness=0.0, relief=0.0, blur=0.0, vignetting=0.0, veil=0.0, shadow=0.0
)


def quiet(name="slr"):
    camera = make_camera(name)
    return Camera(camera.name, camera.sensitivity, white_electrons=1e12, read_noise=0.0)


def sensor(photo):
    return tifffile.imread(io.BytesIO(photo.photo_bytes)) / 65535


@pytest.fixture(scope="module")
def photo():
    return synthetic.render_photo(synthetic.subject("light", 2, vessels=2), **NANO)


def test_the_photo_and_its_truth_have_one_shape(photo):
    decoded = np.asarray(Image.open(io.BytesIO(photo.photo_bytes)))
    assert decoded.shape == (*SIZE, 3)
    assert set(photo.truth) == {*QUANTITIES, "melanin", "blood"}
    for values in (*photo.truth.values(), photo.skin, photo.kind, photo.shading, photo.gloss):
        assert values.shape == SIZE
    assert photo.truth["L"].dtype == np.float32


def test_truth_is_where_skin_is(photo):
    for values in photo.truth.values():
        assert np.array_equal(np.isfinite(values), photo.skin)
    column, row = np.round(photo.chart_patch_centres[8]).astype(int)
    assert not photo.skin[row, column]
    assert photo.skin[2, 2]
    assert not photo.kind[~photo.skin].any()


@pytest.mark.parametrize("tone", ["very light", "brown", "very dark"])
def test_sensor_values_are_the_spectrum_s(tone):
    """Without light, lens and noise in the way, a linear photo holds reflectance times sensitivity."""
    person = synthetic.subject(tone, 1)
    photo = synthetic.render_photo(
        person, camera=quiet(), lamp="flash", scene=PLAIN, container="tiff", exposure=0.8, **NANO
    )
    effective = response(quiet(), lamp_power("flash"))
    rows, columns = np.nonzero(photo.skin)
    some = np.random.default_rng(1).choice(len(rows), 300)
    at = (rows[some], columns[some])
    spectra = reflectance(photo.truth["melanin"][at], photo.truth["blood"][at], person.optics)
    assert_close(sensor(photo)[at], 0.8 * spectra @ effective, 2e-4)
    for name, expected in spectral_quantities(spectra).items():
        assert_close(photo.truth[name][at], expected, 0.03)


def test_chart_pixels_are_the_paints():
    photo = synthetic.render_photo(
        synthetic.subject("tan"), camera=quiet(), scene=PLAIN, container="tiff", chart_seed=5, **NANO
    )
    expected = 0.92 * paint("colorchecker-nano", 5) @ response(quiet(), lamp_power("daylight"))
    values = sensor(photo)
    for centre, colour in zip(photo.chart_patch_centres, expected, strict=True):
        column, row = np.round(centre).astype(int)
        assert_close(values[row, column], np.minimum(colour, 1.0), 2e-4)


def test_png_and_tiff_hold_the_same_values():
    cv2 = pytest.importorskip("cv2")
    person = synthetic.subject("tan")
    tiff, png = (synthetic.render_photo(person, container=kind, **NANO) for kind in ("tiff", "png"))
    decoded = cv2.imdecode(np.frombuffer(png.photo_bytes, np.uint8), cv2.IMREAD_UNCHANGED)[..., ::-1]
    assert np.array_equal(decoded / 65535, sensor(tiff))


def test_the_same_call_draws_the_same_bytes(photo):
    person = synthetic.subject("light", 2, vessels=2)
    assert synthetic.render_photo(person, **NANO).photo_bytes == photo.photo_bytes
    assert synthetic.render_photo(person, seed=1, **NANO).photo_bytes != photo.photo_bytes


def test_shading_and_gloss_stay_out_of_the_truth(photo):
    person = synthetic.subject("light", 2, vessels=2)
    shaded = synthetic.render_photo(person, scene=synthetic.Scene(gloss=0.1, unevenness=0.5), **NANO)
    for name, values in photo.truth.items():
        assert_close(shaded.truth[name], values, 0.0)
    assert shaded.gloss.max() > 0.01
    assert shaded.shading.std() > photo.shading.std()


def test_treated_skin_is_lighter_where_the_spots_were():
    person = synthetic.subject("very light", 3)
    maps = synthetic.draw_pigments(person, (44.0, 58.0), 0.12)
    how = NANO | {"chart_kind": None}
    before = synthetic.render_photo(maps, **how)
    after = synthetic.render_photo(maps.treated(spots=0.5), **how)
    change = after.truth["melanin_index"] - before.truth["melanin_index"]
    spot = before.kind == synthetic.KINDS.index("patch")
    assert change[spot].mean() < -0.5
    # The spots' soft edges reach into clear skin, but not far.
    assert abs(np.median(change[before.kind == 0])) < 0.05


def test_another_pose_shows_the_same_skin():
    maps = synthetic.draw_pigments(synthetic.subject("light", 4), (60.0, 80.0), 0.12)
    how = NANO | {"chart_kind": None}
    plain = synthetic.render_photo(maps, **how)
    moved = synthetic.render_photo(maps, pose=synthetic.Pose(shift_mm=(1.2, -2.4)), **how)
    assert_close(moved.truth["L"][20:, :-10], plain.truth["L"][:-20, 10:], 0.05)


def test_no_chart_no_centres():
    photo = synthetic.render_photo(synthetic.subject("tan"), **NANO | {"chart_kind": None})
    assert photo.chart_kind is photo.chart_patch_centres is photo.chart_corners is None
    assert photo.skin.all()


@pytest.mark.parametrize("surface", ["forearm", "panel"])
def test_cloth_around_the_skin_is_not_skin(surface):
    scene = synthetic.Scene(surface=surface)
    photo = synthetic.render_photo(
        synthetic.subject("tan"), scene=scene, chart_kind=None, size=SIZE, mm_per_pixel=0.3
    )
    red, _, blue = np.asarray(Image.open(io.BytesIO(photo.photo_bytes)), dtype=float).transpose(2, 0, 1)
    assert 0.3 < photo.skin.mean() < 0.95
    assert (red - blue)[photo.skin].mean() > 20
    assert (red - blue)[2:6].mean() < -10


def test_truth_can_be_left_out():
    photo = synthetic.render_photo(synthetic.subject("tan"), with_truth=False, **NANO)
    assert photo.truth == {}
    assert photo.skin.any()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"container": "bmp"}, "no container 'bmp'"),
        ({"subsampling": "4:1:1"}, "subsampling '4:1:1'"),
        ({"chart_kind": "colorchecker-classic"}, "colorchecker-classic would lie at"),
        ({"lamp": "candle"}, "no lamp 'candle'"),
        ({"camera": "eye"}, "no synthetic camera 'eye'"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, words):
    with pytest.raises(UsageError, match=words):
        synthetic.render_photo(synthetic.subject("tan"), **NANO | changes)


def test_public_names_are_there():
    for name in synthetic.__all__:
        assert getattr(synthetic, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'paintbrush'"):
        synthetic.paintbrush  # noqa: B018


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import pigmeter.synthetic, sys;"
        "print([m for m in ('cv2', 'PIL', 'tifffile', 'pigmeter.synthetic.render') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
