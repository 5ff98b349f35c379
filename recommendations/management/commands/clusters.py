"""Find the clusters of listeners and tracks."""

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand

from recommendations.services.clustering import compute_clusters
from recommendations.services.clusters import NamedCluster, load_named_clusters
from recommendations.services.seed_clusters import list_seed_clusters


class Command(BaseCommand):
    help = "Finds the clusters of listeners and tracks anew, and lists them as everybody sees them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--seed",
            action="store_true",
            help="list the clusters of the seed notebook's eight fans; nothing is stored",
        )

    def handle(self, *, seed: bool, **_options: Any) -> None:  # noqa: ANN401 - Django's
        if seed:
            for line in _list_seed():
                self.stdout.write(line)
            return
        start = monotonic()
        compute_clusters()
        for line in _list(load_named_clusters(AnonymousUser())):
            self.stdout.write(line)
        self.stdout.write(f"Found in {monotonic() - start:.1f} s.")


def _list_seed() -> Iterator[str]:
    by_meta_vector, by_position = list_seed_clusters()
    for title, clusters in (
        ("By the meta vectors", by_meta_vector),
        ("By the positions that t-SNE gives them", by_position),
    ):
        yield f"{title}:"
        for number, names in enumerate(clusters):
            yield f"  Cluster {number}: {', '.join(names)}"


def _list(clusters: Iterable[NamedCluster]) -> Iterator[str]:
    for cluster in clusters:
        features = ", ".join(
            f"{feature.name} {feature.deviations:+.1f}" for feature in cluster.features
        )
        artists = ", ".join(artist.name for artist in cluster.artists)
        yield (
            f"{cluster.kind} {cluster.number}: {cluster.member_count:,} members; "
            f"{features or 'no feature stands out'}; {artists or 'no artist stands out'}"
        )
