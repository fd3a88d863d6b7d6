"""The first hours after coming back: how somebody is welcomed, and what was seen to."""
