"""Reading what was printed: PDFs as pictures, as words, and codes with a decoder of others."""

import io
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from engage.web.pdf import can_make_pdf

CODE_MM = 34.0  # how large the card prints its code, quiet zone included


def need(program: str, package: str) -> str:
    """Return where a program is, or skip the test."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (Debian: {package}; make test installs it)")
    return found


def need_pdf() -> None:
    """Skip the test where no PDF can be made."""
    if not can_make_pdf():
        pytest.skip("Pango is not installed (Debian: libpango-1.0-0 libpangoft2-1.0-0)")


def words_of(pdf: bytes) -> str:
    """Return the words of a PDF in reading order, as a screen reader would get them."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Return each font of a PDF by name, and whether it is inside the file."""
    found = {}
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            held = font.get_object()
            inner = held["/DescendantFonts"][0].get_object() if "/DescendantFonts" in held else held
            described = inner["/FontDescriptor"].get_object()
            name = str(held["/BaseFont"]).partition("+")[2] or str(held["/BaseFont"])
            found[name] = any(key.startswith("/FontFile") for key in described)
    return found


def picture_of(pdf: bytes, folder: Path, dpi: float) -> Path:
    """Return the first page as a picture of so many dots an inch."""
    program = need("pdftoppm", "poppler-utils")
    file = folder / "printed.pdf"
    file.write_bytes(pdf)
    command = [program, "-r", str(round(dpi)), "-png", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*command, str(file), str(folder / "printed")], check=True)
    return folder / "printed.png"


def read_code(picture: Path) -> str:
    """Read a QR code with a decoder that did not make it; empty when it reads none."""
    program = need("zbarimg", "zbar-tools")
    command = [program, "--quiet", "--raw", str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def dots_for(centimetres: float, dpi: float = 200) -> float:
    """Return at how many dots an inch to draw the page so that its code has as many dots as one
    of this size has at `dpi`: what a camera gets from a small print.
    """
    return dpi * centimetres * 10 / CODE_MM
