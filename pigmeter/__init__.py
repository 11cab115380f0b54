"""
A skin colorimeter made of any camera and a 24-patch colour chart.

It measures; it does not diagnose.
"""

from pigmeter.version import VERSION as __version__

__all__ = ["__version__"]
