"""How accounts look in the admin.

The app above registers this with its own actions: accounts knows nothing of taste.
"""

from typing import ClassVar

from allauth.socialaccount import admin as social_admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.utils.translation import gettext_lazy as _

from accounts.models import User

# Their apps and tokens are not used, and a link must not go without the listening it brought.
for model in (social_admin.SocialAccount, social_admin.SocialApp, social_admin.SocialToken):
    admin.site.unregister(model)


class AccountAdmin(UserAdmin[User]):
    """Django's own, with where an account came from and whether it may be found."""

    list_display = (
        "username",
        "email",
        "origin",
        "is_discoverable",
        "is_active",
        "is_staff",
        "date_joined",
    )
    list_filter = ("origin", "is_discoverable", "is_active", "is_staff")
    # Prefixes and whole addresses: a database can answer these from an index.
    search_fields = ("username__startswith", "email__exact")
    search_help_text = _("The beginning of a user name, or a whole e-mail address.")
    show_full_result_count = False
    readonly_fields = ("origin", "last_login", "date_joined")
    fieldsets: ClassVar = (
        *(UserAdmin.fieldsets or ()),
        (_("Listener"), {"fields": ("origin", "is_discoverable")}),
    )
