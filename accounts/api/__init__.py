"""Tokens, sign-in by the API, and how often one may ask."""
