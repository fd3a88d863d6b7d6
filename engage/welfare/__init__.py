"""Meetings in which professionals think together about a place or a pattern, and what they do."""
