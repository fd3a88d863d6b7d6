"""Who was told that somebody is missing or back, when, how, and what shows it."""
