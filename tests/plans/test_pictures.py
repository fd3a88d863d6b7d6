"""Photos as files: what is kept of one, and what cannot be kept."""

import io
import threading
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engage.photos import pictures
from engage.photos.pictures import NotUsable, read_picture
from engage.photos.rules import KEPT_SIDE, MOST_BYTES, PhotoProblem
from tests.plans import photos

GOLD, TEAL = (255, 215, 0), (0, 128, 128)


def kept(data: bytes) -> Image.Image:
    picture = read_picture(data)
    image = Image.open(io.BytesIO(picture.jpeg))
    assert image.format == "JPEG"
    assert image.size == (picture.width, picture.height)
    return image


def is_like(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def why_not(data: bytes) -> PhotoProblem:
    with pytest.raises(NotUsable) as refused:
        read_picture(data)
    return refused.value.problem


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_kinds_that_phones_make_are_kept_as_jpeg(kind: str) -> None:
    image = kept(photos.encoded(photos.portrait(), kind))
    assert image.size == (600, 800)
    assert is_like(image.getpixel((300, 100)), GOLD)
    assert is_like(image.getpixel((300, 700)), TEAL)


def test_heic_is_kept_too() -> None:
    image = kept(photos.heic())
    assert image.size == (600, 800)
    assert is_like(image.getpixel((300, 100)), GOLD)


def test_a_photo_tells_nothing_but_what_is_on_it() -> None:
    data = photos.telling_jpeg()
    assert all(secret in data for secret in (b"Exif", b"hidden words", b"PK\x03\x04"))
    picture = read_picture(data)
    for secret in photos.SECRETS:
        assert secret not in picture.jpeg, secret
    image = Image.open(io.BytesIO(picture.jpeg))
    assert not image.getexif()
    assert {"exif", "icc_profile", "xmp", "comment"}.isdisjoint(image.info)


def segments_of(jpeg: bytes) -> set[int]:
    """Return the markers of a JPEG before its pixels: APPn and COM carry everything but picture."""
    found, at = set(), 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return found


def test_the_file_kept_has_no_room_for_words() -> None:
    markers = segments_of(read_picture(photos.telling_jpeg()).jpeg)
    # APP0 says only that it is a JPEG; APP1 to APP15 and COM would hold what was not asked for.
    assert markers & {*range(0xE1, 0xF0), 0xFE} == set()


@pytest.mark.parametrize(
    ("orientation", "size", "gold_at"),
    [
        (1, (600, 800), (300, 50)),
        (2, (600, 800), (300, 50)),
        (3, (600, 800), (300, 750)),
        (4, (600, 800), (300, 750)),
        (5, (800, 600), (50, 300)),
        (6, (800, 600), (750, 300)),
        (7, (800, 600), (750, 300)),
        (8, (800, 600), (50, 300)),
    ],
)
def test_a_photo_stands_upright_as_it_did_on_the_phone(
    orientation: int, size: tuple[int, int], gold_at: tuple[int, int]
) -> None:
    image = kept(photos.telling_jpeg(orientation))
    assert image.size == size
    assert is_like(image.getpixel(gold_at), GOLD)


def test_the_nonsense_orientation_of_some_phones_is_no_reason_to_refuse() -> None:
    assert kept(photos.telling_jpeg(97)).size == (600, 800)


@pytest.mark.parametrize(("width", "height"), [(4000, 3000), (3000, 4000), (6000, 300)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_photo_is_made_smaller_and_keeps_its_shape(
    width: int, height: int, kind: str
) -> None:
    image = kept(photos.encoded(photos.portrait(width, height), kind))
    assert max(image.size) == KEPT_SIDE
    assert abs(image.width / image.height - width / height) < 0.35


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "RGBA", "I;16"])
def test_every_way_of_storing_colours_is_read(mode: str) -> None:
    shape = Image.new(mode, (400, 400))
    assert kept(photos.encoded(shape, "PNG")).mode == "RGB"


def test_printers_colours_are_read_too() -> None:
    assert kept(photos.encoded(Image.new("CMYK", (400, 400)), "JPEG")).mode == "RGB"


def test_what_was_see_through_becomes_white() -> None:
    clear = photos.encoded(Image.new("RGBA", (400, 400), (0, 0, 0, 0)), "PNG")
    assert kept(clear).getpixel((200, 200)) == (255, 255, 255)


def test_of_two_photos_in_one_file_as_some_phones_write_the_first_is_kept() -> None:
    two = photos.encoded(
        photos.portrait(), "MPO", save_all=True, append_images=[photos.portrait(colour="red")]
    )
    image = kept(two)
    assert is_like(image.getpixel((300, 700)), TEAL)
    assert getattr(image, "n_frames", 1) == 1


GOOD = photos.jpeg()
BAD = {
    "nothing": (b"", PhotoProblem.NOTHING),
    "words": (b"this is no photo", PhotoProblem.NOT_A_PHOTO),
    "zeros": (b"\0" * 5000, PhotoProblem.NOT_A_PHOTO),
    "a program": (b"MZ\x90\0" + b"\0" * 300, PhotoProblem.NOT_A_PHOTO),
    "a page": (b"<!doctype html><script>alert(1)</script>", PhotoProblem.NOT_A_PHOTO),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PhotoProblem.OTHER_KIND),
    "a scan": (b"%PDF-1.7 ...", PhotoProblem.OTHER_KIND),
    "a gif": (photos.encoded(photos.portrait(), "GIF"), PhotoProblem.OTHER_KIND),
    "a bitmap": (photos.encoded(photos.portrait(), "BMP"), PhotoProblem.OTHER_KIND),
    "a tiff": (photos.encoded(photos.portrait(), "TIFF"), PhotoProblem.OTHER_KIND),
    "a moving webp": (photos.animated("WEBP"), PhotoProblem.MOVES),
    "a moving png": (photos.animated("PNG"), PhotoProblem.MOVES),
    "a dot": (photos.encoded(Image.new("RGB", (1, 1)), "PNG"), PhotoProblem.TOO_SMALL),
    "a line": (photos.encoded(Image.new("RGB", (4000, 199)), "PNG"), PhotoProblem.TOO_SMALL),
    "half a jpeg": (GOOD[: len(GOOD) // 2], PhotoProblem.BROKEN),
    "half a png": (photos.encoded(photos.portrait(), "PNG")[:900], PhotoProblem.BROKEN),
    "half a webp": (photos.encoded(photos.portrait(), "WEBP")[:200], PhotoProblem.BROKEN),
    "half a heic": (photos.heic()[:700], PhotoProblem.BROKEN),
    "the head of a png": (b"\x89PNG\r\n\x1a\n", PhotoProblem.NOT_A_PHOTO),
    "pixels that are missing": (photos.png_head(3000, 3000), PhotoProblem.BROKEN),
    "a bomb of pixels": (photos.png_head(50_000, 50_000), PhotoProblem.TOO_LARGE),
    "the largest there is": (photos.png_head(2**31 - 1, 2**31 - 1), PhotoProblem.TOO_LARGE),
    "a bomb of words": (photos.text_bomb(), PhotoProblem.BROKEN),
    "a long ribbon": (photos.png_head(12_000, 300), PhotoProblem.TOO_LARGE),
    "too heavy": (GOOD + b"\0" * MOST_BYTES, PhotoProblem.TOO_HEAVY),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_kept_says_why(what: str) -> None:
    data, problem = BAD[what]
    assert why_not(data) is problem


def test_twelve_thousand_by_twelve_thousand_is_refused_before_it_is_decoded() -> None:
    whole = photos.encoded(Image.new("L", (12_000, 12_000)), "PNG")
    assert len(whole) < MOST_BYTES
    tracemalloc.start()
    started = time.thread_time()
    assert why_not(whole) is PhotoProblem.TOO_LARGE
    taken, (_now, peak) = time.thread_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # 144 million pixels take seconds and half a gigabyte; the head of the file takes neither.
    # Seconds of our own work: a busy machine may let us wait for longer.
    assert taken < 0.5
    assert peak < 20_000_000


@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_the_reader(data: bytes) -> None:
    with pytest.raises(NotUsable):
        read_picture(data)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from([GOOD, photos.encoded(photos.portrait(240, 240), "PNG"), photos.heic()]),
    st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=30),
)
def test_a_spoilt_photo_is_kept_without_metadata_or_refused(
    data: bytes, spoilt: list[tuple[int, int]]
) -> None:
    changed = bytearray(data)
    for at, byte in spoilt:
        changed[at % len(changed)] = byte
    try:
        picture = read_picture(bytes(changed))
    except NotUsable:
        return
    assert segments_of(picture.jpeg) & {*range(0xE1, 0xF0), 0xFE} == set()
    assert max(picture.width, picture.height) <= KEPT_SIDE


def test_half_a_photo_is_refused_even_after_a_pdf_was_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from PIL import ImageFile

    # As WeasyPrint leaves it.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert why_not(GOOD[:900]) is PhotoProblem.BROKEN


def test_one_photo_is_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0
    decode = pictures._decode

    def slowly(data: bytes, side: int) -> Image.Image:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.02)
        inside -= 1
        return decode(data, side)

    monkeypatch.setattr(pictures, "_decode", slowly)
    readers = [threading.Thread(target=read_picture, args=(GOOD,)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert most == 1


def test_a_photo_that_was_refused_does_not_keep_the_next_one_waiting() -> None:
    why_not(b"no photo")
    assert read_picture(GOOD).width == 600
