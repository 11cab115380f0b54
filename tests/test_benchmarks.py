"""The benchmarks run: on tiny input, so that they cannot rot."""

import json
import subprocess
import sys

from source_tree import ROOT


def test_bench_maps_runs_and_tells_every_row():
    command = [sys.executable, ROOT / "benchmarks" / "bench_maps.py", "--tiny", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["machine"]["cpus"]
    assert len(found["rows"]) == 9
    for row in found["rows"].values():
        assert 0 < row["median"] < 60
        assert row["peak"] > 0


def test_bench_profile_runs_and_tells_every_row():
    command = [sys.executable, ROOT / "benchmarks" / "bench_profile.py", "--tiny", "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    assert found["machine"]["cpus"]
    assert list(found["rows"])[1:3] == ["fit, linear", "fit, rendered"]
    assert all(0 < row["median"] <= row["slowest"] < 60 for row in found["rows"].values())
