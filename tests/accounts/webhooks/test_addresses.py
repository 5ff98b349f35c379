"""Which addresses a webhook may have, and which the site would ever connect to."""

import socket

import pytest
from pytest_django import Settings

from accounts.webhooks.addresses import (
    NoPublicAddress,
    UnfitAddress,
    check_url,
    find_addresses,
    is_public,
)

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::7f00:1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "not an address",
]
PUBLIC = ["1.1.1.1", "93.184.215.14", "172.32.0.1", "::ffff:8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "localhost",
        "::1",
        "::ffff:7f00:1",
        "0",
        "169.254.169.254",
        "no-such-name.invalid",
        "x" * 64,
        "",
    ],
)
def test_what_leads_here_or_nowhere_is_refused_alike(host: str) -> None:
    with pytest.raises(NoPublicAddress):
        find_addresses(host, 443)


def test_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: found)
    with pytest.raises(NoPublicAddress):
        find_addresses("two-faced.example", 443)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org:8443/hook?token=a%20b",
        "https://1.1.1.1/",
        "https://[2606:4700::1111]/hook",
        "HTTPS://EXAMPLE.ORG/",
    ],
)
def test_fit_addresses(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https:///hook",
        "https://user:password@example.org/",
        "https://user@example.org/",
        "https://@example.org/",
        "https://example.org/#part",
        "https://example.org/a b",
        "https://example.org/\r\nHost: x",
        "https://ex\u00e4mple.org/",
        "https://example.org:0x50/",
        "https://example.org:99999/",
        "https://[::1",
        "https://localhost/",
        "https://site.localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
        f"https://example.org/{'x' * 500}",
    ],
)
def test_unfit_addresses(url: str) -> None:
    with pytest.raises(UnfitAddress):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001/hook", "http://intranet/", "https://[::1]/"]
)
def test_own_network_is_allowed_by_a_setting(settings: Settings, url: str) -> None:
    settings.METAREC_WEBHOOK_PRIVATE = True
    check_url(url)
    assert find_addresses("127.0.0.1", 80) == ["127.0.0.1"]
