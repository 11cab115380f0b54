"""
From the bytes of a photo to numbers: rendered photos are measured and held against the truth, tone by tone.

The photos follow optics of their own (`pigmeter.synthetic`), not the population that profiles are made of.
Each limit is 1.5 to 2 times the worst that was observed; the comment beside it says what that was.
"""

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
import pytest
from tolerance import assert_close

import pigmeter
from pigmeter.colour.quantities import QUANTITIES
from pigmeter.photo.reader import read_photo
from pigmeter.synthetic import KINDS, TONES, Scene, draw_pigments, render_photo, subject, uniform_pigments

SIZE, MM = (600, 800), 0.12
EVEN = Scene(directional=0, relief=0.2)  # light from everywhere: what the photo shows is what the truth means
LIT = Scene(surface="cheek", directional=0.5, gloss=0.25)
# file, lamp, camera, copy of the chart
PHONE = ("jpeg", "daylight", "phone", 0)
SETTINGS = (
    PHONE,
    ("jpeg", "tungsten", "mirrorless", 1),
    ("jpeg", "triphosphor", "phone", 2),
    ("tiff", "led-neutral", "slr", 3),
)
KEYS = ("melanin_index", "erythema_index", "haemoglobin_index", "L", "a", "b", "ita")
every_tone = pytest.mark.parametrize("tone", TONES)
every_setting = pytest.mark.parametrize(
    "setting", SETTINGS, ids=lambda setting: "-".join(map(str, setting[:3]))
)


@lru_cache(maxsize=64)
def rendered(tone, setting=PHONE, scene=EVEN, exposure=0.92, chart=True):
    """A photo of subject 1 of a tone."""
    container, lamp, camera, chart_seed = setting
    return render_photo(
        subject(tone, seed=1),
        lamp=lamp,
        camera=camera,
        container=container,
        scene=scene,
        exposure=exposure,
        chart_kind="colorchecker-nano" if chart else None,
        chart_seed=chart_seed,
        size=SIZE,
        mm_per_pixel=MM,
    )


@lru_cache(maxsize=64)
def measured(*args, **kwargs):
    """The photo of `rendered`, read from its bytes and measured."""
    return pigmeter.measure(opened(rendered(*args, **kwargs)))


def opened(photo):
    return read_photo(photo.photo_bytes, name=f"photo.{photo.container}")


def at_maps(image, found):
    """Pixels of a photo at the centres of map pixels."""
    rows, columns = (
        np.minimum(np.arange(n) * found.scale + found.scale // 2, m - 1)
        for n, m in zip(found.skin.shape, image.shape, strict=True)
    )
    return image[np.ix_(rows, columns)]


def errors(photo, found):
    """Mean of each map over the skin, minus the mean of the truth at the same pixels."""
    both = found.skin & at_maps(photo.skin, found)
    return {
        key: float(
            found.maps[key][both].mean(dtype=float) - at_maps(photo.truth[key], found)[both].mean(dtype=float)
        )
        for key in KEYS
    }


def hold(found, limits):
    """Fail with every quantity at once: what it missed by and the limit."""
    wrong = {key: (round(found[key], 2), most) for key, most in limits.items() if not abs(found[key]) <= most}
    assert not wrong


# Observed worst: 2.2, 1.8 (triphosphor 3.0), 7.3, 0.6, 0.6 (1.7), 0.8, 1.4
LEVEL = dict(zip(KEYS, (3.5, 3.0, 11.0, 1.0, 1.2, 1.4, 2.2), strict=True))
TRIPHOSPHOR = LEVEL | {"erythema_index": 4.5, "a": 2.5}


@every_setting
@every_tone
def test_levels_of_every_tone(tone, setting):
    hold(
        errors(rendered(tone, setting), measured(tone, setting)),
        TRIPHOSPHOR if setting[1] == "triphosphor" else LEVEL,
    )


@every_setting
def test_errors_are_what_the_uncertainties_say(setting):
    """Root mean square of error over uncertainty over the tones: 1.5 at most, 2.1 for a under triphosphor."""
    for key in KEYS:
        off = [
            errors(rendered(tone, setting), measured(tone, setting))[key] / bars(tone, setting)[key]
            for tone in TONES
        ]
        assert np.sqrt(np.mean(np.square(off))) < (3.1 if setting[1] == "triphosphor" else 2.2), (key, off)


def bars(tone, setting):
    """Standard uncertainties of the table, by quantity."""
    return {row["quantity"]: row["uncertainty"] for row in measured(tone, setting).table}


@every_setting
@every_tone
def test_the_mask_is_the_skin_in_every_tone(tone, setting):
    """Of skin that fills the photo only the rim of photo and chart is lost, as much in every tone."""
    photo, found = rendered(tone, setting), measured(tone, setting)
    skin = at_maps(photo.skin, found)
    assert (found.skin & skin).sum() / skin.sum() > 0.97  # observed 0.978
    assert not (found.skin & ~skin).any()
    chart = cv2.fillPoly(np.zeros(SIZE, np.uint8), [np.rint(photo.chart_corners).astype(np.int32)], 1)
    assert not found.skin[at_maps(chart, found) > 0].any()
    assert not found.findings


@every_tone
def test_an_arm_on_cloth_is_told_from_the_cloth(tone):
    photo = render_photo(
        subject(tone, seed=1),
        scene=Scene(surface="forearm", gloss=0.1, chart_place=(0, 60)),
        chart_kind="colorchecker-mini",
        size=(640, 640),
        mm_per_pixel=0.3,
    )
    found = pigmeter.measure(opened(photo))
    skin = at_maps(photo.skin, found)
    assert (found.skin & skin).sum() / skin.sum() > 0.95  # observed 0.962 to 0.976
    assert (found.skin & ~skin).sum() / found.skin.sum() < 0.001


@every_setting
def test_the_chart_gives_the_scale(setting):
    assert_close(measured("tan", setting).mm_per_pixel / MM, 1, 0.002)  # observed 0.001


def test_maps_cover_the_photo_and_are_empty_off_the_skin():
    found = measured("brown")
    assert found.skin.shape == SIZE
    for values in found.maps.values():
        assert np.array_equal(np.isfinite(values), found.skin)


@pytest.mark.parametrize("tone", ["very light", "tan", "very dark"])
def test_exposure_does_not_matter(tone):
    """Half a stop less and more than 0.6 of full scale."""
    base, *others = (
        errors(rendered(tone, exposure=e), measured(tone, exposure=e)) for e in (0.6, 0.42, 0.85)
    )
    # Observed worst: 0.3, 0.8, 1.7, 0.2, 0.3, 0.5, 1.1
    limits = dict(zip(KEYS, (0.7, 1.5, 3.2, 0.4, 0.6, 1.0, 2.0), strict=True))
    for other in others:
        hold({key: other[key] - base[key] for key in KEYS}, limits)


@pytest.mark.parametrize("setting", [PHONE, SETTINGS[3]], ids=["jpeg", "tiff"])
def test_a_session_profile_serves_photos_without_a_chart(setting):
    session = pigmeter.fit_profile(opened(rendered("tan", setting)))
    for tone in TONES:
        photo = rendered(tone, setting, chart=False)
        found = pigmeter.measure(opened(photo), session)
        hold(errors(photo, found), LEVEL)
        assert found.chart is None
        assert found.profile.id == session.id
        assert [finding.code for finding in found.findings] == ["SCALE_UNKNOWN"]
        assert found.skin.mean() > 0.99


def with_spots(tone):
    """A tone's mean skin with a brown spot and a red blemish, 5 mm across, and where they are. [mm]"""
    person = subject(tone, spread=0)
    maps = uniform_pigments(
        person.melanin, person.blood, person.optics, (SIZE[0] * MM + 4, SIZE[1] * MM + 4), 0.1
    )
    down, across = np.mgrid[: maps.kind.shape[0], : maps.kind.shape[1]] * 0.1
    down, across = down - down.mean(), across - across.mean()
    places = {"brown": (-15, -20), "red": (-15, 20)}
    inside = {name: np.hypot(down - y, across - x) < 2.5 for name, (y, x) in places.items()}
    melanin = np.where(inside["brown"], (0.05 + 0.12 * person.melanin) / (1 + person.melanin) ** 0.5, 0)
    return replace(
        maps,
        melanin_spots=melanin.astype(np.float32),
        blood_spots=np.where(inside["red"], 1.5 * person.blood, 0).astype(np.float32),
    ), places


@every_tone
def test_a_brown_spot_and_a_red_one_stand_out_as_they_do(tone):
    """Contrast of the inner 3 mm against the skin 4 to 7 mm away, on maps and in the truth."""
    maps, places = with_spots(tone)
    scene = Scene(directional=0, relief=0, unevenness=0)
    photo = render_photo(maps, scene=scene, chart_kind="colorchecker-nano", size=SIZE, mm_per_pixel=MM)
    found = pigmeter.measure(opened(photo))
    down, across = (np.mgrid[: SIZE[0], : SIZE[1]] - (np.array(SIZE)[:, None, None] - 1) / 2) * MM

    def contrast(key, name):
        away = at_maps(np.hypot(down - places[name][0], across - places[name][1]), found)
        assert found.skin[away < 7].mean() > 0.995  # pixels beside a sharp edge may pass for highlights
        values = found.maps[key], at_maps(photo.truth[key], found)
        return [float(np.nanmean(v[away < 1.5]) - np.nanmean(v[(away > 4) & (away < 7)])) for v in values]

    moved, true = contrast("melanin_index", "brown")
    assert 4 < true < 8
    assert_close(moved, true, 1.5)  # observed 0.9, of 6
    assert_close(*contrast("L", "brown"), 0.6)  # observed 0.3, of 1.4 to 5.3
    redder, true = contrast("haemoglobin_index", "red")
    assert_close(redder, true, 12)  # observed 7.4, of 21.7, in very light skin
    assert_close(*contrast("erythema_index", "red"), 3)  # observed 1.8, of 9.3 in very light skin
    assert_close(*contrast("a", "red"), 1)  # observed 0.6, of 4.4 in very light skin
    if TONES.index(tone) < TONES.index("dark"):
        assert redder > 0.5 * true > 3


CHANGES = {"spots fade": {"spots": 0.5, "melanin": 0.1}, "redness fades": {"redness": 0.5}}
# Observed worst: 0.23, 0.8, 1.6 (dark skin: 5.7), 0.05, 0.2, 0.2, 0.4
MOVED = dict(zip(KEYS, (0.5, 1.4, 3.0, 0.1, 0.35, 0.35, 0.8), strict=True))
MOVED_DARK = MOVED | {"haemoglobin_index": 9.0}


@pytest.mark.parametrize("container", ["jpeg", "tiff"])
@every_tone
def test_change_of_the_same_skin(tone, container):
    """Region means of two renders of one skin, by the table for changes."""
    maps = draw_pigments(subject(tone, seed=1), (SIZE[0] * MM + 4, SIZE[1] * MM + 4), MM)

    def visit(treatment, exposure, seed):
        photo = render_photo(
            maps.treated(**treatment),
            container=container,
            scene=Scene(directional=0, relief=0, unevenness=0),
            chart_kind="colorchecker-nano",
            size=SIZE,
            mm_per_pixel=MM,
            exposure=exposure,
            seed=seed,
        )
        seen = opened(photo)
        full = np.iinfo(seen.pixels.dtype).max
        profile = pigmeter.fit_profile(seen)
        return photo, profile, seen.pixels[photo.skin].mean(axis=0, dtype=float) / full

    before, profile, rgb_before = visit({}, 0.92, 0)
    for treatment in CHANGES.values():
        after, _, rgb_after = visit(treatment, 0.92, 1)
        moved = profile.estimate_change(rgb_before, rgb_after)
        true = {
            key: float(
                after.truth[key][after.skin].mean(dtype=float)
                - before.truth[key][before.skin].mean(dtype=float)
            )
            for key in KEYS
        }
        hold({key: float(moved[key]) - true[key] for key in KEYS}, MOVED_DARK if "dark" in tone else MOVED)


@every_tone
def test_a_lit_and_glossy_cheek(tone):
    """
    Shading and sheen are light that an instrument on the skin does not see: they move levels.

    Sheen moves those of dark skin most, of which it is a larger part. What the mask loses lies under it.
    """
    photo, found = rendered(tone, scene=LIT), measured(tone, scene=LIT)
    # Observed worst: 1.5, 3.1, 7.1, 1.8, 1.1, 1.8, 5.3
    hold(errors(photo, found), dict(zip(KEYS, (3.5, 5.0, 11.0, 3.0, 2.0, 3.0, 8.0), strict=True)))
    skin, gloss = at_maps(photo.skin, found), at_maps(photo.gloss, found)
    matte = skin & (gloss < 0.03)
    assert (found.skin & matte).sum() / matte.sum() > 0.95  # observed 0.97 in every tone
    assert not (found.skin & ~skin).any()


def test_kinds_of_spots_are_all_in_the_mask():
    """Freckles, patches and blemishes are skin, in the lightest and in the darkest people."""
    for tone in ("very light", "very dark"):
        photo, found = rendered(tone), measured(tone)
        kind = at_maps(photo.kind, found)
        rim = np.array(photo.skin, dtype=np.uint8)
        inner = at_maps(cv2.erode(rim, np.ones((25, 25)), borderValue=0), found) > 0
        for name in ("freckle", "patch", "blemish", "flush"):
            spot = (kind == KINDS.index(name)) & inner
            assert found.skin[spot].mean() > 0.97, (tone, name)


def test_skin_without_a_chart_and_without_a_profile_is_refused():
    with pytest.raises(pigmeter.ChartError, match="no colour chart found") as caught:
        pigmeter.measure(opened(rendered("tan", chart=False)))
    assert caught.value.code == "CAL_NO_CHART"


# Whatever the photo shows


def as_linear(photo, k):
    """A linear 16-bit file of the same scene with k times the light."""
    seen = opened(photo)
    light = seen.decode[np.arange(3), seen.pixels]
    decode = np.tile(np.linspace(0, 1, 65536, dtype=np.float32), (3, 1))
    return replace(seen, pixels=np.rint(65535 * k * light).astype(np.uint16), decode=decode)


@pytest.mark.parametrize("tone", ["light", "dark"])
def test_all_light_scaled_alike_changes_nothing(tone):
    """Linear files, chart and skin alike; what is left is rounding to 16 bits."""
    scene = rendered(tone, SETTINGS[3])
    one, other = (pigmeter.measure(as_linear(scene, k)) for k in (0.9, 0.45))
    assert not one.profile.rendered
    assert (one.skin != other.skin).mean() < 0.001
    for key in KEYS:
        # Observed worst: 0.26 in a pixel (haemoglobin), 0.005 in the mean
        assert np.nanmax(np.abs(one.maps[key] - other.maps[key])) < 0.5
        assert_close(np.nanmean(other.maps[key]), np.nanmean(one.maps[key]), 0.01)


def site(corners=((100, 150), (420, 130), (390, 380), (120, 330))):
    inside = np.zeros(SIZE, np.uint8)
    return cv2.fillPoly(inside, [np.array(corners)], 1) > 0


@pytest.mark.parametrize("flip", [np.s_[:, ::-1], np.s_[::-1], np.s_[::-1, ::-1]], ids=["x", "y", "both"])
def test_a_mirrored_photo_has_mirrored_maps_and_the_same_numbers(flip):
    profile, photo = measured("tan").profile, opened(rendered("tan"))
    mirrored = replace(photo, pixels=np.ascontiguousarray(photo.pixels[flip]))
    one = pigmeter.measure(photo, profile, {"site": site()}, look_for_chart=False)
    other = pigmeter.measure(mirrored, profile, {"site": site()[flip]}, look_for_chart=False)
    assert np.array_equal(other.skin, one.skin[flip])
    for key, values in one.maps.items():
        assert np.array_equal(other.maps[key], values[flip], equal_nan=True)
    # Squares of a side in mm begin at the photo's corner: what rests on them moves a little.
    for first, second in zip(one.table, other.table, strict=True):
        assert (first["quantity"], first["status"]) == (second["quantity"], second["status"])
        if first["quantity"] in QUANTITIES:
            assert first["n"] == second["n"]
            assert_close(second["mean"], first["mean"], 1e-9)


@pytest.mark.parametrize("setting", [PHONE, SETTINGS[3]], ids=["jpeg", "tiff"])
def test_shuffling_the_pixels_of_a_site_changes_no_mean(setting):
    """A mean of fewer pixels, though: 3 % now look like dirt or gloss among their neighbours."""
    photo = opened(rendered("light", setting))
    profile = measured("light", setting).profile
    place = np.nonzero(site() & measured("light", setting).skin)
    pixels = photo.pixels.copy()
    order = np.random.default_rng(5).permutation(len(place[0]))
    pixels[place] = pixels[place][order]
    one, other = (
        pigmeter.measure(
            replace(photo, pixels=p), profile, {"site": site()}, look_for_chart=False, full_resolution=True
        )
        for p in (photo.pixels, pixels)
    )
    rows = [
        (before, after)
        for before, after in zip(one.table, other.table, strict=True)
        if before["region"] == "site" and before["quantity"] in KEYS
    ]
    assert len(rows) == len(KEYS)
    # Observed worst: 0.09, 0.07, 0.06, 0.10, 0.03, 0.03, 0.25
    for (before, after), least in zip(rows, (0.2, 0.2, 0.3, 0.2, 0.1, 0.1, 0.5), strict=True):
        assert 0.95 * before["n"] < after["n"] <= before["n"]
        assert_close(after["mean"], before["mean"], least)


def test_a_grey_world_is_refused():
    photo = opened(rendered("tan"))
    grey = np.repeat(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    with pytest.raises(pigmeter.ChartError, match="the photo has no colours") as caught:
        pigmeter.measure(replace(photo, pixels=grey))
    assert caught.value.code == "PIX_MONO"
    for pixels in (grey, np.full_like(grey, 128)):
        with pytest.raises(pigmeter.MeasurementError, match="no skin to be measured") as caught:
            pigmeter.measure(replace(photo, pixels=pixels), measured("tan").profile, look_for_chart=False)
        assert caught.value.code == "SKIN_NONE"
