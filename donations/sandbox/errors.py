"""Refusals, in the shape that Stripe gives them."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes/"


class Refusal(Exception):
    """An answer other than 200: the HTTP status and the fields of Stripe's ``error`` object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        fields = {"code": code, "param": param, **more}
        self.error = {key: value for key, value in fields.items() if value is not None}
        if code:
            self.error["doc_url"] = DOCS + code.replace("_", "-")
        self.error |= {"message": message, "type": kind}

    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def missing(param: str) -> Refusal:
    return Refusal(f"Missing required param: {param}.", code="parameter_missing", param=param)


def no_such(kind: str, stripe_id: str, param: str = "id", *, status: int = 404) -> Refusal:
    """The object asked for is not here: 404 for the id in a path, 400 for one in a parameter."""
    return Refusal(
        f"No such {kind.replace('.', ' ')}: '{stripe_id}'",
        status=status,
        code="resource_missing",
        param=param,
    )


def beyond_sandbox(what: str, param: str | None = None) -> Refusal:
    """Stripe can do this and the sandbox cannot: said aloud, never ignored."""
    return Refusal(
        f"The local Stripe sandbox does not do this yet: {what}. Nothing was changed.",
        code="sandbox_unsupported",
        param=param,
    )
