"""Everything that happened around a time away, in order, as far as each reader may know it."""
