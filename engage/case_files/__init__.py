"""The case file: what is kept about one young person, as far as its reader may open it."""
