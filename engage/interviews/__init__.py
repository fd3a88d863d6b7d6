"""The talk after coming back: who the young person chooses, by when, and that it took place."""
