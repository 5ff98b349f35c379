"""Reads listening and its files: step 2 of the data's way. It knows no database."""
