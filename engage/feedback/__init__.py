"""What young people say, without a name, about how they were treated."""
