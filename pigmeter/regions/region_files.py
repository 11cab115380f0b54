"""Files and folders of regions: pigmeter's own JSON, read and written; other kinds told by their fields."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pigmeter.errors import UsageError
from pigmeter.files import write_bytes, write_text
from pigmeter.reference import limit
from pigmeter.regions.coco import sheets_of_coco
from pigmeter.regions.json_fields import Field, read_document, shown
from pigmeter.regions.labelme import sheet_of_labelme
from pigmeter.regions.outline import FRAMES, Frame, Outline
from pigmeter.regions.painted_masks import labelled_part, read_mask, read_painting
from pigmeter.regions.region_set import RegionSet, Sheet, tidy_name
from pigmeter.regions.sites import SIDES, read_site, read_site_name

FORMAT = "pigmeter-regions"
VERSION = 1


def read_regions(source: str | os.PathLike[str]) -> RegionSet:
    """
    Read regions from a file, or from all files of a folder and the folders in it.

    Parameters
    ----------
    source : path
        A JSON file of pigmeter, LabelMe or COCO; a painted mask as PNG, named like its region; or a folder
        of such files, of which other JSON files and PNGs without ``.mask.png`` at the end are left alone.

    Returns
    -------
    RegionSet

    Raises
    ------
    UsageError
        ``REGION_FILE``: a file cannot be read, or is not what it seems; the message says where and why.

    Notes
    -----
    Names of photos in a file are taken from the folder the file lies in, those of a folder from the folder
    that was given, so ``visit-1/left.json`` speaks of ``visit-1/left.jpg``. See docs/regions.md.
    """
    path = Path(source)
    if not path.exists():
        raise UsageError(
            "REGION_FILE", "there is no such file or folder of regions", "Check its path", file=path.name
        )
    if not path.is_dir():
        return RegionSet(read_region_file(path, needed=True))
    sheets: list[Sheet] = []
    for file in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
        if hidden or not file.name.lower().endswith((".json", ".mask.png")) or not file.is_file():
            continue
        folder = file.relative_to(path).parent.as_posix()
        for sheet in read_region_file(file, needed=False):
            photo = tidy_name(f"{folder}/{sheet.photo}") if sheet.photo else ""
            sheets.append(Sheet(photo, sheet.outlines, sheet.shape, file.relative_to(path).as_posix()))
    if not sheets:
        kinds = "*.json of pigmeter, LabelMe or COCO, and *.mask.png"
        reason = f"no regions were found in this folder (looked for {kinds})"
        raise UsageError("REGION_FILE", reason, "Check which folder holds the regions", file=path.name)
    return RegionSet(tuple(sheets))


def read_region_file(path: Path, *, needed: bool) -> tuple[Sheet, ...]:
    """
    Read one file of regions, of whatever kind.

    Parameters
    ----------
    path : Path
        JSON of pigmeter, LabelMe or COCO, told by its fields; or a PNG: ``cheek left.png`` or, for one photo
        of a folder, ``IMG_1.cheek left.mask.png``.
    needed : bool
        Refuse a JSON file that is none of these; else it gives no sheets.

    Returns
    -------
    tuple of Sheet

    Raises
    ------
    UsageError
        ``REGION_FILE``: with file, place, what was found and what was wanted.
    """
    if path.suffix.lower() == ".png":
        return (_sheet_of_png(path),)
    document = read_document(path)
    fields = document.value if isinstance(document.value, dict) else {}
    if fields.get("format") == FORMAT:
        sheets = _own_sheets(document, path.parent)
    elif "shapes" in fields:
        sheets = (sheet_of_labelme(document),)
    elif {"images", "annotations", "categories"} <= set(fields):
        sheets = sheets_of_coco(document)
    elif not needed:
        return ()
    else:
        found = ", ".join(map(repr, list(fields)[:6])) if fields else shown(document.value)
        wanted = (
            f"'format': '{FORMAT}', LabelMe's 'shapes', or COCO's 'images', 'annotations' and 'categories'"
        )
        document.refuse(f"the file holds no regions (found {found}; expected {wanted})", "Check the file")
    _check_amount(sheets, document)
    return sheets


def _check_amount(sheets: tuple[Sheet, ...], document: Field) -> None:
    outlines = [outline for sheet in sheets for outline in sheet.outlines]
    corners = sum(len(ring) for one in outlines for ring in (*one.polygons, *one.holes))
    for count, name, what in (
        (len(outlines), "most_regions", "regions"),
        (corners, "most_corners", "corners"),
    ):
        if count > limit("regions", name):
            most = f"{limit('regions', name):.0f}, calibration/limits/regions.csv"
            document.refuse(
                f"the file holds {count} {what} (limit {most})", "Divide it, or draw simpler outlines"
            )


def _sheet_of_png(path: Path) -> Sheet:
    name = re.sub(r"(\.mask)?\.png$", "", path.name, flags=re.IGNORECASE)
    photo, dot, region = name.partition(".") if path.name.lower().endswith(".mask.png") else ("", "", name)
    if not dot:
        photo, region = "", name
    mask = read_mask(path)
    rows, columns = mask.shape
    site, side = read_site(region)
    outline = Outline(region, mask=mask, site=site, side=side)
    return Sheet(photo, (outline,), (rows, columns), path.name)


# pigmeter's own format


def _own_sheets(document: Field, folder: Path) -> tuple[Sheet, ...]:
    version = document.need("version")
    if version.value != VERSION:
        version.refuse(f"found {shown(version.value)}, expected {VERSION}", "Update pigmeter")
    listed = document.get("photos")
    if listed is None:
        return (_own_sheet(document, document, folder),)
    return tuple(_own_sheet(one, document, folder) for one in listed)


def _own_sheet(part: Field, document: Field, folder: Path) -> Sheet:
    rows, columns = part.count("height"), part.count("width")
    shape = None if rows is None or columns is None else (rows, columns)
    unit = _unit(part, _unit(document, "px"))
    labels = part.get("labels")
    painting = None if labels is None else read_painting(_beside(labels, folder))
    outlines = tuple(_own_outline(one, unit, folder, painting) for one in part.need("regions"))
    painted = [one.mask.shape for one in outlines if one.mask is not None]
    if shape is None and painted:
        shape = (painted[0][0], painted[0][1])
    return Sheet(tidy_name(part.text("photo")), outlines, shape, document.file)


def _unit(part: Field, default: Frame) -> Frame:
    unit = part.get("unit")
    if unit is None:
        return default
    for frame in FRAMES:
        if unit.value == frame:
            return frame
    return unit.refuse(f"found {shown(unit.value)}, expected one of {', '.join(map(repr, FRAMES))}")


def _own_outline(region: Field, unit: Frame, folder: Path, painting: np.ndarray | None) -> Outline:
    name = str(region.need("name").as_kind(str))
    if not name.strip():
        region.need("name").refuse("the name is empty", "Give the region a name")
    guessed_site, guessed_side = read_site(name)
    site = read_site_name(region.text("site", guessed_site))
    side = region.text("side", guessed_side)
    if side not in ("", *SIDES):
        region.need("side").refuse(f"found {shown(side)}, expected one of {', '.join(SIDES)} (of the person)")
    unit = _unit(region, unit)
    polygons = tuple(ring.pairs() for ring in region.get("polygons") or ())
    one = region.get("polygon")
    if one is not None:
        polygons = (one.pairs(), *polygons)
    holes = tuple(ring.pairs() for ring in region.get("holes") or ())
    mask = _own_mask(region, folder, painting)
    if (mask is None) == (not polygons):
        found = "neither polygons nor a mask" if mask is None else "both polygons and a mask"
        region.refuse(
            f"the region {name!r} has {found}", "Give it 'polygons', 'mask' or a 'colour' of 'labels'"
        )
    if mask is not None and unit != "px":
        region.refuse(
            f"the region {name!r} is painted and given in {unit}", "Masks are in pixels of the photo"
        )
    return Outline(name, polygons, holes, mask, unit, site, side)


def _own_mask(region: Field, folder: Path, painting: np.ndarray | None) -> np.ndarray | None:
    file, colour = region.get("mask"), region.get("colour")
    if file is not None:
        return read_mask(_beside(file, folder))
    if colour is None:
        return None
    if painting is None:
        colour.refuse("a colour is named, and no painting under 'labels'", "Name the PNG that is painted")
    return labelled_part(painting, colour)


def _beside(field: Field, folder: Path) -> Path:
    """A file named in a file of regions lies beside it, or in a folder there; nowhere else."""
    name = str(field.as_kind(str)).replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in name:
        field.refuse(f"found {shown(name)}, expected a file beside this one or in a folder there")
    return folder / name


def write_regions(
    path: str | os.PathLike[str],
    outlines: Sequence[Outline],
    *,
    photo: str = "",
    shape: tuple[int, int] | None = None,
) -> Path:
    """
    Write outlines to a file that `read_regions` reads back as they are, laid out to be edited by hand.

    Parameters
    ----------
    path : path
        Of the JSON file; painted masks go beside it, ``<its stem>-<number>.png``.
    outlines : sequence of Outline
    photo : str
        Name of the photo that they were drawn on; empty: for all photos.
    shape : tuple of int, optional
        Rows and columns of that photo, so that they are never laid on another size by mistake. [px]

    Returns
    -------
    Path
        Of the file.

    Raises
    ------
    OutputError
        If a file cannot be written.
    """
    target = Path(path)
    head = [f'"format": "{FORMAT}"', f'"version": {VERSION}']
    if photo:
        head.append(f'"photo": {_text(photo)}')
    if shape is not None:
        head += [f'"width": {int(shape[1])}', f'"height": {int(shape[0])}']
    units = {outline.frame for outline in outlines}
    common = units.pop() if len(units) == 1 else "px"
    head.append(f'"unit": "{common}"')
    regions = [_region_text(one, number, target, common) for number, one in enumerate(outlines, start=1)]
    body = ",\n".join(f"  {{\n{region}\n  }}" for region in regions)
    listed = f"[\n{body}\n ]" if regions else "[]"
    write_text(target, "{\n " + ",\n ".join(head) + f',\n "regions": {listed}\n}}\n')
    return target


def _region_text(outline: Outline, number: int, target: Path, common: str) -> str:
    lines = [f'"name": {_text(outline.name)}']
    lines += [f'"site": {_text(outline.site)}', f'"side": {_text(outline.side)}']
    if outline.frame != common:
        lines.append(f'"unit": "{outline.frame}"')
    if outline.mask is not None:
        file = f"{target.stem}-{number}.png"
        write_bytes(target.with_name(file), _png(outline.mask))
        lines.append(f'"mask": {_text(file)}')
    for name, rings in (("polygons", outline.polygons), ("holes", outline.holes)):
        if rings:
            lines.append(f'"{name}": [\n' + ",\n".join(map(_ring_text, rings)) + "]")
    return ",\n".join(f"   {line}" for line in lines)


def _ring_text(ring: np.ndarray) -> str:
    """Six corners to a line, whole numbers without a point, all digits of the others."""
    corners = [f"[{_number(x)}, {_number(y)}]" for x, y in np.asarray(ring, dtype=float).tolist()]
    lines = [", ".join(corners[n : n + 6]) for n in range(0, len(corners), 6)]
    return "    [" + ",\n     ".join(lines) + "]"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _text(value: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def _png(mask: np.ndarray) -> bytes:
    import io

    from PIL import Image

    packed = io.BytesIO()
    Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save(packed, format="PNG")
    return packed.getvalue()
