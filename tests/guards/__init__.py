"""Rules about the code itself: each finds its files by walking and names every breach."""
