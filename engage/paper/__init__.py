"""The plan out of the app: printed in two languages, or as a text to its owner."""
