"""The site's addresses."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from accounts.too_often import answer_too_often
from recommendations.admin.site_state import site_state

admin.site.site_header = admin.site.site_title = _("metarec administration")
# By the site's own page, which counts wrong passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/state/", admin.site.admin_view(site_state), name="site_state"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("recommendations.api.urls")),
    path("", include("recommendations.urls")),
]

handler429 = answer_too_often  # allauth calls it
handler500 = "metarec.server_errors.answer_server_error"
