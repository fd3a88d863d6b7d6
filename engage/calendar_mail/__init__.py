"""Mails with calendar files: rows in which one waits, whoever is asked to whatever."""
