"""
Write the colorimetric tables: the CIE 1931 2 degree observer and the CIE standard illuminant D65.

    python calibration/derive/colorimetry.py [OUT]

OUT is where to write, this calibration/ when not given.
The values are published facts (CIE 018:2019, tables 1 and 5; the public finds them as CIE data sets, doi
10.25039/CIE.DS.xvudnb9b and 10.25039/CIE.DS.hjfjmt59). They are taken at every 5 nm from the tables of
colour-science, whose transcription is thereby compared with the CIE's own sums below.
"""

import argparse
import pathlib

import numpy as np

CALIBRATION = pathlib.Path(__file__).resolve().parent.parent
WAVELENGTHS = np.arange(400, 701, 5)


def write(path, remarks, names, units, columns):
    lines = [f"# {remark}" for remark in remarks]
    lines += [",".join(names), ",".join(units)]
    lines += [",".join(f"{value:.8g}" for value in row) for row in zip(*columns, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main():
    import colour

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", nargs="?", type=pathlib.Path, default=CALIBRATION, help="where to write")
    out = parser.parse_args().out

    observer = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    daylight = colour.SDS_ILLUMINANTS["D65"]
    cmf = np.array([observer[float(w)] for w in WAVELENGTHS])
    power = np.array([daylight[float(w)] for w in WAVELENGTHS])
    if abs(cmf[:, 1].sum() - 21.37) > 0.02 or power[WAVELENGTHS == 560] != 100:
        message = "The tables differ from the CIE's: check the installed colour-science."
        raise SystemExit(message)
    see = "see PROVENANCE.toml"
    write(
        out / "observers" / "cie-1931-2deg.csv",
        ["quantity: CIE 1931 colour matching functions", "observer: 2 deg", see],
        ["wavelength_nm", "xbar", "ybar", "zbar"],
        ["nm", "1", "1", "1"],
        [WAVELENGTHS, *cmf.T],
    )
    write(
        out / "illuminants" / "d65.csv",
        ["quantity: relative spectral power of CIE standard illuminant D65", "100 at 560 nm", see],
        ["wavelength_nm", "power"],
        ["nm", "1"],
        [WAVELENGTHS, power],
    )


if __name__ == "__main__":
    main()
