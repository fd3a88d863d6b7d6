"""A demonstration: a cast of people with made-up numbers, and a page with all their phones."""
