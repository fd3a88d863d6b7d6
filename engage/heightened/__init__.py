"""What makes leaving likelier for a young person, and the help offered before they go."""
