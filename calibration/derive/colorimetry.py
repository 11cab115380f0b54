"""
Write the colorimetric tables: the CIE 1931 2 degree observer and the CIE standard illuminant D65.

    python calibration/derive/colorimetry.py [OUT]

OUT is where to write, this calibration/ when not given.
The values are published facts (CIE 018:2019, tables 1 and 5; the public finds them as CIE data sets, doi
10.25039/CIE.DS.xvudnb9b and 10.25039/CIE.DS.hjfjmt59). They are taken at every 5 nm from the tables of
colour-science, whose transcription is thereby compared with the CIE's own sums below.
"""

import numpy as np
from table_files import WAVELENGTHS, arguments, write


def eight_digits(value):
    return f"{value:.8g}"


def main():
    import colour

    out = arguments(__doc__, sources=False).out

    observer = colour.MSDS_CMFS["CIE 1931 2 Degree Standard Observer"]
    daylight = colour.SDS_ILLUMINANTS["D65"]
    cmf = np.array([observer[float(w)] for w in WAVELENGTHS])
    power = np.array([daylight[float(w)] for w in WAVELENGTHS])
    if abs(cmf[:, 1].sum() - 21.37) > 0.02 or power[WAVELENGTHS == 560] != 100:
        message = "The tables differ from the CIE's: check the installed colour-science."
        raise SystemExit(message)
    write(
        out / "observers" / "cie-1931-2deg.csv",
        ["quantity: CIE 1931 colour matching functions", "observer: 2 deg"],
        ["wavelength_nm", "xbar", "ybar", "zbar"],
        ["nm", "1", "1", "1"],
        np.column_stack([WAVELENGTHS, cmf]),
        eight_digits,
    )
    write(
        out / "illuminants" / "d65.csv",
        ["quantity: relative spectral power of CIE standard illuminant D65", "100 at 560 nm"],
        ["wavelength_nm", "power"],
        ["nm", "1"],
        np.column_stack([WAVELENGTHS, power]),
        eight_digits,
    )


if __name__ == "__main__":
    main()
