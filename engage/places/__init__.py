"""Safe places: somewhere to go, who runs it, when it is open, and which are nearest."""
