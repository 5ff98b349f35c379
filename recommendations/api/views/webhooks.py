"""Webhooks over the API: registered, seen with their deliveries, enabled, disabled and removed."""

import json
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import SignedInToChange
from accounts.models import Webhook, WebhookDelivery
from accounts.webhooks.addresses import MAX_URL_LENGTH, UnfitAddress
from accounts.webhooks.errors import word_error
from accounts.webhooks.hooks import (
    disable_webhook,
    enable_webhook,
    load_deliveries,
    load_webhook,
    load_webhooks,
    remove_webhook,
)
from recommendations.api.fields import StrictBooleanField
from recommendations.api.views.asker import asker
from recommendations.services.watches import register_webhook

TOO_MANY = OpenApiResponse(
    description="`too_many_webhooks`: You have as many webhooks as one may have."
)
_EVENT_HELP = (
    "`sync_finished`: a connected account was read, or that failed. `new_similar_user`: somebody "
    "is new among my ten most similar users."
)


class NewWebhookSerializer(serializers.Serializer[Any]):
    """What is told, and where."""

    url = serializers.CharField(
        min_length=1,
        max_length=MAX_URL_LENGTH,
        help_text="Begins with https:// and leads to a public address.",
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Webhook.Event.values),
        min_length=1,
        max_length=len(Webhook.Event.values),
        help_text=_EVENT_HELP,
    )


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """A webhook without its secret."""

    events = serializers.ListField(
        child=serializers.ChoiceField(choices=Webhook.Event.values), help_text=_EVENT_HELP
    )
    is_enabled = serializers.SerializerMethodField(
        help_text="False once its owner disabled it, or it failed for three days."
    )

    class Meta:
        """Nothing that signs."""

        model = Webhook
        fields = ["id", "url", "events", "is_enabled", "failing_since", "created_at"]
        read_only_fields = fields

    def get_is_enabled(self, webhook: Webhook) -> bool:
        """Tell whether it is told of events."""
        return webhook.disabled_at is None


class MadeWebhookSerializer(serializers.Serializer[Any]):
    """A new webhook with its secret."""

    secret = serializers.CharField(help_text="Signs every delivery. Shown once.")
    webhook = WebhookSerializer()


class WebhookChangeSerializer(serializers.Serializer[Any]):
    """What of a webhook can be changed."""

    is_enabled = StrictBooleanField()


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """What a webhook was or will be told, and how that went."""

    id = serializers.UUIDField(source="public_id")
    body = serializers.SerializerMethodField(help_text="What is sent.")
    message = serializers.SerializerMethodField(help_text="The error, for people.")
    status = serializers.IntegerField(
        allow_null=True, help_text="Of the last answer; null if there was none."
    )

    class Meta:
        """All but whom it is about, which the body says."""

        model = WebhookDelivery
        fields = [
            "id",
            "event",
            "state",
            "tries",
            "status",
            "error",
            "message",
            "body",
            "created_at",
            "next_try_at",
            "ended_at",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.DictField())
    def get_body(self, delivery: WebhookDelivery) -> dict[str, Any]:
        """Return the body as what it says."""
        body: dict[str, Any] = json.loads(delivery.body)
        return body

    def get_message(self, delivery: WebhookDelivery) -> str:
        """Return the sentence for the error, empty while all is well."""
        return word_error(delivery.error)


class WebhooksView(ListAPIView[Webhook]):
    """My webhooks, the newest first."""

    serializer_class = WebhookSerializer
    permission_classes = [IsAuthenticated, SignedInToChange]

    def get_queryset(self) -> QuerySet[Webhook]:
        """Return the asker's own."""
        return load_webhooks(asker(self.request))

    @extend_schema(operation_id="webhooks", tags=["webhooks"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - DRF's own
        """List my webhooks, the newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="webhooks_create",
        tags=["webhooks"],
        request=NewWebhookSerializer,
        responses={201: MadeWebhookSerializer, 409: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Register an address to be told of events; a personal token may not. At most five."""
        wanted = NewWebhookSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            made = register_webhook(asker(request), now=timezone.now(), **wanted.validated_data)
        except UnfitAddress as error:
            raise ValidationError({"url": [str(error)]}) from error
        return Response(MadeWebhookSerializer(made).data, status=status.HTTP_201_CREATED)


class WebhookView(APIView):
    """One of my webhooks."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(operation_id="webhook", tags=["webhooks"], responses=WebhookSerializer)
    def get(self, request: Request, webhook_id: int) -> Response:
        """Show one of my webhooks."""
        return Response(WebhookSerializer(load_webhook(asker(request), webhook_id)).data)

    @extend_schema(
        operation_id="webhook_update",
        tags=["webhooks"],
        request=WebhookChangeSerializer,
        responses=WebhookSerializer,
    )
    def patch(self, request: Request, webhook_id: int) -> Response:
        """Disable my webhook, or enable it again; a personal token may not."""
        webhook = load_webhook(asker(request), webhook_id)
        change = WebhookChangeSerializer(data=request.data, partial=True)
        change.is_valid(raise_exception=True)
        is_enabled = change.validated_data.get("is_enabled")
        if is_enabled:
            enable_webhook(webhook)
        elif is_enabled is not None:
            disable_webhook(webhook, timezone.now())
        return Response(WebhookSerializer(webhook).data)

    @extend_schema(operation_id="webhook_delete", tags=["webhooks"], responses={204: None})
    def delete(self, request: Request, webhook_id: int) -> Response:
        """Remove my webhook with its deliveries; a personal token may not."""
        remove_webhook(load_webhook(asker(request), webhook_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeliveriesView(ListAPIView[WebhookDelivery]):
    """What one of my webhooks was told."""

    serializer_class = DeliverySerializer

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        """Return those of the asker's own webhook."""
        return load_deliveries(load_webhook(asker(self.request), self.kwargs["webhook_id"]))

    @extend_schema(operation_id="webhook_deliveries", tags=["webhooks"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - DRF's own
        """List what my webhook was or will be told, the newest first; the last hundred are kept."""
        return super().get(request, *args, **kwargs)
