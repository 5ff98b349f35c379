"""The site's addresses."""

from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from recommendations.admin.site_state import site_state

admin.site.site_header = admin.site.site_title = _("metarec administration")

urlpatterns = [
    path("admin/state/", admin.site.admin_view(site_state), name="site_state"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/", include("recommendations.api.urls")),
    path("", include("recommendations.urls")),
]

handler500 = "metarec.server_errors.answer_server_error"
