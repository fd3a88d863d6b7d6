"""The questions of the plan: which there are, in which words, and what an answer may hold."""
