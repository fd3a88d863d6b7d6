"""What was said both ways, and what waits for a human to read it."""
