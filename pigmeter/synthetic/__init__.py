"""
Photos drawn from a known truth: pigment, light, camera and chart.

The skin follows optics of its own (`optics`), not the population that profiles are made of, so measuring a
synthetic photo proves something.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pigmeter.synthetic.camera import CAMERAS, Camera, make_camera
    from pigmeter.synthetic.expression import Expression
    from pigmeter.synthetic.hair import HAIR_COLOURS, Hair, brow
    from pigmeter.synthetic.lamp import LAMPS, daylight, lamp_power, planck, triphosphor, white_led
    from pigmeter.synthetic.optics import SkinOptics, reflectance
    from pigmeter.synthetic.pigments import KINDS, PigmentMaps, draw_pigments, uniform_pigments
    from pigmeter.synthetic.render import RenderedPhoto, render_photo
    from pigmeter.synthetic.scene import SURFACES, Pose, Scene
    from pigmeter.synthetic.subjects import TONES, Subject, subject
    from pigmeter.synthetic.visits import FatedSpot, RenderedVisits, Treated, VisitSettings, render_visits

_HOME = {
    "CAMERAS": "camera",
    "Camera": "camera",
    "make_camera": "camera",
    "Expression": "expression",
    "HAIR_COLOURS": "hair",
    "Hair": "hair",
    "brow": "hair",
    "LAMPS": "lamp",
    "daylight": "lamp",
    "lamp_power": "lamp",
    "planck": "lamp",
    "triphosphor": "lamp",
    "white_led": "lamp",
    "SkinOptics": "optics",
    "reflectance": "optics",
    "KINDS": "pigments",
    "PigmentMaps": "pigments",
    "draw_pigments": "pigments",
    "uniform_pigments": "pigments",
    "RenderedPhoto": "render",
    "render_photo": "render",
    "SURFACES": "scene",
    "Pose": "scene",
    "Scene": "scene",
    "TONES": "subjects",
    "Subject": "subjects",
    "subject": "subjects",
    "FatedSpot": "visits",
    "RenderedVisits": "visits",
    "Treated": "visits",
    "VisitSettings": "visits",
    "render_visits": "visits",
}

__all__ = [
    "CAMERAS",
    "HAIR_COLOURS",
    "KINDS",
    "LAMPS",
    "SURFACES",
    "TONES",
    "Camera",
    "Expression",
    "FatedSpot",
    "Hair",
    "PigmentMaps",
    "Pose",
    "RenderedPhoto",
    "RenderedVisits",
    "Scene",
    "SkinOptics",
    "Subject",
    "Treated",
    "VisitSettings",
    "brow",
    "daylight",
    "draw_pigments",
    "lamp_power",
    "make_camera",
    "planck",
    "reflectance",
    "render_photo",
    "render_visits",
    "subject",
    "triphosphor",
    "uniform_pigments",
    "white_led",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: the command line needs none of them."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
