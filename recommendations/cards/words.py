"""What a card says, in the language in use: on its picture, and to whoever does not see that."""

import math
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from recommendations.cards.card import CardWords
from recommendations.services.similar_users import SimilarUser
from recommendations.templatetags.plain_words import feature_name, percent

# Chosen by us: what there is room for on the picture.
ARTISTS_NAMED = 4
_FEATURES = 3


def build_card_words(maker: User, pair: SimilarUser) -> CardWords:
    """Return what a card of its maker and another listener says, in the language in use."""
    is_made_up = User.Origin.DEMO in {maker.origin, pair.user.origin}
    first, second, site = maker.username, pair.user.username, "metarec"
    closer = _("closer than %(number)s of random pairs") % {"number": percent(pair.percent)}
    footer = _("%(site)s, with made-up listeners") % {"site": site} if is_made_up else site
    artists = tuple(shared.artist.name for shared in pair.shared_artists[:ARTISTS_NAMED])
    sound = tuple(feature_name(feature.name) for feature in pair.features[:_FEATURES])
    artists_title, sound_title = _("Both listen to"), _("Most alike in sound")
    heading = _("%(first)s and %(second)s: %(closer)s.") % {
        "first": first,
        "second": second,
        "closer": closer,
    }
    lists = [_say(artists_title, artists), _say(sound_title, sound)]
    return CardWords(
        first=first,
        second=second,
        closer=closer,
        artists_title=artists_title,
        artists=artists,
        sound_title=sound_title,
        sound=sound,
        footer=footer,
        description=" ".join([heading, *filter(None, lists), footer]),
        apart=0.95 - 0.75 * math.sqrt(min(max(pair.artist_similarity, 0.0), 1.0)),
    )


def _say(title: str, items: Sequence[str]) -> str:
    return f"{title}: {', '.join(items)}." if items else ""
