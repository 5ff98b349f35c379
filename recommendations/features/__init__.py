"""Reads audio features from files: step 4 of the data's way. It knows no database."""
