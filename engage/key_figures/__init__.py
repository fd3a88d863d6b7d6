"""How a quarter went, in figures that each say what they count."""
