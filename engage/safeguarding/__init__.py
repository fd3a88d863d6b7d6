"""Keeping them safe: what a screening found, and what is done at once when somebody was hurt."""
