"""What the pages ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.api.tokens import DEFAULT_DAYS, MAX_DAYS
from accounts.models import User, Webhook
from accounts.webhooks.addresses import MAX_URL_LENGTH


class DeleteAccountForm(forms.Form):
    """Asks once more before an account is deleted: for the password, or else for the name.

    Who signs in by a music service has no password to ask for.
    """

    username = forms.CharField(
        label=_("Your user name, to show that you mean it"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  # Django's own signature
        self.user = user
        super().__init__(*args, **kwargs)
        del self.fields["username" if user.has_usable_password() else "password"]

    def clean_username(self) -> str:
        """Return the user name if it is the listener's."""
        username: str = self.cleaned_data["username"]
        if username != self.user.username:
            raise ValidationError(_("That is not your user name. Nothing was deleted."))
        return username

    def clean_password(self) -> str:
        """Return the password if it is the listener's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("That is not your password. Nothing was deleted."))
        return password


class TokenForm(forms.Form):
    """What a personal token is made of."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("By which you know it again, such as the program it is for."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=MAX_DAYS, initial=DEFAULT_DAYS
    )


class WebhookForm(forms.Form):
    """What is told, and where."""

    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_URL_LENGTH,
        help_text=_("Begins with https:// and is on the internet."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What it is told of"),
        choices=Webhook.Event.choices,
        initial=Webhook.Event.values,
        widget=forms.CheckboxSelectMultiple,
    )
