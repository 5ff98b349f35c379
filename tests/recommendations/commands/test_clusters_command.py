"""The operator's command about clusters."""

from io import StringIO

import pytest
from django.core.management import call_command

from recommendations.models import Cluster
from tests.recommendations.camps import make_camps

# What the seed notebook prints of its eight fans.
_NOTEBOOK = """\
By the meta vectors:
  Cluster 0: House Fan, Taylor Swift Fan, The 1975 and Taylor Swift Fan
  Cluster 1: Duki Fan, Emilia Fan
  Cluster 2: The 1975 Fan, Taylor Swift and Emilia Fan, Skrillex Fan
By the positions that t-SNE gives them:
  Cluster 0: House Fan, Duki Fan, The 1975 and Taylor Swift Fan
  Cluster 1: Emilia Fan, The 1975 Fan
  Cluster 2: Taylor Swift Fan, Taylor Swift and Emilia Fan, Skrillex Fan
"""


def test_seed_lists_the_notebooks_clusters() -> None:
    output = StringIO()

    call_command("clusters", "--seed", stdout=output)

    assert output.getvalue() == _NOTEBOOK


@pytest.mark.django_db
def test_clusters_are_found_and_listed_without_the_hidden() -> None:
    make_camps()
    output = StringIO()

    call_command("clusters", stdout=output)

    assert "sound 1: 4 members" in output.getvalue()
    assert "Calm Artist" in output.getvalue()
    assert Cluster.objects.filter(clustering__kind="tracks").count() == 3
