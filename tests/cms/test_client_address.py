"""The client's address: forged headers tell nothing, trusted proxies are read from the right."""

import pytest
from django.test import RequestFactory

from cms.checks import check_proxies
from cms.client_address import UNKNOWN, client_address, source_of


def request(remote: str, forwarded: str | None = None):
    extra = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **extra)


def test_header_of_a_client_that_is_no_proxy_is_never_read(settings):
    settings.TRUSTED_PROXIES = []
    assert client_address(request("203.0.113.9", "198.51.100.1")) == "203.0.113.9"
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address(request("203.0.113.9", "198.51.100.1, 10.0.0.3")) == "203.0.113.9"


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the client wrote the first one itself
        ("1.1.1.1, 203.0.113.9, 10.0.0.3", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("10.0.0.4, 10.0.0.3", "10.0.0.4"),  # all trusted: the farthest
        ("", "10.0.0.2"),
        ("unknown", "10.0.0.2"),
        ("203.0.113.9, <script>", "10.0.0.2"),
        ("203.0.113.9,", "10.0.0.2"),
        (None, "10.0.0.2"),
    ],
)
def test_behind_trusted_proxies_the_first_other_from_the_right_is_the_client(settings, forwarded, expected):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8", " 127.0.0.1 ", ""]
    assert client_address(request("10.0.0.2", forwarded)) == expected


@pytest.mark.parametrize("remote", ["", "unix:", "nonsense"])
def test_connection_without_an_address_is_unknown(settings, remote):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    assert client_address(request(remote, "203.0.113.9")) == UNKNOWN


@pytest.mark.parametrize(
    ("proxies", "found"),
    [
        (["10.0.0.2", " 10.1.0.0/16", "::1", ""], []),
        (["proxy.internal", "10.0.0.2"], ["cms.E001"]),
        (["0.0.0.0/0", "::/0"], ["cms.E002", "cms.E002"]),
    ],
)
def test_check_tells_what_is_wrong_with_the_trusted_proxies(settings, proxies, found):
    settings.TRUSTED_PROXIES = proxies
    assert [message.id for message in check_proxies()] == found


def test_ipv6_network_of_a_household_counts_as_one_source(settings):
    settings.TRUSTED_PROXIES = []
    assert source_of(request("2001:db8:1:2:aaaa::1")) == source_of(request("2001:db8:1:2:bbbb::9"))
    assert source_of(request("2001:db8:1:2::1")) != source_of(request("2001:db8:1:3::1"))
    assert source_of(request("203.0.113.9")) == "203.0.113.9"
