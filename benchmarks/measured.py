"""Measured cameras, lamps and skins to judge with, and priors from which the judged ones are left out."""

import contextlib
import csv
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pigmeter import reference
from pigmeter.colour.spectra import WAVELENGTHS

DERIVE = Path(__file__).resolve().parent.parent / "calibration" / "derive"
# Lamps whose shares of power differ by less than this in all are one lamp under two names. [1]
SAME_LAMP = 0.03


@dataclass(frozen=True)
class Spectra:
    """Spectra at `spectra.WAVELENGTHS`: cameras (n, 3, 61), lamps (m, 61), or None for those not given."""

    cameras: np.ndarray | None
    lamps: np.ndarray | None
    skins: np.ndarray | None = None


def shipped() -> tuple[np.ndarray, np.ndarray]:
    """All cameras that ship, shape (n, 3, 61), and all lamps, shape (m, 61)."""
    cameras = reference.read_table("camera/sensitivities.csv").values[:, 1:].T
    lamps = reference.read_table("illuminants/lamps.csv").values[:, 1:].T
    return cameras.reshape(-1, 3, len(WAVELENGTHS)), lamps


def kinds_of_lamps(lamps: np.ndarray) -> np.ndarray:
    """Number of each lamp's kind, shape (m,): lamps that are the same but for their name have one number."""
    share = lamps / lamps.sum(axis=1, keepdims=True)
    kind = np.arange(len(lamps))
    for i in range(len(lamps)):
        same = np.abs(share[: i + 1] - share[i]).sum(axis=1) < SAME_LAMP
        kind[i] = kind[np.flatnonzero(same)[0]]
    return kind


def halves(split: int) -> tuple[Spectra, Spectra]:
    """
    Deal what ships into two halves, one for the priors and one to judge with.

    Another `split` deals otherwise. A lamp that ships under two names goes to one half only.
    """
    cameras, lamps = shipped()
    rng = np.random.default_rng([2015, split])
    some = np.isin(np.arange(len(cameras)), rng.permutation(len(cameras))[::2])
    kind = kinds_of_lamps(lamps)
    kinds = rng.permutation(np.unique(kind))
    lit = np.isin(kind, kinds[::2])
    return Spectra(cameras[some], lamps[lit]), Spectra(cameras[~some], lamps[~lit])


def read_spectra(path: Path) -> np.ndarray:
    """Return a user's table (rows wavelength, columns spectra) at `spectra.WAVELENGTHS`, shape (n, 61)."""
    with path.open(encoding="utf-8") as lines:
        rows = [[float(cell or "nan") for cell in row] for row in list(csv.reader(lines))[1:]]
    table = np.array(rows)
    spectra = np.array([np.interp(WAVELENGTHS, table[:, 0], column) for column in table[:, 1:].T])
    whole: np.ndarray = np.isfinite(spectra).all(axis=1)
    return spectra if path.stem == "cameras" else spectra[whole]


def read_folder(folder: Path) -> Spectra:
    """
    Return what a folder holds of cameras.csv, lamps.csv and skins.csv.

    The form is that of the sources of calibration/derive: rows wavelength, columns spectra, those of cameras
    NAME:R, NAME:G, NAME:B. Lamps of few narrow lines are left out as there.
    """
    tables = {name: read_spectra(folder / f"{name}.csv") for name in names_in(folder)}
    cameras, lamps = tables.get("cameras"), tables.get("lamps")
    if cameras is not None:
        cameras = cameras.reshape(-1, 3, len(WAVELENGTHS))
        cameras = cameras[np.isfinite(cameras).all(axis=(1, 2))]
    if lamps is not None:
        lamps = lamps[lamps.max(axis=1) < 5 * lamps.mean(axis=1)]
    skins = tables.get("skins")
    return Spectra(cameras, lamps, None if skins is None else skins[skins.min(axis=1) > 0.005])


def to_judge(folder: Path | None, split: int) -> tuple[Spectra | None, Spectra | None, Spectra]:
    """
    Return a user's spectra, those to derive the tables from, and those to judge on.

    What a folder lacks the judging half of what ships stands in for. With cameras and lamps of the user's own
    nothing has to be held back, and the tables stay as they ship: the second is None.
    """
    known, judged = halves(split)
    if folder is None:
        return None, known, judged
    own = read_folder(folder)
    whole = own.cameras is not None and own.lamps is not None
    cameras = judged.cameras if own.cameras is None else own.cameras
    lamps = judged.lamps if own.lamps is None else own.lamps
    return own, None if whole else known, Spectra(cameras, lamps)


def pick(judged: Spectra, seed: int, pair: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the camera and the lamp of a pair, the same in every setting."""
    assert judged.cameras is not None
    assert judged.lamps is not None
    draw = np.random.default_rng([seed, pair])
    camera = judged.cameras[draw.integers(len(judged.cameras))]
    return camera, judged.lamps[draw.integers(len(judged.lamps))]


def names_in(folder: Path) -> list[str]:
    """Tables that a folder holds; at least one is needed."""
    names = [name for name in ("cameras", "lamps", "skins") if (folder / f"{name}.csv").is_file()]
    if not names:
        message = f"{folder} holds none of cameras.csv, lamps.csv and skins.csv"
        raise SystemExit(message)
    return names


def _store(path: Path, names: list[str], spectra: np.ndarray) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["wavelength_nm", *names])
        table.writerows(np.column_stack([WAVELENGTHS, spectra.T]).tolist())


@contextlib.contextmanager
def priors_from(spectra: Spectra | None) -> Iterator[None]:
    """
    Derive the tables of cameras and lamps anew from some of them, and let the library read those.

    The scripts of calibration/derive write them, into a folder that is gone afterwards. None leaves all as it
    ships.
    """
    if spectra is None:
        yield
        return
    assert spectra.cameras is not None
    assert spectra.lamps is not None
    with tempfile.TemporaryDirectory() as folder:
        sources, out = Path(folder) / "sources", Path(folder) / "calibration"
        sources.mkdir()
        names = [f"c{i}:{channel}" for i in range(len(spectra.cameras)) for channel in "RGB"]
        _store(sources / "cameras.csv", names, spectra.cameras.reshape(-1, len(WAVELENGTHS)))
        _store(sources / "lamps.csv", [f"lamp {i}" for i in range(len(spectra.lamps))], spectra.lamps)
        for script in ("camera.py", "measured_spectra.py"):
            subprocess.run([sys.executable, DERIVE / script, sources, out], check=True)
        with tables_of(out):
            yield


@contextlib.contextmanager
def tables_of(out: Path) -> Iterator[None]:
    """Let the library read the tables that stand in a folder instead of those that ship."""
    read_text = reference.read_text

    def read(name: str) -> str:
        path = out / name
        return path.read_text(encoding="utf-8") if path.is_file() else read_text(name)

    reference.read_text = read
    try:
        forget()
        yield
    finally:
        reference.read_text = read_text
        forget()


def forget() -> None:
    """Empty what the library remembers of its tables, so that it reads them again."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "pigmeter":
            for value in list(vars(module).values()):
                if callable(value) and hasattr(value, "cache_clear"):
                    value.cache_clear()
