"""Addresses of the pages."""

from django.urls import path

from recommendations.views.cards import card, card_picture, cards
from recommendations.views.cards import make as make_card
from recommendations.views.cards import remove as remove_shown_card
from recommendations.views.clusters import cluster, clusters
from recommendations.views.compare import (
    compare,
    compare_by_link,
    compare_links,
    revoke_link,
)
from recommendations.views.connections import connect, connections, disconnect
from recommendations.views.exclusions import exclusions, remove_exclusion
from recommendations.views.facets import facets
from recommendations.views.hear_next import hear_next
from recommendations.views.home import home
from recommendations.views.listener import listener
from recommendations.views.my_data import delete_account, discoverable, export, my_data
from recommendations.views.privacy import privacy
from recommendations.views.search import search
from recommendations.views.shared_playlist import (
    friends_playlist,
    friends_playlist_file,
    shared_playlist,
    shared_playlist_file,
)
from recommendations.views.similar_users import similar_users
from recommendations.views.sound_map import sound_map
from recommendations.views.spotify_playlists import (
    make_friends_spotify_playlist,
    make_spotify_playlist,
    spotify_playlist,
)
from recommendations.views.syncs import sync
from recommendations.views.tokens import revoke, tokens
from recommendations.views.top_lists import top_artists, top_tracks
from recommendations.views.track import track
from recommendations.views.try_it import try_it
from recommendations.views.unseen_listeners import hide, show
from recommendations.views.uploads import (
    decide,
    remove,
    unmatched,
    upload,
    upload_progress,
    uploads,
)
from recommendations.views.webhooks import remove as remove_webhook
from recommendations.views.webhooks import switch as switch_webhook
from recommendations.views.webhooks import webhook, webhooks

app_name = "recommendations"

urlpatterns = [
    path("", home, name="home"),
    path("try/", try_it, name="try_it"),
    path("top-tracks/", top_tracks, name="top_tracks"),
    path("top-artists/", top_artists, name="top_artists"),
    path("similar-users/", similar_users, name="similar_users"),
    path("compare/", compare, name="compare"),
    path("compare/links/", compare_links, name="compare_links"),
    path("compare/links/<int:link_id>/end/", revoke_link, name="revoke_compare_link"),
    path("compare/with/<str:token>/", compare_by_link, name="compare_by_link"),
    path("compare/with/<str:token>/playlist/", friends_playlist, name="friends_playlist"),
    path(
        "compare/with/<str:token>/playlist/spotify/",
        make_friends_spotify_playlist,
        name="make_friends_spotify_playlist",
    ),
    path(
        "compare/with/<str:token>/playlist.<slug:extension>",
        friends_playlist_file,
        name="friends_playlist_file",
    ),
    path("cards/", cards, name="cards"),
    path("cards/<int:card_id>/remove/", remove_shown_card, name="remove_card"),
    path("cards/<str:token>/", card, name="card"),
    path("cards/<str:token>/picture.png", card_picture, name="card_picture"),
    path("listeners/<int:user_id>/card/", make_card, name="make_card"),
    path("hear-next/", hear_next, name="hear_next"),
    path("facets/", facets, name="facets"),
    path("search/", search, name="search"),
    path("clusters/", clusters, name="clusters"),
    path("clusters/<slug:kind>/<int:number>/", cluster, name="cluster"),
    path("map/", sound_map, name="sound_map"),
    path("tracks/<int:track_id>/", track, name="track"),
    path("listeners/<int:user_id>/", listener, name="listener"),
    path("listeners/<int:user_id>/hide/", hide, name="hide_listener"),
    path("listeners/<int:user_id>/show/", show, name="show_listener"),
    path("listeners/<int:user_id>/playlist/", shared_playlist, name="shared_playlist"),
    path(
        "listeners/<int:user_id>/playlist.<slug:extension>",
        shared_playlist_file,
        name="shared_playlist_file",
    ),
    path(
        "listeners/<int:user_id>/playlist/spotify/",
        make_spotify_playlist,
        name="make_spotify_playlist",
    ),
    path("spotify-playlists/<int:playlist_id>/", spotify_playlist, name="spotify_playlist"),
    path("connections/", connections, name="connections"),
    path("connections/<slug:service>/connect/", connect, name="connect"),
    path("connections/<slug:service>/disconnect/", disconnect, name="disconnect"),
    path("connections/<slug:service>/sync/", sync, name="sync"),
    path("privacy/", privacy, name="privacy"),
    path("uploads/", uploads, name="uploads"),
    path("uploads/<int:upload_id>/", upload, name="upload"),
    path("uploads/<int:upload_id>/progress/", upload_progress, name="upload_progress"),
    path("uploads/<int:upload_id>/decision/", decide, name="decide_upload"),
    path("uploads/<int:upload_id>/removal/", remove, name="remove_upload"),
    path("uploads/<int:upload_id>/not-found.csv", unmatched, name="unmatched"),
    path("my-data/", my_data, name="my_data"),
    path("my-data/export.zip", export, name="export"),
    path("my-data/discoverable/", discoverable, name="discoverable"),
    path("my-data/tokens/", tokens, name="tokens"),
    path("my-data/tokens/<uuid:token_id>/revocation/", revoke, name="revoke_token"),
    path("my-data/webhooks/", webhooks, name="webhooks"),
    path("my-data/webhooks/<int:webhook_id>/", webhook, name="webhook"),
    path("my-data/webhooks/<int:webhook_id>/switch/", switch_webhook, name="switch_webhook"),
    path("my-data/webhooks/<int:webhook_id>/removal/", remove_webhook, name="remove_webhook"),
    path("my-data/exclusions/", exclusions, name="exclusions"),
    path(
        "my-data/exclusions/<int:exclusion_id>/removal/",
        remove_exclusion,
        name="remove_exclusion",
    ),
    path("my-data/delete/", delete_account, name="delete_account"),
]
