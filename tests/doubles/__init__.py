"""Doubles: real HTTP servers that play the music services in tests. See README.md beside this."""
