"""What the pages of comparisons ask for."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.sharing import CompareLink
from recommendations.services.listeners import (
    ListenerNotVisible,
    load_visible_listener_by_name,
)

_NAME_LENGTH = 150  # of Django's user names


class ListenerNameField(forms.CharField):
    """A user name of somebody whom the viewer may see; its value is the account."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        widget = forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})
        super().__init__(max_length=_NAME_LENGTH, strip=False, widget=widget, **options)
        self.viewer: User | None = None

    def clean(self, value: object) -> User | None:
        """Return the listener; who is hidden cannot be told from who does not exist."""
        username: str = super().clean(value)
        if not username or self.viewer is None:
            return self.viewer
        try:
            return load_visible_listener_by_name(self.viewer, username)
        except ListenerNotVisible as error:
            raise ValidationError(_("There is no such listener to see.")) from error


class CompareForm(forms.Form):
    """Names two listeners, the first being the viewer when not given."""

    of = ListenerNameField(label=_("User name"), required=False)

    def __init__(self, viewer: User, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own signature
        super().__init__(*args, **kwargs)
        self.fields["with"] = ListenerNameField(label=_("And whom to compare them with"))
        for field in self.fields.values():
            cast("ListenerNameField", field).viewer = viewer
        self.fields["of"].widget.attrs["placeholder"] = viewer.username

    def clean(self) -> dict[str, Any]:
        """Refuse one and the same listener twice."""
        named = self.cleaned_data
        if "of" in named and "with" in named and named["of"] == named["with"]:
            raise ValidationError(_("Name two different listeners."))
        return named


class CompareLinkForm(forms.Form):
    """Names a link, for its maker to know it by."""

    name = forms.CharField(
        label=_("Whom it is for"),
        max_length=CompareLink._meta.get_field("name").max_length,  # noqa: SLF001 - Django's own way
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
