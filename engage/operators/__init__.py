"""For the people who keep Engage running: health, logs, back-ups, keys, imports, inspection."""
