"""Clusters of listeners and of tracks."""

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from recommendations.models import Clustering
from recommendations.services.clusters import (
    ClusterNotFound,
    load_members,
    load_named_cluster,
    load_named_clusters,
    load_tracks,
)

# Chosen by us: some screens of names, or of tracks.
MEMBERS_PER_PAGE = 50


@require_safe
def clusters(request: HttpRequest) -> HttpResponse:
    """Show all clusters with their names and sizes."""
    context = {"clusters": load_named_clusters(request.user)}
    return render(request, "recommendations/clusters.html", context)


@require_safe
def cluster(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """List the members of a cluster whom everybody may see, page by page."""
    try:
        named = load_named_cluster(request.user, kind, number)
    except ClusterNotFound as error:
        raise Http404(_("There is no such cluster.")) from error
    is_of_tracks = named.kind == Clustering.Kind.TRACKS
    members = load_tracks(named) if is_of_tracks else load_members(request.user, named)
    try:
        page = Paginator(members, MEMBERS_PER_PAGE).page(request.GET.get("page", "1"))
    except InvalidPage as error:
        raise Http404(_("There is no such page of this cluster.")) from error
    context = {"cluster": named, "page": page}
    return render(request, "recommendations/cluster.html", context)
