"""Telling addresses that listeners chose of what happens: in the outbox, signed, and sent."""
