"""Fields that take JSON at its word."""

from typing import Any

from rest_framework import serializers


class StrictBooleanField(serializers.BooleanField):
    """True or false; DRF's own field also takes "on", "f", 1 and the like."""

    def to_internal_value(self, data: object) -> bool:
        """Return the boolean or raise ``ValidationError``."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StrictTextField(serializers.RegexField):
    """Text that is not blank; DRF's own fields also take numbers."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - DRF's own signature
        super().__init__(r"\S", **options)

    def to_internal_value(self, data: object) -> str:
        """Return the text or raise ``ValidationError``."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class StrictIntegerField(serializers.IntegerField):
    """A whole number; DRF's own field also takes texts of digits."""

    def to_internal_value(self, data: object) -> int:
        """Return the number or raise ``ValidationError``; in JSON, 2.0 is a whole one too."""
        if isinstance(data, float) and data.is_integer():
            return int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data
