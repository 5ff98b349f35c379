"""Tokens of the API: who makes a program makes one for it, and ends it here."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api.throttles import TokenThrottle
from accounts.api.tokens import (
    IssuedToken,
    TokenNotFound,
    TooManyTokens,
    issue_personal_token,
    load_tokens,
    revoke_token,
)
from recommendations.views.forms import TokenForm
from recommendations.views.signed_in import SignedInRequest
from recommendations.views.throttle import refuse_too_often


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """List the listener's tokens; on POST, make one and show it this once."""
    is_post = request.method == "POST"
    if is_post and (refusal := refuse_too_often(request, [TokenThrottle])) is not None:
        return refusal
    form = TokenForm(request.POST if is_post else None)
    issued = _issue(request, form) if form.is_valid() else None
    context = {
        # A new form for the next one.
        "form": form if issued is None else TokenForm(),
        "issued": issued,
        "tokens": load_tokens(request.user),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "recommendations/tokens.html", context, status=status)


@login_required
@require_POST
def revoke(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    try:
        token = revoke_token(request.user, token_id)
    except TokenNotFound as error:
        raise Http404(_("There is no such token.")) from error
    if token.name:
        messages.success(request, _("The token %(name)s is revoked.") % {"name": token.name})
    else:
        messages.success(request, _("The token is revoked."))
    return redirect("recommendations:tokens")


def _issue(request: SignedInRequest, form: TokenForm) -> IssuedToken | None:
    try:
        return issue_personal_token(request.user, **form.cleaned_data)
    except TooManyTokens:
        form.add_error(
            None, _("You have as many personal tokens as one may have. Revoke one first.")
        )
        return None
