"""Versions of what an organisation words itself: drafted, tried out, published, never changed."""
