"""Somebody is not back: one question at a time, the clock in sight, and what to do next."""
