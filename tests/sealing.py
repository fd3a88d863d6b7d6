"""Whether what lies in a table is sealed, said without looking for words in it.

Three letters of a word turn up by chance in what is sealed, once in some thousand runs: a test
that looks for them fails one day, and nothing is wrong.
"""

import re
from collections.abc import Iterable

_SEALED = re.compile(r"[A-Za-z0-9]+\.[\w-]{16}\.[\w-]{22,}", re.ASCII)
"""The key's name, a nonce of 12 bytes and what is sealed with its tag of 16 (`engage.crypto`)."""


def is_sealed(*stored: object) -> bool:
    """Say whether each of these is a sealed value from its first sign to its last."""
    return bool(stored) and all(_SEALED.fullmatch(str(each)) for each in stored)


def all_sealed(stored: Iterable[object]) -> bool:
    """Say the same of a column: what is empty is left out, and something must be there."""
    return is_sealed(*[each for each in stored if each is not None])
