"""Which outlines belong to which photo, by its name and size."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from pigmeter.errors import UsageError
from pigmeter.regions.outline import Outline


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    The outlines that one file gives for one photo, or for all.

    Attributes
    ----------
    photo : str
        Name of the photo, with the folders that are known, ``/`` between them; empty: for all photos.
    outlines : tuple of Outline
    shape : tuple of int, or None
        Rows and columns of the photo that they were drawn on, if the file says. [px]
    file : str
        Name of the file.
    """

    photo: str
    outlines: tuple[Outline, ...]
    shape: tuple[int, int] | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class RegionSet:
    """
    Outlines for photos by name.

    Attributes
    ----------
    sheets : tuple of Sheet
    """

    sheets: tuple[Sheet, ...]

    def outlines(self, photo_name: str = "", shape: tuple[int, int] | None = None) -> tuple[Outline, ...]:
        """
        Return the outlines for a photo: its own, and those for all photos that it has none of that name for.

        Parameters
        ----------
        photo_name : str
            With its folders where names repeat. Case does not matter; if no name fits with its ending,
            names that differ in the ending only do (a LabelMe file may name a PNG copy of a JPEG).
        shape : tuple of int, optional
            Rows and columns of the upright photo, to make sure that the outlines were drawn on it. [px]

        Returns
        -------
        tuple of Outline
            Empty if there is none for this photo.

        Raises
        ------
        UsageError
            If photos of the same name in several folders could be meant (``REGION_AMBIGUOUS``), if the
            outlines were drawn on a photo of another size (``REGION_SIZE``), or if two of them have the same
            name (``REGION_FILE``).
        """
        own = _meant(photo_name, [sheet for sheet in self.sheets if sheet.photo])
        for_all = [sheet for sheet in self.sheets if not sheet.photo]
        if shape is not None:
            for sheet in [*own, *for_all]:
                _require_size(sheet, shape, photo_name)
        chosen = _by_name(own)
        return tuple((_by_name(for_all) | chosen).values())

    @property
    def photos(self) -> tuple[str, ...]:
        """The photos that have outlines of their own, each once."""
        return tuple(dict.fromkeys(sheet.photo for sheet in self.sheets if sheet.photo))


def tidy_name(name: str) -> str:
    r"""
    Return a photo's name with ``/`` between folders, and without steps up or in place.

    Examples
    --------
    >>> tidy_name(r"..\visit-1\.\Left.JPG")
    'visit-1/Left.JPG'
    """
    kept: list[str] = []
    for part in name.replace("\\", "/").split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return "/".join(kept)


def _meant(photo_name: str, sheets: list[Sheet]) -> list[Sheet]:
    """The sheets whose photo fits best: with its ending before without, many folders before few."""
    wanted = tidy_name(photo_name)
    if not wanted:
        return []
    for ending in (True, False):
        ranks = [_agreement(_parts(sheet.photo, ending), _parts(wanted, ending)) for sheet in sheets]
        best = max(ranks, default=0)
        if not best:
            continue
        found = [sheet for sheet, rank in zip(sheets, ranks, strict=True) if rank == best]
        names = sorted({"/".join(_parts(sheet.photo, True)) for sheet in found})
        if len(names) > 1:
            reason = f"the regions of several photos fit this name ({', '.join(names[:4])})"
            remedy = "Give the photo's folder too, or the regions of one visit only"
            raise UsageError("REGION_AMBIGUOUS", reason, remedy, file=PurePosixPath(wanted).name)
        return found
    return []


def _parts(name: str, ending: bool) -> tuple[str, ...]:
    path = PurePosixPath(name.casefold())
    return path.parts if ending else (*path.parts[:-1], path.stem)


def _agreement(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many parts agree from the end; 0 unless one of the names ends with the whole of the other."""
    count = min(len(one), len(other))
    return count if one[-count:] == other[-count:] else 0


def _by_name(sheets: Iterable[Sheet]) -> dict[str, Outline]:
    found: dict[str, Outline] = {}
    for sheet in sheets:
        for outline in sheet.outlines:
            if outline.name in found:
                reason = f"there are two regions called {outline.name!r} for the same photo"
                raise UsageError("REGION_FILE", reason, "Give each a name of its own", file=sheet.file)
            found[outline.name] = outline
    return found


def _require_size(sheet: Sheet, shape: tuple[int, int], photo_name: str) -> None:
    if sheet.shape is None or sheet.shape == tuple(shape):
        return
    drawn = f"{sheet.shape[1]} x {sheet.shape[0]} px"
    upright = f"{shape[1]} x {shape[0]}"
    of = f" of {photo_name}" if photo_name else ""
    if sheet.shape == tuple(shape[::-1]):
        reason = f"the regions{of} were drawn on a photo of {drawn}, the upright photo has {upright}"
        remedy = "Draw them on the photo turned upright, as its file's orientation tag says"
    else:
        reason = f"the regions{of} were drawn on a photo of {drawn}, this one has {upright}"
        remedy = "Draw them on the photo at its full size, not on a copy"
    raise UsageError("REGION_SIZE", reason, remedy, file=sheet.file)
