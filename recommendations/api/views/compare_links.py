"""The asker's links by which friends compare themselves with them."""

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import SignedInToChange
from accounts.sharing import CompareLink
from recommendations.api.fields import StrictTextField
from recommendations.api.schema import TOO_MANY
from recommendations.api.views.asker import asker
from recommendations.services.compare_links import (
    load_compare_links,
    make_compare_link,
    revoke_compare_link,
)


class CompareLinkSerializer(serializers.ModelSerializer[CompareLink]):
    """A link; whoever has its address and is signed in compares themselves with me."""

    name = StrictTextField(max_length=60, help_text="Whom it is for.")
    address = serializers.SerializerMethodField(help_text="The page to send to a friend.")

    class Meta:
        """What its maker sees."""

        model = CompareLink
        fields = ["id", "name", "token", "address", "made_at", "last_used_at"]
        read_only_fields = ["id", "token", "made_at", "last_used_at"]

    def get_address(self, link: CompareLink) -> str:
        """Return the page's whole address."""
        request: Request = self.context["request"]
        page = reverse("recommendations:compare_by_link", args=[link.token])
        return request.build_absolute_uri(page)


class CompareLinksView(APIView):
    """My links."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(
        operation_id="compare_links", tags=["me"], responses=CompareLinkSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List my links that work, the latest first; at most 20."""
        links = load_compare_links(asker(request))
        context = {"request": request}
        return Response(CompareLinkSerializer(links, many=True, context=context).data)

    @extend_schema(
        operation_id="compare_links_create",
        tags=["me"],
        request=CompareLinkSerializer,
        responses={201: CompareLinkSerializer, 409: TOO_MANY},
    )
    def post(self, request: Request) -> Response:
        """Make a link that compares me with whoever has it, even while I am not discoverable.

        It shows my user name, all that both have, the average sound of my tracks and six artists
        that weigh most with me and that they lack.
        """
        new = CompareLinkSerializer(data=request.data, context={"request": request})
        new.is_valid(raise_exception=True)
        link = make_compare_link(asker(request), new.validated_data["name"])
        answer = CompareLinkSerializer(link, context={"request": request})
        return Response(answer.data, status=status.HTTP_201_CREATED)


class CompareLinkView(APIView):
    """One link of mine."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(operation_id="compare_link_delete", tags=["me"], responses={204: None})
    def delete(self, request: Request, link_id: int) -> Response:
        """End a link; nobody sees anything by it from now on."""
        if not revoke_compare_link(asker(request), link_id):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
