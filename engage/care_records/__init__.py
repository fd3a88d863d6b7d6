"""What statutory returns and fair comparison need to know of a young person's time in care."""
