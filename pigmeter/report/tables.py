"""What a run found, as tables: a record per photo, the tidy measurements, the findings, the short words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pigmeter.findings import Finding

MEASUREMENT_COLUMNS = (
    "photo", "region", "site", "side", "quantity", "endpoint", "definition", "unit",
    "n", "mean", "sd", "p5", "p25", "p50", "p75", "p95",
    "uncertainty", "low", "high", "change_uncertainty", "uncertainty_camera", "uncertainty_chart",
    "uncertainty_people", "uncertainty_noise", "uncertainty_shading",
    "clipped_fraction", "masked_fraction", "gloss_fraction", "hair_fraction", "shadow_fraction",
    "mouth_fraction", "glasses_fraction", "chart_fraction", "other_fraction", "mm_per_pixel",
    "profile", "profile_source", "software", "sha256", "status", "code", "reason",
    "endpoint_note",
)  # fmt: skip
FINDING_COLUMNS = ("photo", "code", "message", "value", "limit")

MEASURED, REFUSED, FAILED = "measured", "refused", "failed"

_SHORT = (  # what the short table shows of a photo: quantity, heading, decimals
    ("melanin_index", "melanin", 1),
    ("erythema_index", "erythema", 1),
    ("haemoglobin_index", "haemoglobin", 1),
    ("ita", "ITA [deg]", 1),
)


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """
    What became of one photo: its numbers, or the reason why there are none.

    Attributes
    ----------
    photo : str
        Name relative to the folder that was given, safe to show.
    status : str
        ``"measured"``, ``"refused"`` (the photo is at fault) or ``"failed"`` (the program or the disk is).
    sha256 : str
        Of the file's bytes; empty where it could not be read.
    profile, profile_source : str
        Identity of the profile that served it, and whose it is: ``"own chart"``, ``"chart of <photo>"`` or
        ``"given: <file>"``. Empty unless measured.
    rows : tuple of dict
        A row per region and quantity, with the keys of `MEASUREMENT_COLUMNS`. Empty unless measured.
    findings : tuple of Finding
        What is doubtful about the photo, its chart, its profile or its measurement.
    code, reason, remedy : str
        Why it was not measured and what to do; empty if it was.
    chart : dict or None
        Kind, corners [px], mm per pixel and excluded patches of the chart in the photo; None without one.
    spots : tuple of dict
        A row per spot, with the keys of `spot_table.SPOT_COLUMNS`.
    figures : dict of str to str
        Paths of its figures in the folder of results, by what they show; the overview first.
    maps : tuple of str
        Paths of its maps in the folder of results.
    """

    photo: str
    status: str
    sha256: str = ""
    profile: str = ""
    profile_source: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    findings: tuple[Finding, ...] = ()
    code: str = ""
    reason: str = ""
    remedy: str = ""
    chart: Mapping[str, Any] | None = None
    spots: tuple[dict[str, Any], ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    maps: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether the photo has numbers."""
        return self.status == MEASURED


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file or folder that was found and is no photo: its name, a code, and the reason."""

    name: str
    code: str
    reason: str


def measurement_rows(records: Sequence[PhotoRecord], software: str) -> list[dict[str, Any]]:
    """
    Return the rows of ``measurements.csv``: a row per region and quantity, or one row with a reason.

    Parameters
    ----------
    records : sequence of PhotoRecord
    software : str
        Name and version, for the photos that have no row of their own.

    Returns
    -------
    list of dict
        Keys are `MEASUREMENT_COLUMNS`; a photo without numbers has None for every one of them, never 0.
    """
    rows: list[dict[str, Any]] = []
    for record in records:
        if record.measured:
            own = {"photo": record.photo, "profile_source": record.profile_source}
            rows += [
                {column: (row | own).get(column) for column in MEASUREMENT_COLUMNS} for row in record.rows
            ]
        else:
            given = {
                "photo": record.photo, "software": software, "sha256": record.sha256,
                "status": record.status, "code": record.code, "reason": record.reason,
            }  # fmt: skip
            rows.append({column: given.get(column) for column in MEASUREMENT_COLUMNS})
    return rows


def finding_rows(records: Sequence[PhotoRecord]) -> list[dict[str, Any]]:
    """Return the rows of ``findings.csv``: one per photo and finding, refusals not among them."""
    return [
        {"photo": record.photo, "code": f.code, "message": f.message, "value": f.value, "limit": f.limit}
        for record in records
        for f in record.findings
    ]


def document(
    records: Sequence[PhotoRecord],
    skipped: Sequence[SkippedFile],
    profiles: Mapping[str, Mapping[str, Any]],
    software: str,
) -> dict[str, Any]:
    """
    Return everything a run found as one plain document, the content of ``measurements.json``.

    Parameters
    ----------
    records : sequence of PhotoRecord
    skipped : sequence of SkippedFile
    profiles : dict of dict
        What is known of each profile used, by its identity.
    software : str
        Name and version.
    """
    return {
        "software": software,
        "counts": counts(records, skipped),
        "photos": [_photo_document(record) for record in records],
        "skipped": [{"name": file.name, "code": file.code, "reason": file.reason} for file in skipped],
        "profiles": {key: dict(profiles[key]) for key in sorted(profiles)},
    }


def counts(records: Sequence[PhotoRecord], skipped: Sequence[SkippedFile]) -> dict[str, int]:
    """Return how many were found, and what became of them; the parts always add up to the whole."""
    tally = {status: sum(r.status == status for r in records) for status in (MEASURED, REFUSED, FAILED)}
    return {"found": len(records) + len(skipped), **tally, "skipped": len(skipped)}


def short_table(records: Sequence[PhotoRecord], width: int = 100) -> str:
    """
    Return a table for a terminal: a line per photo, mean and standard uncertainty, or why there is none.

    Parameters
    ----------
    records : sequence of PhotoRecord
    width : int
        Characters in a line; long names lose their beginning, long reasons their end.
    """
    names = [record.photo for record in records]
    first = min(max([len("photo"), *map(len, names)]), max(20, width - 62))
    headings = [heading for _, heading, _ in _SHORT]
    lines = [f"{'photo':<{first}}  " + "  ".join(f"{heading:>13}" for heading in headings) + "  profile"]
    for record in records:
        name = record.photo if len(record.photo) <= first else "…" + record.photo[1 - first :]
        if record.measured:
            whole = {row["quantity"]: row for row in reversed(record.rows)}  # the first region wins
            cells = [_short_cell(whole.get(key), decimals) for key, _, decimals in _SHORT]
            text = "  ".join(f"{cell:>13}" for cell in cells) + f"  {record.profile_source}"
        else:
            text = f"{record.status}: {record.code}: {record.reason}"
        lines.append(f"{name:<{first}}  {text}")
    return "\n".join(line if len(line) <= width else f"{line[: width - 1]}…" for line in lines)


def _short_cell(row: Mapping[str, Any] | None, decimals: int) -> str:
    mean, spread = (row.get(key) if row else None for key in ("mean", "uncertainty"))
    if mean is None or not math.isfinite(mean):
        return "-"
    return f"{mean:.{decimals}f}" + (f" ± {spread:.{decimals}f}" if spread and math.isfinite(spread) else "")


def _photo_document(record: PhotoRecord) -> dict[str, Any]:
    own = {"photo", "profile_source", "status", "code", "reason", "software", "sha256", "profile"}
    return {
        "photo": record.photo,
        "status": record.status,
        "code": record.code or None,
        "reason": record.reason or None,
        "remedy": record.remedy or None,
        "sha256": record.sha256 or None,
        "profile": record.profile or None,
        "profile_source": record.profile_source or None,
        "chart": None if record.chart is None else dict(record.chart),
        "findings": [
            {"code": f.code, "message": f.message, "value": f.value, "limit": f.limit}
            for f in record.findings
        ],
        "measurements": [{key: row[key] for key in row if key not in own} for row in record.rows],
        "spots": [{key: spot[key] for key in spot if key not in own} for spot in record.spots],
        "figures": dict(record.figures),
        "maps": list(record.maps),
    }
