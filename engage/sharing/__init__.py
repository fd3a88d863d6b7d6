"""Who sees what, when: agreed with the young person, item by item."""
