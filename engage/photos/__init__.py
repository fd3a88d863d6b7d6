"""A photo the young person agreed to: cleaned, sealed, shown to few."""
