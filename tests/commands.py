"""Commands called in a test, and records of photos for them to speak of."""

from click.testing import CliRunner
from handmade import measurement

from pigmeter import cli
from pigmeter.findings import Finding
from pigmeter.report.tables import PhotoRecord

GOOD = PhotoRecord(
    "left.jpg",
    "measured",
    sha256="ab",
    profile="p-0123456789ab",
    profile_source="own chart",
    rows=tuple(measurement().table),
    findings=(Finding("ICC_ASSUMED", "sRGB is assumed"),),
    chart={"kind": "colorchecker-classic"},
    figures={"overview": "figures/left.png"},
)
BAD = PhotoRecord("=b.jpg", "refused", code="CAL_NO_CHART", reason="no chart found", remedy="Put one in")


def invoke(*args):
    return CliRunner().invoke(cli.main, list(map(str, args)))
