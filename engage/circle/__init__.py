"""The people who matter to a young person, and who may be called."""
