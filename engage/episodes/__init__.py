"""Away, missing, in touch, back: who is missing right now, what is due, and who has it."""
