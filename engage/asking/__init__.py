"""Asking the people a young person trusts whether they have heard from them, and their answers."""
