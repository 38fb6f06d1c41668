"""The network API: the public contract for reading the network, asking and giving.

Wagtail's own read API stands beside it at /api/v2/, and its preview of the next one behind a setting.
"""

from __future__ import annotations

from ninja import NinjaAPI

from cms.api import Throttle, in_language, json_only, speak_plainly
from cms.records_api import router as records
from donations.api import router as donations
from members.api import router as members
from pages.api import router as pages

api = NinjaAPI(
    title="Cultnetwork",
    version="1.0.0",
    description=(
        "The network of cultural cooperatives: who they are, what they offer together, when and where. "
        "Reading what is published needs no key: never a draft or a person's data. Working records are read "
        "with a token of staff, in its owner's rights. Amounts are whole cents."
    ),
    urls_namespace="network",
    throttle=[Throttle("api", limit=600, seconds=60, using="local")],
)
api.add_decorator(json_only, mode="view")
api.add_decorator(in_language, mode="view")
api.add_router("", pages)
api.add_router("", members)
api.add_router("", donations)
api.add_router("", records)
speak_plainly(api)
