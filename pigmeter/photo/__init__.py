"""A file becomes a Photo: encoded pixels, transfer curve, primaries, capture metadata."""
