"""The signature by which a receiver knows that a delivery is ours and new."""

import hmac
from hashlib import sha256

SIGNATURE_HEADER = "Metarec-Signature"


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the header's value: when it was signed, and the HMAC over that, a dot and the body."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"
