"""What the page of similar users is asked for in its address."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from recommendations.cursors import NoCursor, read_cursor
from recommendations.models import TimeRange
from recommendations.services.filtered_users import Filters
from recommendations.services.pairs import Place
from recommendations.taste.clusters import MOST_CLUSTERS
from recommendations.taste.facets import MOST_FACETS

NO_SUCH_FACET = _("Your taste has no facet of that number.")
NO_SUCH_CLUSTER = _("There is no cluster of listeners of that number.")


class SimilarUsersForm(forms.Form):
    """Filters of the similar users, and where their list goes on; nothing is required."""

    time_range = forms.ChoiceField(
        label=_("Compare with"),
        choices=[("", _("everything that I play")), *TimeRange.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the spans of time in the list.")},
    )
    facet = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_FACETS,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_SUCH_FACET),
    )
    shared_artist = forms.ChoiceField(
        label=_("At least one shared artist"),
        choices=[("true", ""), ("false", "")],
        required=False,
        error_messages={
            "invalid_choice": _("“At least one shared artist” can only be true or false.")
        },
    )
    cluster = forms.IntegerField(
        label=_("Cluster"),
        required=False,
        min_value=1,
        max_value=MOST_CLUSTERS,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), NO_SUCH_CLUSTER),
    )
    cursor = forms.CharField(required=False)

    def clean_cursor(self) -> Place | None:
        """Return the place to go on from, None for the beginning of the list."""
        cursor: str = self.cleaned_data["cursor"]
        try:
            return read_cursor(cursor) if cursor else None
        except NoCursor as error:
            raise ValidationError(
                _("This address does not lead on from any list. Begin with the nearest listeners.")
            ) from error

    def clean(self) -> None:
        """Refuse a span and a facet at once: facets are those of everything that is played."""
        if self.cleaned_data.get("time_range") and self.cleaned_data.get("facet"):
            raise ValidationError(_("Choose a span of time or a facet, not both."))

    @property
    def filters(self) -> Filters:
        """What a valid form asks for."""
        time_range = self.cleaned_data["time_range"]
        return Filters(
            time_range=TimeRange(time_range) if time_range else None,
            facet=self.cleaned_data["facet"],
            shares_artist=self.cleaned_data["shared_artist"] == "true",
            cluster=self.cleaned_data["cluster"],
        )
