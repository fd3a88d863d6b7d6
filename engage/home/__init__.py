"""Each person's start page, and what the frame of every page says to them."""
