"""Builds what is not committed when Engage is installed."""
