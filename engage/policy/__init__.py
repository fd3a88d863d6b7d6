"""Packs of rules by jurisdiction: clocks, waits, numbers to print, words. Data, never constants."""
