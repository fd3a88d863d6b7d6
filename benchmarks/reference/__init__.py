"""Small programs that do the least there is to do, to measure ours against."""
