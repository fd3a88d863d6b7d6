"""Speed and memory, measured; see `python -m benchmarks --help`."""
