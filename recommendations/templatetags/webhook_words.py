"""What a webhook is told and why a delivery failed, in plain words, for templates."""

from django import template

from accounts.models import Webhook, WebhookDelivery
from accounts.webhooks.errors import word_error

register = template.Library()


@register.filter
def event_words(event: str) -> str:
    """Return the sentence for an event."""
    return str(Webhook.Event(event).label)


@register.filter
def error_of(delivery: WebhookDelivery) -> str:
    """Say why a delivery failed or waits; empty while all is well."""
    return word_error(delivery.error)
