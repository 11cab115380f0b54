import laid_skin
import numpy as np

from pigmeter.comparison.features import Features, find_features, match_features
from pigmeter.comparison.homographies import apply_matrix
from pigmeter.comparison.normalised_skin import block_means_of, normalised


def features(measurement, step=2, mm=laid_skin.MM):
    return find_features(normalised(block_means_of(measurement, step, mm), 0.8), 0)


def test_features_are_found_again_at_their_places_in_map_pixels():
    matrix = laid_skin.view(roll=30, scale=1.15, shift=(5, 3))
    before, after, _ = laid_skin.pair(1, matrix)
    points, places = match_features(features(before), features(after), scale_known=True)
    away = np.hypot(*(apply_matrix(matrix, points) - places).T)
    assert len(points) > 60
    assert np.mean(away < 4) > 0.9


def test_features_lie_where_discs_do():
    """The middles of discs on plain skin, in map pixels, whatever the step: none is off to one side."""
    nothing = np.zeros((300, 400), np.float32)
    y, x = np.indices((300, 400))
    middles = [(40.0 + 53.3 * i, 50.0 + 47.7 * j) for i in range(7) for j in range(5)]
    discs = sum((np.hypot(x - a, y - b) < 7).astype(np.float32) for a, b in middles)
    for step in (1, 2, 4):
        found = features(laid_skin.measurement([nothing, nothing], spots=discs, noise=0.0), step)
        away = found.points[:, None] - np.array(middles)
        nearest = np.array([own[np.hypot(*own.T).argmin()] for own in np.moveaxis(away, 1, 0)])
        found_again = nearest[np.hypot(*nearest.T) < 3]
        assert len(found_again) > 0.8 * len(middles)
        assert np.abs(found_again.mean(axis=0)).max() < 0.2 * step + 0.1


def test_features_lie_on_skin_only():
    mask = np.ones((300, 400), bool)
    mask[:, :200] = False
    before, _, _ = laid_skin.pair(1, skins=(mask, None))
    assert features(before).points[:, 0].min() > 198


def made(number, turn=0.0, scale=1.0, seed=1):
    rng = np.random.default_rng(seed)
    descriptors = rng.random((number, 128)).astype(np.float32)
    return Features(
        rng.uniform(0, 100, (number, 2)), np.full(number, 2.0 * scale), np.full(number, turn), descriptors
    )


def test_matches_that_turn_otherwise_are_dropped_by_hand():
    one, other = made(20), made(20, turn=350.0)
    other.angles[:4] = 100.0
    points, places = match_features(one, other, scale_known=True)
    assert len(points) == 16
    assert np.array_equal(points, places)


def test_matches_of_another_size_are_dropped_if_the_scale_is_known():
    one, other = made(20), made(20, scale=2.0)
    assert len(match_features(one, other, scale_known=True)[0]) == 0
    assert len(match_features(one, other, scale_known=False)[0]) == 20
    other.sizes[:3] = 0.2
    assert len(match_features(one, other, scale_known=False)[0]) == 17


def test_too_few_features_match_nothing():
    nothing = Features(np.empty((0, 2)), np.empty(0), np.empty(0), np.empty((0, 128), np.float32))
    assert len(match_features(nothing, made(5), scale_known=True)[0]) == 0
    assert len(match_features(made(5), made(1), scale_known=True)[0]) == 0


def test_plain_skin_has_no_features():
    plain = [np.zeros((300, 400), np.float32)] * 2
    assert len(features(laid_skin.measurement(plain, noise=0.0)).points) == 0
