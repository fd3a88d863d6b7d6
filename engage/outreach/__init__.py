"""Reaching out to somebody who is away: who leads it, what was tried, kind words for it."""
