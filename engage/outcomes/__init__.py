"""What happens after a talk or a return: who does what by when, and telling the young person."""
