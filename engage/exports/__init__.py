"""Files for other systems: made by the worker, seen by a second person, gone after a day."""
