"""The forms of signing in and up, in the words of the site's other pages."""

from allauth.account import forms
from django.forms import Form
from django.utils.translation import gettext_lazy as _


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


class SignupForm(forms.SignupForm):  # type: ignore[misc] # allauth has no types
    """Signing up."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name")
        self.fields["email"].label = _("E-mail address (optional)")
        _remove_placeholders(self)


def _remove_placeholders(form: Form) -> None:
    """Leave the fields empty: a placeholder only repeats its label."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
