"""What the export's files are, in the language of whoever reads them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.services.export_files import csv_member, json_member

ABOUT = {
    "account": gettext_lazy("Your account at this site."),
    "email-addresses": gettext_lazy("Your e-mail addresses."),
    "sign-ins": gettext_lazy("Accounts elsewhere by which you sign in."),
    "connections": gettext_lazy("Music services that the site reads for you."),
    "syncs": gettext_lazy("When they were read, and how that went."),
    "spotify-playlists": gettext_lazy("Playlists that this site made for you at Spotify."),
    "uploads": gettext_lazy("Files that you brought, and what became of them."),
    "tracks-not-found": gettext_lazy("Tracks in those files that were not found."),
    "listening": gettext_lazy(
        "Your top tracks and top artists: every row of every list with its rank, its source, what "
        "brought it, and since when it is stored."
    ),
    "left-out": gettext_lazy("What you leave out of your taste."),
    "unseen-listeners": gettext_lazy(
        "Whom you hide or block, as far as they still show themselves to you."
    ),
    "compare-links": gettext_lazy("Your links for friends."),
    "cards": gettext_lazy("Cards that show you, made by you or by another."),
    "api-tokens": gettext_lazy("Your programs' tokens, of which this site keeps only a hash."),
    "webhooks": gettext_lazy("Addresses of yours that the site tells when something happens."),
    "webhook-deliveries": gettext_lazy("What they were told, and how that went."),
    "profile": gettext_lazy("Your taste profile: when and by which figures it was computed."),
    "profile-vectors": gettext_lazy("Its numbers, each with its feature and unit."),
    "profile-artists": gettext_lazy("What each artist counts in it."),
    "clusters": gettext_lazy("The clusters of listeners that you are in."),
    "map-place": gettext_lazy("Your place on the map."),
}


def build_read_me(username: str, names: list[str]) -> str:
    """Return the text that explains the files of these tables."""
    head = _("All that this site keeps of %(name)s.") % {"name": username}
    both = _("Each table is there twice: as JSON for programs and as CSV for spreadsheets.")
    again = _(
        "Upload the zip as it is, here or at another metarec, and your lists with their sources "
        "and what you leave out come back. Whom you hide or block comes back only at the site that "
        "the zip is from. Links, cards, tokens, webhooks and connections do not come back: make "
        "them anew."
    )
    secrets = _("Passwords, tokens and secrets are not in it, so that the file opens nothing.")
    listed = "\n\n".join(
        f"{json_member(name)}\n{csv_member(name)}\n    {ABOUT[name]}" for name in names
    )
    return f"{head}\n\n{both}\n{again}\n{secrets}\n\n{listed}\n"
