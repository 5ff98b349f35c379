"""How accounts look in the admin.

The app above registers this with its own actions: accounts knows nothing of taste.
"""

from typing import ClassVar

from allauth.socialaccount import admin as social_admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, User

# Their apps and tokens are not used, and a link must not go without the listening it brought.
for model in (social_admin.SocialAccount, social_admin.SocialApp, social_admin.SocialToken):
    admin.site.unregister(model)


class AccountAdmin(UserAdmin[User]):
    """Django's own, with where an account came from and whether it is discoverable."""

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


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin[ApiToken]):
    """To see what is in use, and to end it; nobody makes a token for somebody else."""

    list_display = ("user", "name", "created", "expiry", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__username__startswith",)
    show_full_result_count = False
    fields = readonly_fields = list_display

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - as in Django
        """Leave making tokens to those who use them."""
        return False
