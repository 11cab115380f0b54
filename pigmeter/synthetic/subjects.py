"""Invented people: a tone and a seed become the constants of one subject's skin."""

from dataclasses import dataclass

import numpy as np

from pigmeter import reference
from pigmeter.errors import UsageError
from pigmeter.synthetic.optics import SkinOptics

TONES: tuple[str, ...] = ("very light", "light", "intermediate", "tan", "brown", "dark", "very dark")
"""Every tone that :func:`subject` knows, by falling ITA: the usual six classes, then the darkest skins."""


@dataclass(frozen=True, slots=True)
class Subject:
    """
    One invented person's skin: its optics, its means, and what may be drawn on it.

    Attributes
    ----------
    name : str
        For file names and tables.
    tone : str
        One of `TONES`.
    optics : SkinOptics
    melanin : float
        Mean optical density of melanin, see `optics.reflectance`. [1]
    blood : float
        Mean share of blood in the dermis. [1]
    freckles : float
        Mean number of freckles on each square centimetre. [cm-2]
    mottle : float
        Relative SD of melanin in clear skin; that of blood is twice as large. [1]
    patches, blemishes, vessels : int
        Number of melasma-like patches, of red blemishes and of thin vessels.
    seed : int
        Of everything that is drawn for this subject.
    """

    name: str
    tone: str
    optics: SkinOptics
    melanin: float
    blood: float
    freckles: float = 0.1
    mottle: float = 0.06
    patches: int = 1
    blemishes: int = 4
    vessels: int = 0
    seed: int = 0


def subject(
    tone: str = "light",
    seed: int = 0,
    *,
    name: str | None = None,
    spread: float = 0.06,
    patches: int = 1,
    blemishes: int = 4,
    vessels: int = 0,
) -> Subject:
    """
    Invent a person of a given tone.

    Parameters
    ----------
    tone : str
        One of `TONES`.
    seed : int
        Different seeds are different people; the same seed is the same person.
    name : str, optional
        ``"<tone>-<seed>"`` when not given.
    spread : float
        How much people of one tone differ: relative SD of every constant. 0 gives the tone's mean. [1]
    patches, blemishes, vessels : int
        What to draw, see `Subject`.

    Returns
    -------
    Subject

    Raises
    ------
    UsageError
        If the tone is not known.

    Notes
    -----
    The means of each tone lie at the mean spectrum of measured skins of that class (see
    ``calibration/synthetic/tones.csv``): ITA 64, 48, 34, 19, -1, -43 and -71 degrees.
    """
    rows = {row["tone"]: row for row in reference.read_rows("synthetic/tones.csv")[1:]}
    if tone not in rows:
        reason = f"no skin tone {tone!r} (known: {', '.join(TONES)})"
        raise UsageError("SYNTHETIC_TONE", reason, "Pick one of these")
    mean = {key: float(value) for key, value in rows[tone].items() if key != "tone"}
    rng = np.random.default_rng([seed, TONES.index(tone)])
    draw = np.exp(spread * np.clip(rng.standard_normal(5), -2, 2))
    return Subject(
        name=name or f"{tone.replace(' ', '-')}-{seed}",
        tone=tone,
        optics=SkinOptics(
            oxygenation=float(min(mean["oxygenation"] * draw[0], 0.97)),
            epidermis=float(mean["epidermis"] * draw[1]),
            scattering=float(mean["scattering"] * draw[2]),
            surface=mean["surface"],
        ),
        melanin=float(mean["melanin"] * draw[3]),
        blood=float(mean["blood"] * draw[4]),
        freckles=mean["freckles"],
        mottle=mean["mottle"],
        patches=patches,
        blemishes=blemishes,
        vessels=vessels,
        seed=seed,
    )
