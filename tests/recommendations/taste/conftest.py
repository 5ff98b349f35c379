"""How hypothesis runs here."""

from hypothesis import settings

# No test asserts a time: a busy machine is no failure.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
