"""Bringing listening as files, over the API."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from accounts.api.throttles import UploadThrottle
from recommendations.api.fields import StrictBooleanField
from recommendations.api.parsers import BodyTooLarge, UploadParser
from recommendations.api.views.asker import asker
from recommendations.models import Upload
from recommendations.services.uploads import (
    MAX_FILES,
    Kept,
    NothingToDecide,
    decide_upload,
    keep_uploads,
    load_upload,
    load_uploads,
    remove_upload,
)
from recommendations.sources.faults import FaultyFile
from recommendations.tasks import enqueue_import, enqueue_recompute
from recommendations.templatetags.upload_words import notes_of
from recommendations.upload_handler import is_over_limit

NOTHING_TO_DECIDE = OpenApiResponse(
    description="`nothing_to_decide`: This upload does not wait for a decision."
)


class UploadFaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one file of an upload."""

    code = serializers.CharField(help_text="For programs; never translated.")
    file = serializers.CharField()
    message = serializers.CharField(help_text="For people.")


class UploadCountsSerializer(serializers.Serializer[Any]):
    """What became of the rows; a number that is not known yet is missing."""

    rows = serializers.IntegerField(required=False)
    kept = serializers.IntegerField(required=False)
    dropped = serializers.DictField(child=serializers.IntegerField(), required=False)
    newest = serializers.DateTimeField(required=False, allow_null=True)
    tracks = serializers.IntegerField(required=False)
    matched = serializers.IntegerField(required=False)
    unmatched = serializers.IntegerField(required=False)
    artists = serializers.IntegerField(required=False)
    exclusions = serializers.IntegerField(
        required=False, help_text="What an export of this site leaves out, and I do now."
    )
    changed = serializers.BooleanField(required=False)


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """An upload as its owner sees it."""

    counts = serializers.SerializerMethodField()
    faults = serializers.SerializerMethodField()

    class Meta:
        """Nothing of where its files wait."""

        model = Upload
        fields = [
            "id",
            "state",
            "source",
            "kind",
            "file_name",
            "size_bytes",
            "read_bytes",
            "is_current",
            "counts",
            "faults",
            "uploaded_at",
            "ended_at",
        ]
        read_only_fields = fields

    @extend_schema_field(UploadCountsSerializer)
    def get_counts(self, upload: Upload) -> dict[str, Any]:
        """Return the numbers of the report."""
        names = list(UploadCountsSerializer().get_fields())
        return {name: upload.counts[name] for name in names if name in upload.counts}

    @extend_schema_field(UploadFaultSerializer(many=True))
    def get_faults(self, upload: Upload) -> list[dict[str, str]]:
        """Return what is wrong, with a sentence for people."""
        return [
            {"code": note.fault, "file": note.name, "message": str(note)}
            for note in notes_of(upload)
        ]


class UploadDetailSerializer(UploadSerializer):
    """An upload with the tracks that were not found."""

    unmatched = serializers.SerializerMethodField()

    class Meta(UploadSerializer.Meta):
        """The list's fields and one more."""

        fields = [*UploadSerializer.Meta.fields, "unmatched"]
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["artist", "title", "plays", "reason"],
                "properties": {
                    "artist": {"type": "string"},
                    "title": {"type": "string"},
                    "plays": {"type": ["integer", "null"]},
                    "reason": {"type": "string", "enum": ["unknown", "ambiguous"]},
                },
            },
        }
    )
    def get_unmatched(self, upload: Upload) -> list[dict[str, Any]]:
        """Return the tracks that names did not find, most played first."""
        names = ("artist", "title", "plays", "reason")
        return [dict(zip(names, row, strict=True)) for row in upload.unmatched]


# drf-spectacular takes files in a list for addresses.
_FORM = {
    "type": "object",
    "required": ["files"],
    "properties": {
        "files": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_FILES,
            "items": {"type": "string", "format": "binary"},
            "description": "Files of listening that belong together.",
        },
        "keep_readable": {
            "type": "boolean",
            "default": False,
            "description": "Keep what could be read of a damaged file, without asking.",
        },
    },
}


class NewUploadSerializer(serializers.Serializer[Any]):
    """What a form holds."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), min_length=1, max_length=MAX_FILES
    )
    keep_readable = serializers.BooleanField(default=False)


class UploadsView(ListAPIView[Upload]):
    """My uploads, the newest first."""

    serializer_class = UploadSerializer
    parser_classes = [UploadParser]

    def get_queryset(self) -> QuerySet[Upload]:
        """Return the asker's own."""
        return load_uploads(asker(self.request))

    def get_throttles(self) -> list[BaseThrottle]:
        """Bound how often files can be brought."""
        throttles = list(super().get_throttles())
        return [*throttles, UploadThrottle()] if self.request.method == "POST" else throttles

    @extend_schema(operation_id="uploads", tags=["me"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - DRF's own
        """List my uploads, the newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="uploads_create",
        tags=["me"],
        request={"multipart/form-data": _FORM},
        responses={202: UploadSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Bring files of listening; they are imported soon after.

        The answer has an upload for each kind of file. Files that came before add nothing: the
        answer then has the upload that they came with.
        """
        with ExitStack() as stack:
            for _name, files in request.FILES.lists():
                for file in files:
                    stack.callback(file.close)
            kept = _keep(request)
        for one in kept:
            enqueue_import(one.upload.pk)
        uploads = UploadSerializer([one.upload for one in kept], many=True)
        return Response(uploads.data, status=status.HTTP_202_ACCEPTED)


def _keep(request: Request) -> list[Kept]:
    data = cast("Mapping[str, Any]", request.data)
    if is_over_limit(request._request):  # noqa: SLF001 - the handlers are Django's
        raise BodyTooLarge
    other = next((name for name in request.FILES if name != "files"), None)
    if other is not None:
        raise ValidationError(
            {other: [_("There is no such field: files come in the field files.")]}
        )
    fields = {"keep_readable": data["keep_readable"]} if "keep_readable" in data else {}
    sent = NewUploadSerializer(data={"files": request.FILES.getlist("files"), **fields})
    sent.is_valid(raise_exception=True)
    try:
        return keep_uploads(asker(request), now=timezone.now(), **sent.validated_data)
    except FaultyFile as error:
        raise ValidationError({"files": [str(error.note)]}) from error


class DecisionSerializer(serializers.Serializer[Any]):
    """What to do with what could be read of a damaged upload."""

    keep = StrictBooleanField(help_text="Whether to keep it; else it is discarded.")


class UploadView(APIView):
    """One of my uploads."""

    @extend_schema(operation_id="upload", tags=["me"], responses=UploadDetailSerializer)
    def get(self, request: Request, upload_id: int) -> Response:
        """Show how far my upload is, or its report."""
        return Response(UploadDetailSerializer(load_upload(asker(request), upload_id)).data)

    @extend_schema(
        operation_id="upload_update",
        tags=["me"],
        request=DecisionSerializer,
        responses={200: UploadDetailSerializer, 409: NOTHING_TO_DECIDE},
    )
    def patch(self, request: Request, upload_id: int) -> Response:
        """Keep what could be read of my damaged upload, or discard it."""
        upload = load_upload(asker(request), upload_id)
        decision = DecisionSerializer(data=request.data)
        decision.is_valid(raise_exception=True)
        if upload.state != Upload.State.ASKING:
            raise NothingToDecide
        if decide_upload(upload, keep=decision.validated_data["keep"], now=timezone.now()):
            enqueue_import(upload.pk)
        return Response(UploadDetailSerializer(load_upload(asker(request), upload_id)).data)

    @extend_schema(operation_id="upload_delete", tags=["me"], responses={204: None})
    def delete(self, request: Request, upload_id: int) -> Response:
        """Remove my upload with the lists that came with it."""
        remove_upload(load_upload(asker(request), upload_id))
        enqueue_recompute(asker(request).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)
