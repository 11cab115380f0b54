"""Names that people give to places on the body."""

import pytest

from pigmeter.reference import read_rows
from pigmeter.regions.anatomy import mean_regions
from pigmeter.regions.sites import SIDES, known_sites, read_site, read_site_name


@pytest.mark.parametrize(
    ("text", "site", "side"),
    [
        ("cheek left", "cheek", "left"),
        ("left cheek", "cheek", "left"),
        ("Left-Cheek_2", "cheek", "left"),
        ("LeftCheek", "cheek", "left"),
        ("L malar", "cheek", "left"),
        ("malar left", "cheek", "left"),
        ("cheek_l", "cheek", "left"),
        ("cheek_r", "cheek", "right"),
        ("Cheek (Rt.)", "cheek", "right"),
        ("Cheeks", "cheek", ""),
        ("volar forearm, right", "forearm_volar", "right"),
        ("inner left forearm", "forearm_volar", "left"),
        ("forearm", "forearm", ""),
        ("dorsal hand", "hand_dorsum", ""),
        ("back of the right hand", "hand_dorsum", "right"),
        ("back", "back", ""),
        ("crow's feet left", "crow_feet", "left"),
        ("décolleté", "decolletage", ""),
        ("upper lip", "upper_lip", ""),
        ("chin midline", "chin", "midline"),
        ("mid forehead", "forehead", "midline"),
        ("mid cheek left", "cheek", "left"),
        ("mid cheek", "cheek", ""),
        ("spot 3", "", ""),
        ("spot left", "", "left"),
        ("L 3", "", ""),
        ("left to right", "", ""),
        ("", "", ""),
    ],
)
def test_site_and_side_are_read_as_people_write_them(text, site, side):
    assert read_site(text) == (site, side)


@pytest.mark.parametrize("site", known_sites())
def test_every_site_is_its_own_name(site):
    assert read_site(site) == (site, "")
    assert read_site_name(site) == site
    for side in SIDES[:2]:
        assert read_site(f"{side} {site}") == (site, side)


def test_synonyms_are_read_and_none_means_two_sites():
    for row in read_rows("regions/sites.csv"):
        for name in filter(None, row["synonyms"].split("|")):
            assert read_site_name(name.title()) == row["site"], name


def test_sites_of_a_face_are_among_them():
    kinds = ("forehead", "cheek", "nose", "chin", "glabella", "under_eye", "upper_lip")
    assert {outline.site for outline in mean_regions(kinds)} <= set(known_sites())
    for outline in mean_regions(kinds):
        assert read_site(outline.name) == (outline.site, outline.side)


def test_names_of_a_study_are_kept():
    assert read_site_name("graft B") == "graft B"
