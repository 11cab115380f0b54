"""The command line: parse, make one library call, say what came of it, exit with a code for scripts."""

from pigmeter.cli.commands import main

__all__ = ["main"]
