"""Where an organisation words, orders and tries out its questions and ways of talking."""
