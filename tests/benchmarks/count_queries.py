"""Says in the answer's `Queries` header how many statements the database was asked, when the request asks.

Used by the site's server and by the peer's, so it needs nothing but Django. BEGIN and COMMIT count too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

Application = Callable[..., Iterable[bytes]]


def counting(application: Application) -> Application:
    """The same application; a request with the header `Count-Queries` is answered with `Queries`."""

    def counted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        from django.db import connection

        connection.force_debug_cursor = "HTTP_COUNT_QUERIES" in environ
        if not connection.force_debug_cursor:
            return application(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, ("Queries", str(len(connection.queries_log)))], *rest)

        return application(environ, start)

    return counted


application = counting(get_wsgi_application())
