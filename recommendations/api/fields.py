"""Fields that take JSON at its word."""

from rest_framework import serializers


class StrictBooleanField(serializers.BooleanField):
    """True or false; DRF's own field also takes "on", "f", 1 and the like."""

    def to_internal_value(self, data: object) -> bool:
        """Return the boolean or raise ``ValidationError``."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
