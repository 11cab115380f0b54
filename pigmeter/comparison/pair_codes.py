"""Every reason why a pair of photos is refused or doubted, in words, and which numbers it puts in doubt."""

from dataclasses import dataclass

REFUSED, FLAGGED, NOTED = "refused", "flagged", "noted"
OUTCOMES = (REFUSED, FLAGGED, NOTED)
ALL, FINE, MELANIN, NOTHING = "all numbers", "evenness, texture, areas and spots", "melanin", "none"


@dataclass(frozen=True, slots=True)
class PairCode:
    """
    What a code stands for.

    Attributes
    ----------
    code : str
    outcomes : tuple of str
        Of `OUTCOMES`, the gravest first.
    because, remedy : str
        Why it matters; what to do.
    doubts : str
        Which changes carry the code as a flag.
    """

    code: str
    outcomes: tuple[str, ...]
    because: str
    remedy: str
    doubts: str


_CODES = (
    PairCode(
        "PAIR_ORDER",
        (REFUSED,),
        "a label or a date says that the follow-up is the earlier photo; every change would have the wrong "
        "sign",
        "swap the photos, or correct label or date",
        NOTHING,
    ),
    PairCode(
        "PAIR_SIDE",
        (REFUSED,),
        "the visits, their views or their regions are of different sides of the body",
        "compare photos of one side; for both sides of one face use the split face",
        NOTHING,
    ),
    PairCode(
        "SKIN_COVERED",
        (REFUSED,),
        "make-up, self-tanner or another cover was declared; what is measured is not skin",
        "clean the skin, wait half an hour, photograph it again",
        NOTHING,
    ),
    PairCode(
        "PAIR_POLARISATION",
        (REFUSED, FLAGGED),
        "refused where declared as different; flagged where one photo's skin is glossy and the other's is "
        "not at all: gloss makes skin lighter and greyer",
        "use the same filters at both visits, and declare them",
        ALL,
    ),
    PairCode(
        "PAIR_CAMERA",
        (REFUSED, FLAGGED),
        "refused where one profile serves two cameras; flagged where each has its own: what either misreads "
        "no longer cancels",
        "use the same camera, or a chart with each",
        ALL,
    ),
    PairCode(
        "PAIR_EXPOSURE",
        (REFUSED, FLAGGED),
        "refused where one profile serves photos of different settings without a chart in each; flagged "
        "where the skin is much brighter or darker in one file: its noise and steps differ",
        "keep a chart in every photo; expose alike",
        FINE,
    ),
    PairCode(
        "PAIR_LIGHT",
        (REFUSED, FLAGGED),
        "refused where one profile serves two lights; flagged where each has its own, and the lamp is "
        "declared as another or the charts show it: skin and paints that match in one light do not in "
        "another",
        "use the same lamp, alone, with curtains drawn",
        ALL,
    ),
    PairCode(
        "PAIR_FLASH",
        (FLAGGED,),
        "the flash fired at one visit only (refused as PAIR_LIGHT where one profile serves both)",
        "use the flash always or never",
        ALL,
    ),
    PairCode(
        "PAIR_SAME_PHOTO",
        (FLAGGED,),
        "both visits are one file, the same pixels, or one exposure saved twice; nothing is compared",
        "choose the photo of the other visit",
        ALL,
    ),
    PairCode(
        "PAIR_SAME_DAY",
        (NOTED,),
        "both photos are of one day: a repeat, from which repeatability can be learnt, not a follow-up",
        "nothing, if it is meant so",
        NOTHING,
    ),
    PairCode(
        "PAIR_VIEW",
        (NOTED,),
        "the person was declared to face the camera differently",
        "use a head rest, or the outline of the first photo as a guide",
        NOTHING,
    ),
    PairCode(
        "PAIR_LENS",
        (FLAGGED,),
        "another lens, another of a phone's lenses, or another zoom: perspective, vignetting and colour "
        "differ",
        "use the same lens at the same zoom",
        FINE,
    ),
    PairCode(
        "PAIR_FORMAT",
        (FLAGGED,),
        "another file format, depth or colour space: rendering, noise and steps differ",
        "save both in the same way, raw or TIFF if you can",
        FINE,
    ),
    PairCode(
        "PAIR_JPEG",
        (FLAGGED,),
        "one photo was rounded much more coarsely when it was saved: fine texture is lost or made up",
        "save at the camera's best quality; do not send photos through messengers",
        FINE,
    ),
    PairCode(
        "PAIR_RESOLUTION",
        (FLAGGED,),
        "a pixel spans much more skin in one photo: it shows less of furrows, pores and small spots",
        "keep the distance and the size of the file",
        FINE,
    ),
    PairCode(
        "PAIR_SHARPNESS",
        (FLAGGED,),
        "one photo shows the same skin softer: out of focus, moved, smoothed, or of poor quality",
        "focus on the skin, use a stand and enough light",
        FINE,
    ),
    PairCode(
        "PAIR_POSE",
        (FLAGGED,),
        "the skin is turned, tilted or shown at another size: shading and perspective differ",
        "use a head rest, or the outline of the first photo as a guide",
        FINE,
    ),
    PairCode(
        "PAIR_REGISTRATION",
        (REFUSED, NOTED),
        "the photos could not be laid over each other; noted where both name the same regions, whose means "
        "are then compared as they are drawn",
        "photograph the same skin from the same place, or draw regions of one name in both",
        NOTHING,
    ),
    PairCode(
        "PAIR_OVERLAP",
        (FLAGGED,),
        "the follow-up shows only a part of the baseline's skin; that part is compared",
        "show the same skin at both visits",
        NOTHING,
    ),
    PairCode(
        "PAIR_TRUSTED",
        (FLAGGED,),
        "only a part of the common skin is surely laid over itself; that part is compared",
        "keep the same expression; give landmarks",
        NOTHING,
    ),
    PairCode(
        "PAIR_RESIDUAL",
        (FLAGGED,),
        "the skin is laid over itself less exactly than small spots and fine texture need",
        "keep the same pose and expression; use a larger file",
        FINE,
    ),
    PairCode(
        "PAIR_SCALE",
        (FLAGGED,),
        "by the charts the skin has another size at the follow-up: one chart was taken for another kind, or "
        "lay much nearer to the camera than the skin",
        "lay the chart on the skin; give the mm per pixel of the photo that is wrong",
        FINE,
    ),
    PairCode(
        "PAIR_REGION",
        (NOTED,),
        "a region is hardly shown by both visits, or lies elsewhere on the skin at the follow-up",
        "draw regions on the baseline only; they are carried over",
        NOTHING,
    ),
    PairCode(
        "PAIR_COLOUR_SPACE",
        (REFUSED,),
        "the values of a photo mean something else than those its profile was fitted to",
        "fit a profile to a chart photo that was saved in the same way",
        NOTHING,
    ),
    PairCode(
        "PAIR_CHART",
        (FLAGGED,),
        "another kind or edition of chart: what either copy is off by no longer cancels",
        "use the same chart, and keep it in the dark between visits",
        ALL,
    ),
    PairCode(
        "PAIR_SOFTWARE",
        (FLAGGED,),
        "the photos were measured by different versions of pigmeter",
        "measure both again with one version",
        ALL,
    ),
    PairCode(
        "PROC_SUSPECT",
        (FLAGGED,),
        "a file names a program that edits photos, or the camera's software changed in between; what was "
        "changed cannot be undone",
        "give the camera's own files",
        ALL,
    ),
    PairCode(
        "PROFILE_LIGHT",
        (FLAGGED,),
        "the chart in a photo shows that its light, white balance or exposure are not its profile's; with a "
        "chart in both photos exposure is taken off the changes and only told if it is far off",
        "measure the photo with its own chart",
        ALL,
    ),
    PairCode(
        "PROFILE_OLD",
        (FLAGGED,),
        "one profile was used for photos of different days, and no chart shows that the light was still the "
        "same",
        "keep a chart in every photo",
        ALL,
    ),
    PairCode(
        "REDNESS_RISE",
        (FLAGGED,),
        "blood rose beyond the smallest detectable change; more blood in the skin is read as more melanin "
        "by up to a few units and hides a loss of it",
        "compare melanin when the redness has gone",
        MELANIN,
    ),
    PairCode(
        "REDNESS_FALL",
        (FLAGGED,),
        "blood fell beyond the smallest detectable change and melanin with it; skin that is less red is "
        "read as having less melanin",
        "ask whether the baseline was inflamed; compare later visits with each other",
        MELANIN,
    ),
    PairCode(
        "RECOVERY_WINDOW",
        (FLAGGED,),
        "a photo was taken while redness, crusts or bruises of a procedure are usual",
        "photograph again after the window",
        ALL,
    ),
    PairCode(
        "PROCEDURE_UNKNOWN",
        (NOTED,),
        "no recovery time is known for the procedure, or its date was not given",
        "say which procedure it was and when, in words of calibration/skin/recovery.csv",
        NOTHING,
    ),
)

PAIR_CODES = {code.code: code for code in _CODES}
"""By code."""

NOT_CHECKED = (
    "That both photos are of the same person: faces are not recognised, by design.",
    "Left and right, if neither visit nor regions name a side; and a photo that was mirrored, if it has no "
    "chart.",
    "Make-up, self-tanner, sunscreen and creams that were not declared.",
    "A tan, or its fading, between the visits: sun and season change melanin as a treatment does.",
    "Alcohol, heat, cold, exercise, food, flushing, crying, and pressure on the skin in the hour before a "
    "photo: they change blood.",
    "The menstrual cycle, pregnancy, and medicines that change pigment or blood.",
    "Polarising filters, if they were not declared and neither photo shows gloss, or both do.",
    "Smoothing and beauty filters of a camera that writes nothing of them into its file, if both photos had "
    "them.",
    "Photos of a screen or of a print.",
    "Other treatments that nobody has written down.",
)
"""What no finding can tell, for the page: sentences."""
