"""When it is worth to ask again."""

# In seconds, chosen by us: what is away for a moment is back, what is restarted is not far.
INDEX_RETRY_AFTER_S = 30
