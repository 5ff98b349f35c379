import re

import pytest
from django.test import Client
from django.urls import reverse

from metarec.middleware import CONTENT_SECURITY_POLICY
from tests.recommendations.conftest import Cast

ADDRESSES = [
    reverse("recommendations:home"),
    reverse("recommendations:similar_users"),
    reverse("recommendations:top_tracks"),
    reverse("recommendations:search") + "?q=portishead",
    reverse("recommendations:my_data"),
    reverse("recommendations:delete_account"),
    reverse("account_change_password"),
    reverse("api:docs"),
    "/nowhere/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_keep_to_the_policy(ana: Client, address: str) -> None:
    response = ana.get(address)

    page = response.content.decode()
    assert response["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", page) == []


def test_a_comparison_keeps_to_the_policy(ana: Client, cast: Cast) -> None:
    page = ana.get(reverse("recommendations:listener", args=[cast.sibling.pk])).content.decode()

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script", page) == []
