"""Opening what is closed in an emergency, and noticing who opens too much."""
