"""What is handed to those who search: only what was allowed, and a record of what was sent."""
