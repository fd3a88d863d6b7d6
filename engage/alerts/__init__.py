"""Who is told, in what order, until someone says that they have it."""
