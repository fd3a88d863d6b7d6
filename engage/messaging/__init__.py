"""Outgoing and incoming texts: the outbox, its delivery, opt-outs and providers."""
