"""The command line, as ``python -m pigmeter``."""

from pigmeter.cli import main

if __name__ == "__main__":
    main(prog_name="pigmeter")
