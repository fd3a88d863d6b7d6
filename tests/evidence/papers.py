"""Files as people send them, and as somebody who means harm does. All made here."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def located_picture() -> bytes:
    """A JPEG that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "PhoneMaker", "at the station"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif.tobytes())


def pdf(body: bytes = b"", tail: bytes = b"\n", stream: bytes = b"BT (hi) Tj ET") -> bytes:
    """A small whole PDF; `body` stands in plain sight, `tail` behind its end."""
    parts = [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + body + b">>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj\n",
        b"4 0 obj\n<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream\nendobj\n",
    ]
    places, at = [], 0
    for part in parts:
        places.append(at)
        at += len(part)
    table = b"xref\n0 5\n0000000000 65535 f \n"
    table += b"".join(b"%010d 00000 n \n" % place for place in places[1:])
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % at
    return b"".join(parts) + table + end + tail


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("run.exe", b"MZ not really")
    return out.getvalue()


def archive_in_pdf() -> bytes:
    """A PDF that is also an archive, whose comment ends like a PDF."""
    whole = pdf()
    end = whole[whole.rindex(b"startxref") :]
    packed = archive()
    return whole + packed[:-2] + struct.pack("<H", len(end)) + end


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that says it has nine hundred million dots."""

    def chunk(name: bytes, data: bytes) -> bytes:
        mark = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + mark

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
