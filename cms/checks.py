"""What `manage.py check` asks of the platform's settings."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_proxies(**_kwargs: Any) -> list[CheckMessage]:
    """Each entry of TRUSTED_PROXIES is an address or a network, and none is the whole world."""
    found: list[CheckMessage] = []
    for proxy in filter(None, (entry.strip() for entry in settings.TRUSTED_PROXIES)):
        try:
            network = ip_network(proxy, strict=False)
        except ValueError:
            hint = "Write addresses or networks separated by commas, such as 10.0.0.2,10.1.0.0/16."
            found.append(Error(f"TRUSTED_PROXIES: {proxy} is no address.", hint=hint, id="cms.E001"))
            continue
        if network.prefixlen == 0:
            hint = "Name your own proxies only: whoever is trusted may claim any address."
            found.append(Error(f"TRUSTED_PROXIES: {proxy} trusts everybody.", hint=hint, id="cms.E002"))
    return found
