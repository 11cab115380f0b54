"""Photos of one stretch of skin, measured, to be held against each other; made once per test run."""

from dataclasses import replace
from functools import cache

from pigmeter import synthetic
from pigmeter.comparison.visit import Visit
from pigmeter.measurement.measurement import measure
from pigmeter.photo.reader import read_photo

SIZE = (480, 640)
LATER = "2026-02-26T10:30:00"
UNKNOWN = (Visit(), Visit())


@cache
def skin(tone, seed=1):
    """The pigments of a subject's cheek, to be photographed again and again."""
    return synthetic.draw_pigments(synthetic.subject(tone, seed=seed), (70.0, 90.0), 0.1)


@cache
def photographed(tone="tan", **settings):
    """A photo of that skin as it is read from its file; its chart is the same card each time."""
    if "balance" in settings:
        camera = synthetic.make_camera("phone")
        balance = tuple(own * more for own, more in zip(camera.balance, settings.pop("balance"), strict=True))
        settings["camera"] = replace(camera, balance=balance)
    given = {"size": SIZE, "chart_kind": "colorchecker-nano", "exposure": 0.7, "with_truth": False} | settings
    rendered = synthetic.render_photo(skin(tone), **given)
    return read_photo(rendered.photo_bytes, name=f"photo.{rendered.container}")


@cache
def baseline(tone="tan", **settings):
    """A measured baseline."""
    return measure(photographed(tone, seed=1, **settings), workers=1)


@cache
def follow_up(tone="tan", **settings):
    """Measured six weeks later: other noise, another pose."""
    given = {"seed": 2, "time": LATER, "pose": synthetic.Pose(roll=3.0, turn=2.0)} | settings
    return measure(photographed(tone, **given), workers=1)


@cache
def treated(tone):
    """The follow-up of skin with less melanin in one part and more blood in another."""
    pair = synthetic.render_visits(
        skin(tone),
        synthetic.VisitSettings(chart_kind="colorchecker-nano"),
        synthetic.VisitSettings(
            chart_kind="colorchecker-nano",
            exposure=0.7,
            seed=2,
            time=LATER,
            pose=synthetic.Pose(roll=3.0, turn=2.0),
            scene=synthetic.Scene(expression=synthetic.Expression(2.0, seed=1)),
        ),
        treated=[
            synthetic.Treated(melanin=-6.0, x=-8.0, radii=(12.0, 12.0)),
            synthetic.Treated(haemoglobin=12.0, x=14.0, radii=(8.0, 8.0)),
        ],
        size=SIZE,
    )
    return measure(read_photo(pair.follow_up.photo_bytes, name="photo.jpg"), workers=1)


def told(measurement, **capture):
    """The same measurement of a file that tells something else of how it was taken."""
    photo = replace(measurement.photo, capture=replace(measurement.photo.capture, **capture))
    return replace(measurement, photo=photo)


def with_profile_of(measurement, other, *, chart=True):
    """The same photo measured with the other's profile, with its chart seen or not."""
    return replace(
        measurement,
        profile=other.profile,
        source="given",
        chart=measurement.chart if chart else None,
    )


def codes(findings):
    """Codes of findings in their order."""
    return [finding.code for finding in findings]
