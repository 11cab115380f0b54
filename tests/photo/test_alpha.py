import numpy as np
import photo_corpus
import pytest

from pigmeter.errors import PhotoError
from pigmeter.photo.alpha import drop_alpha


@pytest.mark.parametrize("bits", [8, 16])
def test_an_opaque_channel_is_dropped_and_said_so(bits):
    pixels, finding = drop_alpha(photo_corpus.alpha(opaque=True, bits=bits))
    assert np.array_equal(pixels, photo_corpus.scene(bits=bits))
    assert pixels.flags.c_contiguous
    assert finding.code == "ALPHA_DROPPED"


def test_one_transparent_pixel_is_enough():
    image = photo_corpus.alpha(opaque=True, bits=16)
    image[3, 3, 3] = 65534
    with pytest.raises(PhotoError, match="of the pixels are transparent") as refusal:
        drop_alpha(image)
    assert refusal.value.code == "PIX_ALPHA"
