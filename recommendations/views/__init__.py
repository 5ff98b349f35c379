"""Step 8 of the data's way as pages: each view parses, calls services, and presents."""
