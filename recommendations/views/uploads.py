"""Bringing listening as files: the form, each upload's progress and report, the own export."""

from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api.throttles import UploadThrottle
from recommendations.models import Upload
from recommendations.services.first_steps import is_newcomer
from recommendations.services.upload_report import write_unmatched
from recommendations.services.uploads import (
    MAX_FILES,
    UPLOADS_RETRY_AFTER_S,
    Kept,
    TooManyUploads,
    UploadNotFound,
    decide_upload,
    keep_uploads,
    load_upload,
    load_uploads,
    remove_upload,
)
from recommendations.sources.faults import FaultyFile
from recommendations.tasks import enqueue_import, enqueue_recompute
from recommendations.upload_handler import is_over_limit
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import count_request

UPLOADS_PER_PAGE = 20


class _Refused(Exception):  # noqa: N818 - the name says what it is
    """Nothing was kept; the text says why."""

    def __init__(self, text: str, status: HTTPStatus, wait_s: int | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.wait_s = wait_s


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: SignedInRequest) -> HttpResponse:
    """Take files of listening, and list those brought before."""
    if request.method != "POST":
        return _show_form(request)
    try:
        kept = _keep(request)
    except _Refused as error:
        response = _show_form(request, error=str(error), status=error.status)
        if error.wait_s is not None:
            response["Retry-After"] = str(error.wait_s)
        return response
    for one in kept:
        if not one.is_new:
            text = _("You brought %(name)s before; it adds nothing.")
            messages.info(request, text % {"name": one.upload.file_name})
    if len(kept) == 1:
        return redirect("recommendations:upload", kept[0].upload.pk)
    return redirect("recommendations:uploads")


def _keep(request: SignedInRequest) -> list[Kept]:
    # Counted whatever becomes of the files: to find a fault in them is work, too.
    wait_s = count_request(request, [UploadThrottle])
    if wait_s is not None:
        text = _("You have brought files very often within an hour. Nothing was kept; come later.")
        raise _Refused(text, HTTPStatus.TOO_MANY_REQUESTS, wait_s)
    files = cast("list[TemporaryUploadedFile]", request.FILES.getlist("files"))
    if is_over_limit(request):
        limit = number_format(settings.UPLOAD_MAX_BYTES // 1024**2)
        text = _("That is more than %(limit)s MiB, the most that this site takes at once.")
        raise _Refused(text % {"limit": limit}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not files:
        raise _Refused(_("Choose a file first."), HTTPStatus.BAD_REQUEST)
    if len(files) > MAX_FILES:
        text = ngettext(
            "At most %(count)d file at once.", "At most %(count)d files at once.", MAX_FILES
        )
        raise _Refused(text % {"count": MAX_FILES}, HTTPStatus.BAD_REQUEST)
    try:
        kept = keep_uploads(request.user, files, timezone.now())
    except TooManyUploads as error:
        text = _("You have brought much already. Wait until it is imported, then bring more.")
        raise _Refused(text, HTTPStatus.TOO_MANY_REQUESTS, UPLOADS_RETRY_AFTER_S) from error
    except FaultyFile as error:
        raise _Refused(str(error.note), HTTPStatus.BAD_REQUEST) from error
    for one in kept:
        enqueue_import(one.upload.pk)
    return kept


def _show_form(
    request: SignedInRequest, *, error: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    paginator = Paginator(load_uploads(request.user), UPLOADS_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", "1"))
    except InvalidPage as invalid:
        raise Http404(_("There is no such page of your uploads.")) from invalid
    context = {
        "page": page,
        "error": error,
        "limit_mib": settings.UPLOAD_MAX_BYTES // 1024**2,
        "is_newcomer": is_newcomer(request.user),
    }
    return render(request, "recommendations/uploads.html", context, status=status)


@login_required
@never_cache
@require_safe
def upload(request: SignedInRequest, upload_id: int) -> HttpResponse:
    """Show how far an upload is, or its report."""
    context = {"upload": _load(request, upload_id), "is_newcomer": is_newcomer(request.user)}
    return render(request, "recommendations/upload.html", context)


@login_required
@never_cache
@require_safe
def upload_progress(request: SignedInRequest, upload_id: int) -> HttpResponse:
    """Answer the progress alone, for htmx; once there is more to see, ask for the whole page."""
    shown = _load(request, upload_id)
    response = render(request, "recommendations/_upload_progress.html", {"upload": shown})
    if shown.state not in {Upload.State.WAITING, Upload.State.RUNNING}:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def decide(request: SignedInRequest, upload_id: int) -> HttpResponse:
    """Keep what could be read of a damaged upload if ``keep=yes`` was sent, else discard it."""
    shown = _load(request, upload_id)
    if decide_upload(shown, keep=request.POST.get("keep") == "yes", now=timezone.now()):
        enqueue_import(shown.pk)
    return redirect("recommendations:upload", shown.pk)


@login_required
@require_POST
def remove(request: SignedInRequest, upload_id: int) -> HttpResponse:
    """Remove an upload with what it brought."""
    shown = _load(request, upload_id)
    remove_upload(shown)
    enqueue_recompute(request.user.pk)
    text = _("%(name)s is removed, and the lists that came with it.")
    if not shown.is_current:
        text = _("%(name)s is removed. No list came with it.")
    messages.success(request, text % {"name": shown.file_name})
    return redirect("recommendations:uploads")


@login_required
@never_cache
@require_safe
def unmatched(request: SignedInRequest, upload_id: int) -> HttpResponse:
    """Answer the tracks that were not found, as CSV."""
    shown = _load(request, upload_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="metarec-not-found-{shown.pk}.csv"'
    write_unmatched(response, shown)
    return response


def _load(request: SignedInRequest, upload_id: int) -> Upload:
    try:
        return load_upload(request.user, upload_id)
    except UploadNotFound as error:
        raise Http404(_("There is no such upload.")) from error
