"""The use cases: each joins steps of the data's way; doorways call one of them."""
