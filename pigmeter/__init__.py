"""
A skin colorimeter made of any camera and a 24-patch colour chart.

It measures; it does not diagnose.
"""

__version__ = "0.1.0"
