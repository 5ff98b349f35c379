"""How allauth makes accounts on this site."""

import re

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User

# Those of Django's own user names without @.
_LETTERS = re.compile(r"[\w.+-]+")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's ways, with user names as Django's own forms write them."""

    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002
        """Return the name with letters that only look different made the same (NFKC).

        It must not look like an e-mail address, by which somebody else may sign in.
        """
        name = User.normalize_username(username)
        if not _LETTERS.fullmatch(name):
            raise ValidationError(_("A user name has only letters, digits and . + - _"))
        cleaned: str = super().clean_username(name, shallow=shallow)
        return cleaned
