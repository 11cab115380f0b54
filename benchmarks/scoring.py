"""Scores of readings against the truth, and the tables that they are printed in."""

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from pigmeter.colour.cielab import ciede2000
from pigmeter.version import SOFTWARE

RESULTS = Path(__file__).resolve().parent / "results"
Values = Mapping[str, np.ndarray]
Scores = dict[str, float]
LEVELS = {
    "dE00": "dE00",
    "dE00 p95": "p95 of pairs",
    "melanin RMSE": "melanin RMSE",
    "erythema RMSE": "erythema RMSE",
    "haemoglobin r": "haemoglobin r",
    "haemoglobin slope": "slope",
    "ITA RMSE": "ITA RMSE [deg]",
    "n": "n",
}
THIRDS = ("dark third", "middle third", "light third")


def rmse(errors: np.ndarray) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(errors**2)))


def level_scores(found: Values, truth: Values) -> Scores:
    """Score levels of one photo's people, shape (people,) by quantity."""
    lab, known = (np.stack([values[key] for key in "Lab"], axis=1) for values in (found, truth))
    blood, true_blood = found["haemoglobin_index"], truth["haemoglobin_index"]
    return {
        "dE00": float(ciede2000(lab, known).mean()),
        "melanin RMSE": rmse(found["melanin_index"] - truth["melanin_index"]),
        "erythema RMSE": rmse(found["erythema_index"] - truth["erythema_index"]),
        "haemoglobin r": float(np.corrcoef(blood, true_blood)[0, 1]),
        "haemoglobin slope": float(np.polyfit(true_blood, blood, 1)[0]),
        "ITA RMSE": rmse(found["ita"] - truth["ita"]),
        "n": float(len(lab)),
    }


def thirds(truth: Values) -> list[np.ndarray]:
    """Return who belongs to the dark, the middle and the light third of people, by L."""
    order = np.argsort(truth["L"], kind="stable")
    return [np.sort(part) for part in np.array_split(order, 3)]


def part_of(values: Values, who: np.ndarray) -> dict[str, np.ndarray]:
    """Values of some of the people."""
    return {key: np.asarray(column)[who] for key, column in values.items()}


def change_scores(found: Values, truth: Values, key: str) -> Scores:
    """Score a change of one quantity: mean reported and true, slope through 0, spread about that line."""
    reported, true = np.asarray(found[key]), truth[key]
    slope = float(reported @ true / (true @ true))
    return {
        "reported": float(reported.mean()),
        "true": float(true.mean()),
        "slope": slope,
        "RMSE": rmse(reported - true),
    }


def over_pairs(scores: Iterable[Scores]) -> Scores:
    """Means over pairs of camera and lamp; of dE00 also the 95th percentile; n is added up."""
    rows = list(scores)
    found = {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}
    if "dE00" in found:
        found["dE00 p95"] = float(np.percentile([row["dE00"] for row in rows], 95))
    if "slope" in found:
        found["slope SD"] = float(np.std([row["slope"] for row in rows]))
    if "n" in found:
        found["n"] = float(sum(row["n"] for row in rows))
    return found


# Tables


def number(value: float, name: str = "") -> str:
    """Return a number as a table shows it."""
    if not np.isfinite(value):
        return "-"
    if name == "n":
        return f"{value:.0f}"
    text = f"{value:.3f}" if name.endswith((" r", "slope")) else f"{value:.2f}"
    return "0" + text[2:] if text in {"-0.00", "-0.000"} else text


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table with its columns aligned, so that it reads as plain text too."""
    body = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *body]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        first, *others = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        )
        return "| " + " | ".join([first, *others]) + " |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, body)])


def level_table(found: Mapping[str, Scores], columns: Mapping[str, str] = LEVELS) -> str:
    """Return the table of levels, a row a method."""
    rows = [[name, *(number(row.get(key, np.nan), key) for key in columns)] for name, row in found.items()]
    return table(["", *columns.values()], rows)


def heading(title: str, remarks: str) -> str:
    """Return the head of a results page: what, by which version, on which day; nothing of the machine."""
    day = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return f"# {title}\n\n{SOFTWARE}, {day}. {remarks}\n"


def publish(text: str, name: str, markdown: bool) -> None:
    """Print a page; with `markdown` keep it in benchmarks/results too."""
    print(text)
    if markdown:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def as_json(found: object) -> str:
    """Return scores for programs; numbers rounded to what they tell."""
    return json.dumps(json.loads(json.dumps(found), parse_float=lambda text: round(float(text), 5)), indent=1)
