"""What was said in the talk after coming back: in their words, shared line by line, signed off."""
