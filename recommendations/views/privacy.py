"""What the site reads, keeps and shows, and on which terms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.consent import CONSENT_LASTS, KEPT_WITHOUT_CONSENT
from accounts.music_services import services_on


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say it before anybody signs in."""
    context = {
        "services": services_on(),
        "kept_days": KEPT_WITHOUT_CONSENT.days,
        "consent_days": CONSENT_LASTS.days,
    }
    return render(request, "recommendations/privacy.html", context)
