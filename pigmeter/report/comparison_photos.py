"""Both photos of a comparison on its page: aligned under a divider, and as they were taken."""

from typing import TYPE_CHECKING

from pigmeter.reference import limit
from pigmeter.report.comparison_maps import scale_bar
from pigmeter.report.comparison_pictures import PhotoPair, data_address, fitting, jpeg_file
from pigmeter.report.comparison_slider import slider
from pigmeter.report.markup import Markup, element, joined
from pigmeter.report.names import shown_name
from pigmeter.report.panel import view_on_skin
from pigmeter.report.pictures import photo_picture

if TYPE_CHECKING:
    from pigmeter.comparison.comparison import Change
    from pigmeter.measurement.measurement import Measurement


def photos_section(change: "Change", pair: PhotoPair) -> Markup:
    """Return the slider with the photos in one frame and one light, and below it the photos as taken."""
    sides = []
    own = view_on_skin(change.follow_up)
    bars = (
        scale_bar(change.baseline, pair.view),
        scale_bar(change.baseline, pair.view) if pair.aligned else scale_bar(change.follow_up, own),
    )
    for picture, title, visit, bar in zip(
        (pair.before, pair.after), ("Baseline", "Follow-up"), change.visits, bars, strict=True
    ):
        frame = ", laid over the baseline" if pair.aligned and title == "Follow-up" else ""
        day = f", {visit.day.isoformat()}" if visit.day else ""
        sides.append(
            {
                "src": data_address("jpeg", jpeg_file(picture, limit("page", "photo_bytes"))),
                "alt": f"{title} photo{day}, in the light of its colour chart{frame}",
                "width": picture.shape[1],
                "height": picture.shape[0],
                "caption": f"{title}{day}",
                "bar": bar,
            }
        )
    return joined(
        slider(*sides, aligned=pair.aligned),
        element("p", _words(pair.aligned), class_="caption"),
        _as_taken(change),
    )


def _words(aligned: bool) -> str:
    light = (
        "White balance, exposure and tone curve of each photo are taken out by its colour chart, so that a"
        " brighter lamp does not pass for lighter skin; nothing else is retouched."
    )
    if not aligned:
        return f"{light} The photos could not be laid over each other and stand side by side."
    return (
        f"{light} The follow-up is laid over the baseline on the skin; hair, eyes, clothes and background"
        f" need not match, and grey is outside the follow-up's photo."
    )


def _as_taken(change: "Change") -> Markup:
    figures = [
        _taken(visit, title)
        for visit, title in ((change.baseline, "Baseline"), (change.follow_up, "Follow-up"))
    ]
    return element(
        "details",
        element("summary", "The photos as they were taken"),
        element("div", *figures, class_="spots"),
        class_="screen",
    )


def _taken(visit: "Measurement", title: str) -> Markup:
    photo = visit.photo
    columns, rows = fitting(photo.shape, int(limit("page", "taken_photo_px")))
    picture = photo_picture(photo, photo.pixels, columns, rows)
    image = element(
        "img",
        src=data_address("jpeg", jpeg_file(picture, limit("page", "small_photo_bytes"))),
        alt=f"{title} photo as taken, with its colour chart",
        width=columns,
        height=rows,
        loading="lazy",
    )
    return element("figure", element("figcaption", f"{title}: {shown_name(visit.photo_name)}"), image)
