"""Thinking over what we did: between a worker and a supervisor, and nobody else."""
