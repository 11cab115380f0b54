"""All commands under one name, and their help."""

import subprocess
import sys

import pytest
from commands import invoke

from pigmeter.version import VERSION


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["measure"], "Missing argument 'PATHS...'"),
        (["measure", "x"], "Missing option '-o'"),
        (["measure", "x", "-o", "y", "--jobs", "0"], "0 is not in the range"),
        (
            ["measure", "x", "-o", "y", "--chart-corners", "1,2", "3", "4,5", "6,7"],
            "'3' is no point; write x,y",
        ),
        (["measures"], "No such command 'measures'"),
    ],
)
def test_a_wrong_call_exits_2(args, words):
    done = invoke(*args)
    assert done.exit_code == 2
    assert words in done.stderr


def test_the_version():
    assert invoke("--version").stdout == f"pigmeter, version {VERSION}\n"


@pytest.mark.parametrize("command", [[], ["measure"], ["profile"], ["check"], ["demo"]])
def test_help_is_words_for_people(command):
    done = invoke(*command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_help_is_quick():
    """Time of the processor, as others may be at work on this machine: 0.04 s on a 2-core machine."""
    code = (
        "import sys, time\n"
        "from pigmeter.cli import main\n"
        "try: main(['--help'], prog_name='pigmeter')\n"
        "except SystemExit: print(time.process_time(), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: pigmeter [OPTIONS]" in done.stdout
    assert float(done.stderr) < 0.3


def test_the_command_is_also_a_part_of_python():
    done = subprocess.run([sys.executable, "-m", "pigmeter", "--version"], capture_output=True, text=True)
    assert done.stdout == f"pigmeter, version {VERSION}\n"
