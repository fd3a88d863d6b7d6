"""What keeps happening, and to whom unequally: in groups that tell of nobody."""
