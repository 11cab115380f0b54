"""A comparison as rows for a table and as one document for programs."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pigmeter.colour.quantities import QUANTITIES
from pigmeter.comparison.change_value import CHANGE_COLUMNS
from pigmeter.comparison.sentences import cannot_conclude
from pigmeter.report.comparison_words import DISCLAIMER, has_own_repeats
from pigmeter.report.names import shown_name
from pigmeter.report.spot_change_table import spot_change_rows
from pigmeter.report.wording import software_of

if TYPE_CHECKING:
    from pigmeter.comparison.alignment import Alignment
    from pigmeter.comparison.comparison import Change
    from pigmeter.comparison.visit import Visit
    from pigmeter.findings import Finding
    from pigmeter.measurement.measurement import Measurement

_ALIGNMENT = (
    "residual_mm", "residual_p95_mm", "residual_px", "residual_p95_px", "held_out_px", "inverse_px",
    "overlap", "trusted_part", "correlation", "turn_deg", "scale_ratio", "tilt_deg", "stretch", "finest_mm",
)  # fmt: skip


def change_rows(change: "Change") -> list[dict[str, Any]]:
    """
    Return the rows of ``changes.csv``.

    Parameters
    ----------
    change : Change

    Returns
    -------
    list of dict
        A row per region and number, keys as `CHANGE_COLUMNS`; a change that is not known has None for its
        numbers, never 0, and the reason.
    """
    return [{column: row.get(column) for column in CHANGE_COLUMNS} for row in change.table]


def comparison_document(change: "Change") -> dict[str, Any]:
    """
    Return everything a comparison found as one plain document, the content of ``comparison.json``.

    Parameters
    ----------
    change : Change

    Returns
    -------
    dict
        Of what JSON can hold, and NumPy's numbers; without a path.
    """
    grid = change.grid
    return {
        "software": software_of(change.baseline),
        "notice": DISCLAIMER,
        "verdict": change.verdict,
        "cannot_be_concluded": list(
            cannot_conclude(
                change.score,
                change.findings,
                control=change.control,
                own_repeats=has_own_repeats(change),
            )
        ),
        "baseline": _visit_document(change.baseline, change.visits[0]),
        "follow_up": _visit_document(change.follow_up, change.visits[1]),
        "alignment": None if change.alignment is None else _alignment_document(change.alignment),
        "squares": None if grid is None else {"side_mm": grid.side_mm, "map_pixels": grid.step},
        "changes": change_rows(change),
        "spots": spot_change_rows(change.spots),
        "score": change.score.to_json(),
        "findings": rows_of_findings(change.findings),
        "treatment": None if change.treatment is None else change.treatment.to_json(),
        "control": change.control or None,
        "repeatability": change.repeatability.to_json(),
        "quantities": {
            key: {"unit": quantity.unit, "definition": quantity.definition}
            for key, quantity in QUANTITIES.items()
        },
    }


def _visit_document(measured: "Measurement", visit: "Visit") -> dict[str, Any]:
    chart = measured.chart
    return {
        "photo": shown_name(measured.photo_name),
        "sha256": measured.sha256,
        "profile": measured.profile.id,
        "profile_source": measured.source,
        "chart": None if chart is None else chart.kind,
        "mm_per_pixel": measured.mm_per_pixel,
        "photo_pixels_per_map_pixel": measured.scale,
        "visit": visit.to_json(),
        "findings": rows_of_findings(measured.findings),
    }


def _alignment_document(alignment: "Alignment") -> dict[str, Any]:
    told = {name: getattr(alignment, name) for name in _ALIGNMENT}
    return told | {"matrix": [[float(n) for n in row] for row in alignment.matrix]}


def rows_of_findings(findings: "Iterable[Finding]") -> list[dict[str, Any]]:
    """Return findings as plain numbers and words that JSON and CSV can hold."""
    return [{"code": f.code, "message": f.message, "value": f.value, "limit": f.limit} for f in findings]
