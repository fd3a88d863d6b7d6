"""Reading a photo that somebody sent, and writing it anew with nothing in it but the picture.

Everything in the file but its pixels is left behind: place, time, phone, thumbnail, profile, and
whatever was hidden after its end. Nothing else in Engage opens a picture.
"""

import io
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engage.photos.rules import KEPT_SIDE, MOST_BYTES, PhotoProblem, size_problem

if TYPE_CHECKING:
    from PIL import Image

# A JPEG with a second one behind it (MPO), as some phones write, is opened as a JPEG: we take the
# first.
KINDS = ("JPEG", "PNG", "WEBP", "HEIF")
# Known well enough to name, and refused: drawings, scans and animations.
OTHER_KINDS = ((b"GIF8", 0), (b"%PDF", 0), (b"BM", 0), (b"II*\0", 0), (b"MM\0*", 0), (b"avif", 8))
QUALITY = 82
_ORIENTATION = 0x0112  # Source: EXIF 2.32
# One at a time in a process, so that ten large photos at once do not fill the memory.
_turn = threading.Lock()


class NotUsable(Exception):
    """This file cannot be kept; `problem` says why."""

    def __init__(self, problem: PhotoProblem):
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Picture:
    """A photo as it is kept: JPEG, upright, without metadata."""

    jpeg: bytes
    width: int
    height: int


def read_picture(data: bytes, *, side: int = KEPT_SIDE) -> Picture:
    """Return the photo in these bytes as we keep it, or raise NotUsable.

    Sizes are judged from the head of the file before anything is decoded. `side` is what the
    longer side becomes at most (pixels): a photographed page needs more than a face.
    """
    if not data:
        raise NotUsable(PhotoProblem.NOTHING)
    if len(data) > MOST_BYTES:
        raise NotUsable(PhotoProblem.TOO_HEAVY)
    with _turn:
        upright = _decode(data, side)
        kept = io.BytesIO()
        upright.save(kept, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(kept.getvalue(), upright.width, upright.height)


def _decode(data: bytes, side: int) -> "Image.Image":
    # Loaded when a photo comes: few web processes ever see one.
    from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    # Our own limit is lower, and is a sentence instead of a warning.
    Image.MAX_IMAGE_PIXELS = None
    # WeasyPrint switches this on for the whole process: half a photo would pass as a whole one.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(data), formats=KINDS)
    except UnidentifiedImageError:
        raise NotUsable(_kind_problem(data)) from None
    except Exception:  # noqa: BLE001 - a file made to break a reader may raise anything
        raise NotUsable(PhotoProblem.BROKEN) from None
    if problem := size_problem(*image.size):
        raise NotUsable(problem)
    if getattr(image, "is_animated", False) and image.format in {"PNG", "WEBP"}:
        raise NotUsable(PhotoProblem.MOVES)
    try:
        if image.format in {"JPEG", "MPO"}:
            # Decoded at a half, a quarter or an eighth, which spares most of the memory.
            image.draft("RGB", (side, side))
        image.load()
        small = ImageOps.exif_transpose(_shrunk(image, side))
        return _on_white(small)
    except Exception:  # noqa: BLE001 - cut short or spoilt: whatever the decoder says of it
        raise NotUsable(PhotoProblem.BROKEN) from None


def _shrunk(image: "Image.Image", side: int) -> "Image.Image":
    """Make the longer side so many pixels at most; `reduce` first needs no second large copy."""
    way_up = image.getexif().get(_ORIENTATION, 1)
    factor = max(image.size) // (2 * side)
    small = image.reduce(factor) if factor > 1 and image.mode != "P" else image
    if small.mode not in {"RGB", "RGBA"}:
        small = small.convert("RGBA" if "transparency" in image.info else "RGB")
    small.thumbnail((side, side))
    # Only which way is up is carried on; exif_transpose reads it.
    small.getexif().clear()
    small.getexif()[_ORIENTATION] = way_up
    return small


def _on_white(image: "Image.Image") -> "Image.Image":
    """Paint the pixels on a fresh white sheet: nothing else of the file comes along."""
    from PIL import Image

    sheet = Image.new("RGB", image.size, "white")
    sheet.paste(image, mask=image if image.mode == "RGBA" else None)
    return sheet


def _kind_problem(data: bytes) -> PhotoProblem:
    head = data[:1024].lstrip()
    drawn = head[:5] in {b"<svg ", b"<?xml"}
    if drawn or any(data[at : at + len(sign)] == sign for sign, at in OTHER_KINDS):
        return PhotoProblem.OTHER_KIND
    return PhotoProblem.NOT_A_PHOTO
