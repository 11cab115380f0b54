"""A file becomes a Photo: encoded pixels, transfer curve, primaries, capture metadata."""

from pigmeter.photo.photo import Capture, Photo
from pigmeter.photo.reader import read_photo, turn_upright

__all__ = ["Capture", "Photo", "read_photo", "turn_upright"]
