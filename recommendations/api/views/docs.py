"""The schema, and Swagger UI over it, with files from this site only."""

from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI schema, as JSON; the same for everybody."""

    authentication_classes = []
    permission_classes = [AllowAny]


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI; signed-in visitors try endpoints with their session."""

    authentication_classes = []
    permission_classes = [AllowAny]
    url_name = "api:schema"
