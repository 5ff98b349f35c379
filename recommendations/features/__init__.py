"""Reads audio features from files and services: step 4 of the data's way. It knows no database."""
