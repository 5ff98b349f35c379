"""Addresses of the REST API, below ``/api/``."""

from django.urls import include, path, re_path
from django.urls.resolvers import URLPattern, URLResolver

from recommendations.api.views.cards import CardsView, CardView, OwnCardView
from recommendations.api.views.clusters import (
    ClusterListenersView,
    ClustersView,
    ClusterTracksView,
    ClusterView,
)
from recommendations.api.views.compare import CompareByLinkView, CompareView
from recommendations.api.views.compare_links import CompareLinksView, CompareLinkView
from recommendations.api.views.connections import ConnectionsView, ConnectionView
from recommendations.api.views.docs import DocsView, SchemaView
from recommendations.api.views.exclusions import ExclusionsView, ExclusionView
from recommendations.api.views.export import ExportView
from recommendations.api.views.facets import FacetsView
from recommendations.api.views.hear_next import HearNextView
from recommendations.api.views.listeners import ListenerView
from recommendations.api.views.me import MeView
from recommendations.api.views.profile import ProfileView
from recommendations.api.views.search import SearchView
from recommendations.api.views.shared_playlist import (
    FriendsPlaylistFileView,
    FriendsPlaylistView,
    SharedPlaylistFileView,
    SharedPlaylistView,
)
from recommendations.api.views.similar_users import SimilarUsersView, SimilarUserView
from recommendations.api.views.similar_users_by_artists import SimilarUsersByArtistsView
from recommendations.api.views.sound_map import SoundMapView
from recommendations.api.views.spotify_playlists import (
    MakeFriendsSpotifyPlaylistView,
    MakeSpotifyPlaylistView,
    SpotifyPlaylistView,
)
from recommendations.api.views.syncs import SyncsView
from recommendations.api.views.top_lists import TopArtistsView, TopTracksView
from recommendations.api.views.tracks import TrackView
from recommendations.api.views.unknown_address import UnknownAddressView
from recommendations.api.views.unseen_listeners import UnseenListenersView, UnseenListenerView
from recommendations.api.views.uploads import UploadsView, UploadView
from recommendations.api.views.webhooks import DeliveriesView, WebhooksView, WebhookView

app_name = "api"

v1_urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("auth/", include("accounts.api.urls")),
    path("me/", MeView.as_view(), name="me"),
    path("me/top-tracks/", TopTracksView.as_view(), name="top_tracks"),
    path("me/top-artists/", TopArtistsView.as_view(), name="top_artists"),
    path("me/profile/", ProfileView.as_view(), name="profile"),
    path("me/exclusions/", ExclusionsView.as_view(), name="exclusions"),
    path("me/exclusions/<int:exclusion_id>/", ExclusionView.as_view(), name="exclusion"),
    path("me/export/", ExportView.as_view(), name="export"),
    path("me/facets/", FacetsView.as_view(), name="facets"),
    path("me/syncs/", SyncsView.as_view(), name="syncs"),
    path("me/webhooks/", WebhooksView.as_view(), name="webhooks"),
    path("me/webhooks/<int:webhook_id>/", WebhookView.as_view(), name="webhook"),
    path("me/webhooks/<int:webhook_id>/deliveries/", DeliveriesView.as_view(), name="deliveries"),
    path("me/connections/", ConnectionsView.as_view(), name="connections"),
    path("me/connections/<slug:service>/", ConnectionView.as_view(), name="connection"),
    path("me/uploads/", UploadsView.as_view(), name="uploads"),
    path("me/uploads/<int:upload_id>/", UploadView.as_view(), name="upload"),
    path("me/unseen-listeners/", UnseenListenersView.as_view(), name="unseen_listeners"),
    path(
        "me/unseen-listeners/<int:user_id>/", UnseenListenerView.as_view(), name="unseen_listener"
    ),
    path("me/similar-users/", SimilarUsersView.as_view(), name="similar_users"),
    path("me/similar-users/<int:user_id>/", SimilarUserView.as_view(), name="similar_user"),
    path("me/cards/", CardsView.as_view(), name="cards"),
    path("me/cards/<int:card_id>/", OwnCardView.as_view(), name="own_card"),
    path("cards/<str:token>/", CardView.as_view(), name="card"),
    path("me/compare-links/", CompareLinksView.as_view(), name="compare_links"),
    path("me/compare-links/<int:link_id>/", CompareLinkView.as_view(), name="compare_link"),
    path("compare/", CompareView.as_view(), name="compare"),
    path("compare/with/<str:token>/", CompareByLinkView.as_view(), name="compare_by_link"),
    path(
        "compare/with/<str:token>/playlist/",
        FriendsPlaylistView.as_view(),
        name="friends_playlist",
    ),
    path(
        "compare/with/<str:token>/playlist/file/",
        FriendsPlaylistFileView.as_view(),
        name="friends_playlist_file",
    ),
    path(
        "compare/with/<str:token>/playlist/spotify/",
        MakeFriendsSpotifyPlaylistView.as_view(),
        name="make_friends_spotify_playlist",
    ),
    path("me/hear-next/", HearNextView.as_view(), name="hear_next"),
    path(
        "me/shared-playlists/<int:user_id>/", SharedPlaylistView.as_view(), name="shared_playlist"
    ),
    path(
        "me/shared-playlists/<int:user_id>/file/",
        SharedPlaylistFileView.as_view(),
        name="shared_playlist_file",
    ),
    path(
        "me/shared-playlists/<int:user_id>/spotify/",
        MakeSpotifyPlaylistView.as_view(),
        name="make_spotify_playlist",
    ),
    path(
        "me/spotify-playlists/<int:playlist_id>/",
        SpotifyPlaylistView.as_view(),
        name="spotify_playlist",
    ),
    path("similar-users/", SimilarUsersByArtistsView.as_view(), name="similar_users_by_artists"),
    path("search/", SearchView.as_view(), name="search"),
    path("tracks/<int:track_id>/", TrackView.as_view(), name="track"),
    path("clusters/", ClustersView.as_view(), name="clusters"),
    path("clusters/<slug:kind>/<int:number>/", ClusterView.as_view(), name="cluster"),
    path(
        "clusters/<slug:kind>/<int:number>/listeners/",
        ClusterListenersView.as_view(),
        name="cluster_listeners",
    ),
    path(
        "clusters/<slug:kind>/<int:number>/tracks/",
        ClusterTracksView.as_view(),
        name="cluster_tracks",
    ),
    path("map/", SoundMapView.as_view(), name="sound_map"),
    path("listeners/<int:user_id>/", ListenerView.as_view(), name="listener"),
]

urlpatterns = [
    path("v1/", include(v1_urlpatterns)),
    re_path("", UnknownAddressView.as_view(), name="unknown_address"),
]
