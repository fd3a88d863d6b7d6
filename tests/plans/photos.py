"""Photos for the tests, made here: good ones, and everything that must be refused."""

import io
import struct
import zlib

from PIL import Image

SECRETS = (b"Exif", b"GPS", b"hidden words", b"http://ns.adobe.com", b"ICC_PROFILE", b"PK\x03\x04")


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return an image as a file of this kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def portrait(width: int = 600, height: int = 800, colour: str = "teal") -> Image.Image:
    """A photo whose upper half is of another colour, so that one sees which way is up."""
    image = Image.new("RGB", (width, height), colour)
    image.paste("gold", (0, 0, width, height // 2))
    return image


def jpeg(**options: object) -> bytes:
    return encoded(portrait(), "JPEG", **options)


def telling_jpeg(orientation: int = 1) -> bytes:
    """A photo that says where, when and with what it was taken, with a file hidden behind it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "hidden words: the phone"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 22.0, 15.0), 3: "W", 4: (4.0, 8.0, 30.0)})
    told = jpeg(
        exif=exif,
        comment=b"hidden words",
        icc_profile=b"\0" * 128 + b"hidden words",
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>hidden words</x:xmpmeta>",
    )
    return told + b"PK\x03\x04 hidden words <script>alert(1)</script>"


def png_head(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that says it is this large: a bomb for whoever decodes it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 100_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """A PNG with a hundred megabytes of packed text before its pixels."""
    packed = zlib.compress(b"A" * 100_000_000, 9)
    data = b"Comment\0\0" + packed
    chunk = (
        struct.pack(">I", len(data))
        + b"zTXt"
        + data
        + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    )
    whole = encoded(portrait(), "PNG")
    return whole[:33] + chunk + whole[33:]


def animated(kind: str) -> bytes:
    frames = [portrait(300, 300, colour) for colour in ("red", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def heic() -> bytes:
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    return encoded(portrait(), "HEIF")
