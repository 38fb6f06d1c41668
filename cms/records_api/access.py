"""Who asks: the bearer of a token. A cookie counts for nothing here."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError, Throttled
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from cms import rate_limit
from cms.client_address import source_of
from cms.models import StaffToken
from cms.sources import RecordSource, sources
from cms.tokens import readable_source, usable_token
from cms.tokens.kinds import KEPT_BACK

MINUTE = 60
READINGS_A_MINUTE = 300
WRONG_TOKENS_A_MINUTE = 30


class StaffTokenAuth(HttpBearer):
    """`Authorization: Bearer cultnet_…`; request.auth is the token, request.user its owner."""

    openapi_bearerFormat = "cultnet_…"

    def authenticate(self, request: HttpRequest, token: str) -> StaffToken | None:
        found = usable_token(token)
        if found is None:
            allowed = rate_limit.hit(
                "wrong-tokens", source_of(request), limit=WRONG_TOKENS_A_MINUTE, seconds=MINUTE
            )
            if not allowed:
                raise Throttled(wait=MINUTE)
            return None
        request.user = found.owner
        return found


class TokenThrottle(BaseThrottle):
    """So many readings a minute for each token, wherever they come from; counted in each process."""

    def allow_request(self, request: HttpRequest) -> bool:
        token = request.auth.pk  # type: ignore[attr-defined]
        return rate_limit.hit("records", str(token), limit=READINGS_A_MINUTE, seconds=MINUTE, using="local")

    def wait(self) -> float:
        return float(MINUTE)


def asked_source(token: StaffToken, key: str) -> RecordSource:
    """The list with a key, for a token. Raises HttpError: 404 where there is none, 403 where it may not."""
    if key not in sources or key in KEPT_BACK:
        raise HttpError(404, _("There is no such kind of record."))
    source = readable_source(token, key)
    if source is None:
        raise HttpError(403, _("This token may not read these records."))
    return source
