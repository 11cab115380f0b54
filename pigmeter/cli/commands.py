"""All commands under one name."""

import click

from pigmeter.cli.answers import Commands
from pigmeter.cli.comparing import compare
from pigmeter.cli.measuring import check, demo, measure
from pigmeter.cli.profiling import save_profile
from pigmeter.cli.proposing import propose
from pigmeter.cli.repeating import repeat
from pigmeter.version import VERSION


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="pigmeter")
def main() -> None:
    """
    Turn any camera and a colour chart into a skin colorimeter.

    It measures; it does not diagnose. Nothing is sent anywhere.

    Exit codes: 0 everything was measured, 1 some photos were not, 2 the call was wrong or nothing was found,
    3 results could not be written.
    """


for _command in (measure, compare, check, demo, propose, save_profile, repeat):
    main.add_command(_command)
