"""What every test of the readers shares: a corpus, and a process that other libraries tampered with."""

import warnings

import numpy as np
import photo_corpus
import pytest
from PIL import Image, ImageFile


@pytest.fixture(scope="session")
def whole_jpeg():
    return photo_corpus.jpeg()


@pytest.fixture
def poisoned(monkeypatch):
    """Process-wide settings as careless libraries leave them; afterwards they must be unchanged."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True
    assert Image.MAX_IMAGE_PIXELS == 10
