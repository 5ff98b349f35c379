"""Cards of two listeners: one's own, and any by its token."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import SignedInToChange
from accounts.sharing import Card
from recommendations.api.schema import TOKEN_IN_PATH
from recommendations.api.views.asker import asker
from recommendations.api.views.listeners import ListenerSerializer
from recommendations.cards.words import build_card_words
from recommendations.services.cards import load_cards, make_card, open_card, remove_card

# Chosen by us: beyond every user id of a database.
_MAX_ID = 2**63 - 1
_CONFLICT = OpenApiResponse(
    description="`not_discoverable`: Make yourself discoverable first: a card shows your name. Or "
    "`not_enough_listening`, or `too_many` cards already."
)


class NewCardSerializer(serializers.Serializer[Any]):
    """With whom."""

    user_id = serializers.IntegerField(min_value=1, max_value=_MAX_ID)


class CardSerializer(serializers.ModelSerializer[Card]):
    """A card with the addresses of its page and its picture."""

    maker = ListenerSerializer()
    sibling = ListenerSerializer()
    address = serializers.SerializerMethodField()
    picture = serializers.SerializerMethodField()

    class Meta:
        """All that a card is, but for what it says."""

        model = Card
        fields = ["id", "maker", "sibling", "token", "language", "made_at", "address", "picture"]
        read_only_fields = fields

    def get_address(self, card: Card) -> str:
        """Return the whole address of the page."""
        return self._address("recommendations:card", card)

    def get_picture(self, card: Card) -> str:
        """Return the whole address of the PNG."""
        return self._address("recommendations:card_picture", card)

    def _address(self, name: str, card: Card) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(reverse(name, args=[card.token]))


class ShownCardSerializer(CardSerializer):
    """A card with what it says just now."""

    percent = serializers.FloatField()
    description = serializers.CharField(help_text="All that the picture says, in its language.")

    class Meta(CardSerializer.Meta):
        """The card's fields and two more."""

        fields = [*CardSerializer.Meta.fields, "percent", "description"]
        read_only_fields = fields

    def to_representation(self, instance: Card) -> dict[str, Any]:
        """Add what is not kept with the card."""
        shown = CardSerializer(instance, context=self.context).data
        return {**shown, **self.context["said"]}


class CardsView(APIView):
    """The cards that show me."""

    permission_classes = [IsAuthenticated, SignedInToChange]

    @extend_schema(operation_id="cards", tags=["me"], responses=CardSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the cards that show me, of my making or another's, the latest first."""
        cards = load_cards(asker(request))
        return Response(CardSerializer(cards, many=True, context={"request": request}).data)

    @extend_schema(
        operation_id="cards_create",
        tags=["me"],
        request=NewCardSerializer,
        responses={
            201: CardSerializer,
            404: OpenApiResponse(description="No such listener."),
            409: _CONFLICT,
        },
    )
    def post(self, request: Request) -> Response:
        """Make a card of me and a discoverable listener, or return the one that there is.

        Whoever has its address sees it: both names, how alike we are, up to four shared artists and
        what sounds most alike. Its words are in the language of this request.
        """
        new = NewCardSerializer(data=request.data)
        new.is_valid(raise_exception=True)
        language = get_language() or "en"
        card = make_card(asker(request), new.validated_data["user_id"], language=language)
        answer = CardSerializer(card, context={"request": request})
        return Response(answer.data, status=status.HTTP_201_CREATED)


class OwnCardView(APIView):
    """A card that shows me."""

    @extend_schema(operation_id="card_delete", tags=["me"], responses={204: None})
    def delete(self, request: Request, card_id: int) -> Response:
        """Remove a card that shows me, whoever made it."""
        if not remove_card(asker(request), card_id):
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


class CardView(APIView):
    """Any card, by its token."""

    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="card",
        tags=["listeners"],
        parameters=[TOKEN_IN_PATH],
        responses=ShownCardSerializer,
    )
    def get(self, request: Request, token: str) -> Response:
        """Show what a card says just now; what is gone is 404 as what never was."""
        card, pair = open_card(token)
        with translation.override(card.language):
            description = build_card_words(card.maker, pair).description
        said = {"percent": pair.percent, "description": description}
        context = {"request": request, "said": said}
        return Response(ShownCardSerializer(card, context=context).data)
