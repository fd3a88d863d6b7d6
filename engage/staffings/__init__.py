"""Staffings and team meetings about somebody who is away: from a reason to what was agreed."""
