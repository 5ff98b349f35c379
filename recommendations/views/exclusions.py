"""What the signed-in listener leaves out of their taste: the list, adding to it, taking back."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from recommendations.services.exclusions import (
    LARGEST_ID,
    ExclusionNotFound,
    NothingToExclude,
    TooManyExclusions,
    exclude_artist,
    exclude_track,
    load_exclusions,
    take_back,
)
from recommendations.tasks import enqueue_placing
from recommendations.views.signed_in import SignedInRequest

EXCLUSIONS_PER_PAGE = 50


class _ExcludeForm(forms.Form):
    """Names an artist or a track, as the buttons do."""

    artist = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    track = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)

    def clean(self) -> None:
        """Refuse both and neither."""
        named = [name for name in ("artist", "track") if self.cleaned_data.get(name) is not None]
        if len(named) != 1:
            raise ValidationError("Either an artist or a track.")  # never shown


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exclusions(request: SignedInRequest) -> HttpResponse:
    """List what is left out, page by page; on POST, leave an artist or a track out."""
    if request.method == "POST":
        _exclude(request)
        return redirect(_find_way_back(request))
    paginator = Paginator(load_exclusions(request.user), EXCLUSIONS_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404(_("There is no such page of what you leave out.")) from error
    return render(request, "recommendations/exclusions.html", {"page": page})


@login_required
@require_POST
def remove_exclusion(request: SignedInRequest, exclusion_id: int) -> HttpResponse:
    """Let an artist or a track count again."""
    try:
        take_back(request.user, exclusion_id)
    except ExclusionNotFound as error:
        raise Http404(_("You leave out nothing of the kind.")) from error
    enqueue_placing(request.user.pk)
    messages.success(request, _("It counts again."))
    return redirect(_find_way_back(request))


def _exclude(request: SignedInRequest) -> None:
    form = _ExcludeForm(request.POST)
    if not form.is_valid():
        raise Http404(_("There is no such artist or track."))
    artist_id, track_id = form.cleaned_data["artist"], form.cleaned_data["track"]
    try:
        made = (
            exclude_track(request.user, track_id)
            if artist_id is None
            else exclude_artist(request.user, artist_id)
        )
    except NothingToExclude as error:
        raise Http404(_("There is no such artist or track.")) from error
    except TooManyExclusions:
        text = _("You leave out as much as can be left out. Take something back first.")
        messages.error(request, text)
    else:
        enqueue_placing(request.user.pk)
        text = _("%(name)s is left out of your taste. Under “My data” you can take that back.")
        messages.success(request, text % {"name": made.artist or made.track})


def _find_way_back(request: HttpRequest) -> str:
    """Return the page of this site that the button was on, or the list."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else "recommendations:exclusions"
