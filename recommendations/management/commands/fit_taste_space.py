"""Fit the taste space to this site's own listeners and catalogue."""

from collections.abc import Iterator
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recommendations.index.base import IndexUnavailable
from recommendations.management.progress import listener_progress
from recommendations.services.fitting import fit_and_index
from recommendations.services.spaces import SpaceChange, SpaceReplaced
from recommendations.taste.fit import MAP_FROM_LISTENERS
from recommendations.taste.schema import SOUND_FEATURES
from recommendations.taste.sound import plain_features
from recommendations.taste.space import Space


class Command(BaseCommand):
    help = (
        "Fits a new taste space on this site's listeners and catalogue, recomputes all profiles "
        "in it, and then switches to it. Until then the old one serves. May be stopped; running "
        "it again starts anew."
    )

    def handle(self, **_options: Any) -> None:  # noqa: ANN401 - Django's
        start = monotonic()
        try:
            with listener_progress() as progress:
                change = fit_and_index(progress)
        except SpaceReplaced as error:
            raise CommandError(
                "Another run of fit_taste_space began meanwhile and goes on instead of this one. "
                "The space in use is unchanged by this run."
            ) from error
        except IndexUnavailable as error:
            raise CommandError(
                f"{error} The space in use is unchanged. Run this again when that is over."
            ) from error
        for line in _describe(change):
            self.stdout.write(line)
        self.stdout.write(f"Switched after {monotonic() - start:.1f} s.")


def _describe(change: SpaceChange) -> Iterator[str]:
    before, after = change.before, change.after
    yield f"Space: {before.origin} -> {after.origin}"
    yield f"Listeners: {before.listener_count:,} -> {after.listener_count:,}"
    yield f"Tracks with audio features: {before.track_count:,} -> {after.track_count:,}"
    yield f"Artists counted: {before.artist_count:,} -> {after.artist_count:,}"
    yield f"Map of artists: {_describe_map(before)} -> {_describe_map(after)}"
    yield "Mean of the tracks (of the last four the typical track's, a geometric mean):"
    old = plain_features(before.sound.track_means)
    new = plain_features(after.sound.track_means)
    for name, old_mean, new_mean in zip(SOUND_FEATURES, old, new, strict=True):
        yield f"  {name}: {old_mean:.3f} -> {new_mean:.3f}"
    yield f"Listeners recomputed: {change.profile_count:,}"


def _describe_map(space: Space) -> str:
    if space.has_map:
        return f"{len(space.artist_map):,} artists"
    if space.listener_count < MAP_FROM_LISTENERS:
        return f"none (it takes {MAP_FROM_LISTENERS} listeners)"
    return "none"
