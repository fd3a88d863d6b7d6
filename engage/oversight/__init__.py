"""What workers, supervisors and the night team look over: their young people, and what waits."""
