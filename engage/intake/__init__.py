"""Referrals that come in by form, sheet, email or program, and whose they are. A person decides."""
