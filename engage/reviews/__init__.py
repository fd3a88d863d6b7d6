"""Plans that wait for their worker, and plans that are due."""
