"""What listeners brought as files: to be looked at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recommendations.admin.base import ReadOnlyAdmin
from recommendations.models import Upload


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin[Upload]):
    """Uploads; which tracks of them were not found is the listener's business."""

    list_display = (
        "user",
        "state",
        "source",
        "error",
        "size_bytes",
        "attempts",
        "is_current",
        "uploaded_at",
        "ended_at",
    )
    list_select_related = ("user",)
    list_filter = ("state", "source", "error")
    search_fields = ("user__username__exact",)
    ordering = ("-pk",)
    fields = (
        "user",
        "state",
        "source",
        "kind",
        "error",
        "counts",
        "size_bytes",
        "read_bytes",
        "keep_readable",
        "is_current",
        "attempts",
        "uploaded_at",
        "worked_at",
        "ended_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        """Leave what is not shown in the database: for some, thousands of tracks."""
        return super().get_queryset(request).defer("unmatched")
