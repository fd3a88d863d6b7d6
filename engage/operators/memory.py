"""What a process that serves for days does about its memory before it begins."""

import ctypes
import gc

from sqlalchemy.orm import configure_mappers

from engage import i18n

M_ARENA_MAX = -8  # the name of a setting of glibc. Source: malloc.h


def spare() -> None:
    """Make what every process needs before there are several, keep it out of the collector's way,
    and the heap in few pieces. What it spares is in docs/decisions/0168.
    """
    configure_mappers()
    for code in i18n.LOCALES:
        i18n.catalogue(code)
    gc.collect()
    gc.freeze()
    # Else every thread gets a heap of its own, which stays half empty.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 2)
