"""The forms of signing in and up and of connecting, in the words of the site's other pages."""

from typing import Any

from allauth.account import forms
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.forms import CharField, Form, PasswordInput, TextInput
from django.utils.translation import gettext_lazy as _

from accounts.listenbrainz import ListenBrainzAway, WrongToken, fetch_token_owner
from accounts.music_services import Service
from accounts.too_often import FAILED_RETRY_AFTER_S, answer_too_often


class LoginForm(forms.LoginForm):  # type: ignore[misc] # allauth has no types
    """Signing in; the page itself says what to do about a forgotten password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail address")
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me signed in")
        # A colon is for what is filled in beside it.
        self.fields["remember"].label_suffix = ""
        _remove_placeholders(self)

    def clean(self) -> dict[str, Any]:
        """Try the login; after too many failures that is answered in place of the form."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except ValidationError as error:
            if error.code != "too_many_login_attempts":
                raise
            response = answer_too_often(self.request, FAILED_RETRY_AFTER_S)
            raise ImmediateHttpResponse(response) from error
        return cleaned


class SignupForm(forms.SignupForm):  # type: ignore[misc] # allauth has no types
    """Signing up."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        _remove_placeholders(self)


def _remove_placeholders(form: Form) -> None:
    """Leave the fields empty: a placeholder only repeats its label."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class ConnectByNameForm(Form):
    """The name of an account at a service that shows everybody what is listened to."""

    name = CharField(
        # Longer than any name there; the column holds 200.
        max_length=100,
        widget=TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )

    def __init__(self, service: Service, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Your name at %(service)s") % {"service": service.label}


class ConnectListenBrainzForm(ConnectByNameForm):
    """The same, or instead of it the token that proves the account."""

    token = CharField(
        label=_("User token (proves that the account is yours)"),
        help_text=_(
            "It stands in the settings of your ListenBrainz profile. It is used once, to ask "
            "whose it is, and not kept. You may leave it out."
        ),
        max_length=200,
        required=False,
        widget=PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, service: Service, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(service, *args, **kwargs)
        self.fields["name"].required = False
        self.owner: str | None = None

    def clean(self) -> dict[str, Any]:
        """Fill the name in from the token, if there is one."""
        values: dict[str, Any] = super().clean() or {}
        name, token = values.get("name", ""), values.get("token", "")
        if token:
            self.owner = self._find_owner(token)
            if name and name.lower() != self.owner.lower():
                raise ValidationError(
                    _("This token belongs to another account than the name. Nothing was changed.")
                )
            values["name"] = self.owner
        elif not name and not self.errors:
            raise ValidationError(_("Enter your name, your user token, or both."))
        return values

    @staticmethod
    def _find_owner(token: str) -> str:
        try:
            return fetch_token_owner(token)
        except WrongToken:
            raise ValidationError(
                _("ListenBrainz does not know this user token. Nothing was changed.")
            ) from None
        except ListenBrainzAway:
            raise ValidationError(
                _(
                    "ListenBrainz does not answer just now, so the account cannot be proven. "
                    "Nothing was changed; try again in a while, or go on without the token."
                )
            ) from None
