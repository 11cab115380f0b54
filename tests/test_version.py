"""One version: in the code, in what is installed, and in the changelog."""

import re
from importlib.metadata import version

from source_tree import ROOT

import pigmeter
from pigmeter.version import VERSION


def test_the_installed_version_is_the_code_s():
    assert version("pigmeter") == VERSION == pigmeter.__version__


def test_the_changelog_begins_with_this_version():
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert headings[0] == VERSION
