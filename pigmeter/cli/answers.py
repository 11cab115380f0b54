"""What the commands say on standard error, and the exit codes they leave with."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pigmeter.errors import OutputError, PigmeterError

if TYPE_CHECKING:
    from pigmeter.batch.run import BatchResult
    from pigmeter.report.tables import PhotoRecord

EXIT_ALL_MEASURED, EXIT_SOME_NOT, EXIT_WRONG_CALL, EXIT_ENVIRONMENT, EXIT_INTERRUPTED = 0, 1, 2, 3, 130
_NO_NUMBERS = ("REGION_EMPTY", "REGION_TOO_LITTLE_SKIN")


class Commands(click.Group):
    """Commands whose expected errors are a sentence on stderr and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was called."""
        try:
            return super().invoke(ctx)
        except OutputError as error:
            leave(f"Error: {error}", EXIT_ENVIRONMENT)
        except PigmeterError as error:
            leave(f"Error: {error}", EXIT_WRONG_CALL)
        except KeyboardInterrupt:
            leave("Interrupted. What was written is whole; run the same command again.", EXIT_INTERRUPTED)


def say(text: str) -> None:
    """Write a line to standard error: standard output is for programs."""
    click.echo(text, err=True)


def leave(text: str, code: int) -> NoReturn:
    """Say why, and exit."""
    say(text)
    sys.exit(code)


def say_result(result: "BatchResult", out: Path, as_json: bool) -> None:
    """Say what a run found and where the results are, and exit 1 if a photo was not measured."""
    from shutil import get_terminal_size

    from pigmeter.report.tables import short_table

    width = max(80, get_terminal_size().columns) if sys.stderr.isatty() else 200
    say(short_table(result.records, width))
    say("")
    for record in result.records:
        if not record.measured:
            say(f"{record.photo}: {record.reason}. {record.remedy}.")
        for reason in unmeasured_regions(record):
            say(f"{record.photo}: {reason}")
    say(f"Table: {out / 'measurements.csv'}")
    figure = next((path for record in result.records for path in record.figures.values()), None)
    if figure:
        say(f"First figure: {out / figure}")
    if len(result.records) > 1 and result.montage:
        say(f"All photos: {out / result.montage[0]}")
    say_counts(result, as_json)


def unmeasured_regions(record: "PhotoRecord") -> list[str]:
    """Return why regions of a measured photo have no numbers, a sentence each."""
    reasons = (row.get("reason") for row in record.rows if row.get("code") in _NO_NUMBERS)
    return list(dict.fromkeys(reason for reason in reasons if reason))


def say_counts(result: "BatchResult", as_json: bool) -> None:
    """Say how many photos were measured, refused and failed, and exit 1 if one was not measured."""
    counts = result.counts
    words = [
        f"{counts[key]} {key}"
        for key in ("measured", "refused", "failed")
        if counts[key] or key == "measured"
    ]
    if counts["skipped"]:
        words.append(f"{counts['skipped']} other {'file' if counts['skipped'] == 1 else 'files'} left aside")
    say(", ".join(words))
    if as_json:
        from pigmeter.files import json_text

        click.echo(json_text(result.document()).encode(), nl=False)
    if not result.all_measured:
        click.get_current_context().exit(EXIT_SOME_NOT)
