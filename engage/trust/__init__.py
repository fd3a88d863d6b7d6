"""The three trusted people and the one to check in with: chosen, asked, leaving."""
