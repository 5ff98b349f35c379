"""What sets a cluster apart, in plain words, for templates."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext

from recommendations.models import Clustering
from recommendations.services.clusters import NamedCluster

register = template.Library()

# What is said of a cluster whose members have more of a feature than others, and less.
_WORDS = {
    "danceability": (gettext_lazy("danceable"), gettext_lazy("not for dancing")),
    "energy": (gettext_lazy("energetic"), gettext_lazy("calm")),
    "loudness_db": (gettext_lazy("loud"), gettext_lazy("quiet")),
    "valence": (gettext_lazy("cheerful"), gettext_lazy("melancholic")),
    "tempo_bpm": (gettext_lazy("fast"), gettext_lazy("slow")),
    "speechiness": (gettext_lazy("much spoken"), gettext_lazy("little spoken")),
    "acousticness": (gettext_lazy("acoustic"), gettext_lazy("electric")),
    "instrumentalness": (gettext_lazy("without singing"), gettext_lazy("much singing")),
    "liveness": (gettext_lazy("live"), gettext_lazy("from the studio")),
}
_KINDS = {
    Clustering.Kind.SOUND: gettext_lazy("Listeners by sound"),
    Clustering.Kind.MAP: gettext_lazy("Listeners by their place on the map"),
    Clustering.Kind.TRACKS: gettext_lazy("Tracks by sound"),
}


@register.filter
def kind_name(kind: Clustering.Kind) -> str:
    """Word what lies together in a kind of cluster, and by what."""
    return str(_KINDS[kind])


@register.filter
def sound_name(cluster: NamedCluster) -> str:
    """Say in a few words how a cluster sounds beside all others."""
    words = [
        str(_WORDS[feature.name][0 if feature.deviations > 0 else 1])
        for feature in cluster.features
    ]
    if not words:
        return gettext("In the middle")
    if len(words) == 1:
        return capfirst(words[0])
    return capfirst(gettext("%(first)s, %(second)s") % {"first": words[0], "second": words[1]})


@register.filter
def size(cluster: NamedCluster) -> str:
    """Say how many there are to see in a cluster."""
    count = cluster.member_count
    if cluster.kind == Clustering.Kind.TRACKS:
        return ngettext("%(count)d track", "%(count)d tracks", count) % {"count": count}
    return ngettext("%(count)d listener", "%(count)d listeners", count) % {"count": count}
