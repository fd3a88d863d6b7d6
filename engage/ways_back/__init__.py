"""Ready to come back: the steps, and a human answer in time."""
