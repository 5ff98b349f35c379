"""What stands at every other address below ``/api/``."""

from typing import NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


class UnknownAddressView(APIView):
    """Answer 404 in the API's own shape of errors, whatever the method."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> NoReturn:  # noqa: ARG002
        """Stop before any method is looked for."""
        raise NotFound(_("There is nothing at this address. Addresses end with a slash."))
