"""Which paper people print on."""

# Where paper is cut to Letter, not to A4. Source: CLDR, territories with paperSize US-Letter.
LETTER = frozenset(
    ("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE")
)


def is_letter(region: str) -> bool:
    """Say whether the paper of this country is Letter."""
    return region in LETTER
