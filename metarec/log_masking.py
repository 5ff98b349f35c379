"""Keeps tokens that stand in addresses out of the log."""

import logging
import re

# Of a link for friends or a card: see recommendations/services/compare_links.py.
_TOKENS = re.compile(r"(/(?:compare/with|cards)/)[\w-]{32}")


class MaskTokens(logging.Filter):
    """Replaces the tokens in a record's message."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        message = record.getMessage()
        masked = _TOKENS.sub(r"\1…", message)
        if masked != message:
            record.msg, record.args = masked, None
        return True
