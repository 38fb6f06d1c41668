"""Who is calling: the address of the client, as far as it can be trusted."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "0.0.0.0"


def client_address(request: HttpRequest) -> str:
    """The client's IP address.

    X-Forwarded-For is read only when the connection itself comes from one of TRUSTED_PROXIES
    (addresses or networks), and then from the right: the first entry that is not a trusted proxy.
    Whatever a client wrote further left is never looked at. UNKNOWN when nothing is known, as
    behind a Unix socket.
    """
    address = _parse(request.META.get("REMOTE_ADDR", ""))
    if address is None:
        return UNKNOWN
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if not _is_trusted(address):
            break
        further = _parse(hop)
        if further is None:
            break
        address = further
    return str(address)


def source_of(request: HttpRequest) -> str:
    """What counts as one source for limits: an IPv4 address, or the /64 network of an IPv6 one."""
    address = ip_address(client_address(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: bare, with a port, in brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@lru_cache(maxsize=8)
def _networks(proxies: tuple[str, ...]) -> list:
    return [ip_network(proxy.strip(), strict=False) for proxy in proxies if proxy.strip()]
