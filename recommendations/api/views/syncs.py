"""Reading from connected accounts, over the API."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import MusicAccount
from recommendations.api.views.asker import asker
from recommendations.models import Sync
from recommendations.services.sync_errors import word_error
from recommendations.services.syncs import load_syncs, start_syncs
from recommendations.tasks import enqueue_calls

NOTHING_CONNECTED = OpenApiResponse(
    description="`nothing_connected`: No account is connected that can be read."
)


class SyncCountsSerializer(serializers.Serializer[Any]):
    """What was read or stored; a number that is not known yet is missing."""

    lists = serializers.IntegerField(required=False)
    lists_read = serializers.IntegerField(required=False)
    rows = serializers.IntegerField(required=False)
    tracks = serializers.IntegerField(required=False)
    unmatched = serializers.IntegerField(required=False)
    artists = serializers.IntegerField(required=False)
    changed = serializers.BooleanField(required=False)


class SyncSerializer(serializers.ModelSerializer[Sync]):
    """One run of reading an account's top lists."""

    service = serializers.ChoiceField(
        choices=MusicAccount.Service.choices, source="account.service", read_only=True
    )
    step = serializers.CharField(
        read_only=True, help_text="The list that is read next: its kind, a colon, its time range."
    )
    counts = SyncCountsSerializer(read_only=True)
    error = serializers.CharField(
        read_only=True,
        help_text="Why it failed or waits, for programs; empty while all is well.",
    )
    message = serializers.SerializerMethodField(help_text="The same for people.")

    class Meta:
        """Nothing of what was fetched so far."""

        model = Sync
        fields = [
            "id",
            "service",
            "state",
            "step",
            "counts",
            "error",
            "message",
            "started_at",
            "ended_at",
        ]
        read_only_fields = fields

    def get_message(self, sync: Sync) -> str:
        """Return the sentence for the error."""
        return word_error(sync.error, MusicAccount.Service(sync.account.service).label)


class SyncsView(ListAPIView[Sync]):
    """My syncs, the newest first."""

    serializer_class = SyncSerializer

    def get_queryset(self) -> QuerySet[Sync]:
        """Return the asker's own."""
        return load_syncs(asker(self.request)).defer("fetched")

    @extend_schema(operation_id="syncs", tags=["me"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - DRF's own
        """List how my connected accounts were read, the newest run first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="syncs_create",
        tags=["me"],
        request=None,
        responses={202: SyncSerializer(many=True), 409: NOTHING_CONNECTED},
    )
    def post(self, request: Request) -> Response:
        """Have my connected accounts read now.

        The answer has the run of each account: a new one, or the one that is going on.
        """
        syncs = start_syncs(asker(request).pk, timezone.now())
        enqueue_calls(syncs)
        return Response(SyncSerializer(syncs, many=True).data, status=status.HTTP_202_ACCEPTED)
