"""Fits a space to the site's own listeners and catalogue."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from recommendations.taste.artist_map import ArtistMap, fit_artist_map
from recommendations.taste.artists import ArtistFrequencies
from recommendations.taste.build import build_profiles
from recommendations.taste.listening import Float64Array, Listening
from recommendations.taste.moments import Moments
from recommendations.taste.pairs import measure_pairs
from recommendations.taste.profiles import Profiles
from recommendations.taste.sound import build_feature_means, fit_sound, to_sound
from recommendations.taste.space import Space, default_space

ListeningBlocks = Callable[[], Iterable[Listening]]

# Below this many listeners, who goes with whom is mostly chance.
MAP_FROM_LISTENERS = 500
# Chosen by us: fewer tracks or listeners than this give steadier figures when those of the
# default space are kept.
ENOUGH = 50
# Chosen by us: as many listeners as settle a map and a distribution, so that memory is bounded.
_MAP_LISTENERS = 200_000
_PAIR_LISTENERS = 20_000
_SEED = 20


def fit_space(catalogue: Iterable[Float64Array], listening: ListeningBlocks, origin: str) -> Space:
    """Return the space of these tracks and listeners.

    ``catalogue`` yields (m, 14) blocks of raw track features as in ``Listening``; ``listening``
    is called for each pass and returns the same blocks of listeners each time, each listener in
    one block. The same input gives the same space. The map is that of the first 200,000
    listeners, the percents are those of pairs among 20,000 drawn ones, so that memory is bounded.
    Figures that too few tracks or listeners stand behind stay those of the default space. All
    features have to be on one scale already.
    """
    counted = _count(catalogue, listening())
    artist_map = ArtistMap.none()
    if counted.frequencies.listener_count >= MAP_FROM_LISTENERS:
        artist_map = fit_artist_map(counted.artists, counted.frequencies)
    return _finish(counted, counted.frequencies, artist_map, listening(), origin)


def fit_default_space(
    catalogue: Iterable[Float64Array], listening: ListeningBlocks, origin: str
) -> Space:
    """Return a space to ship: like ``fit_space``, but by figures of sound alone.

    It knows no artist, so all artists count alike and there is no map, and its percents are
    measured with just such profiles.
    """
    counted = _count(catalogue, listening())
    return _finish(counted, ArtistFrequencies.none(), ArtistMap.none(), listening(), origin)


@dataclass(frozen=True, eq=False, slots=True)
class _Counted:
    """What one pass over tracks and listeners leaves."""

    tracks: Moments
    listeners: Moments
    listener_count: int
    frequencies: ArtistFrequencies
    artists: Listening


def _count(catalogue: Iterable[Float64Array], blocks: Iterable[Listening]) -> _Counted:
    figures = default_space().sound
    tracks = Moments.about(figures.track_means)
    for features in catalogue:
        tracks = tracks.add(to_sound(features))
    listeners = Moments.about(figures.listener_means)
    listener_count = 0
    frequencies = ArtistFrequencies.none()
    kept: list[Listening] = []
    for block in blocks:
        listeners = listeners.add(build_feature_means(block))
        frequencies = frequencies.add(block)
        if listener_count < _MAP_LISTENERS:
            kept.append(block.artists_only())
        listener_count += len(block)
    artists = Listening.concatenate(kept)
    return _Counted(tracks, listeners, listener_count, frequencies, artists)


def _finish(
    counted: _Counted,
    frequencies: ArtistFrequencies,
    artist_map: ArtistMap,
    blocks: Iterable[Listening],
    origin: str,
) -> Space:
    """Return the space with its percents measured on profiles computed in it."""
    default = default_space()
    space = Space(
        origin=origin,
        listener_count=counted.listener_count,
        track_count=counted.tracks.count,
        sound=fit_sound(counted.tracks, counted.listeners, default.sound, ENOUGH),
        frequencies=frequencies,
        artist_map=artist_map,
        seed_percents=default.seed_percents,
        hybrid_percents=default.hybrid_percents,
        scales=default.scales,
    )
    profiles = _draw_profiles(blocks, space)
    if len(profiles) < ENOUGH:
        return space
    seed, hybrid = measure_pairs(profiles)
    return replace(space, seed_percents=seed, hybrid_percents=hybrid)


def _draw_profiles(blocks: Iterable[Listening], space: Space) -> Profiles:
    """Return the profiles of at most ``_PAIR_LISTENERS``, drawn evenly and always the same."""
    random = np.random.default_rng(_SEED)
    drawn, lots = Profiles.empty(), np.empty(0)
    for block in blocks:
        profiles = build_profiles(block, space)
        lots = np.concatenate([lots, random.random(len(profiles))])
        drawn = Profiles.concatenate([drawn, profiles])
        if len(drawn) > _PAIR_LISTENERS:
            winners = np.sort(np.argpartition(lots, _PAIR_LISTENERS)[:_PAIR_LISTENERS])
            drawn, lots = drawn.take(winners), lots[winners]
    return drawn
