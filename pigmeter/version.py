"""The version of this software, as every row it writes names it."""

VERSION = "0.1.0"
SOFTWARE = f"pigmeter {VERSION}"
