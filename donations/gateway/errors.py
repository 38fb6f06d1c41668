"""What can go wrong on the way to Stripe, in the site's own words."""


class PaymentServiceUnavailable(Exception):
    """Stripe cannot be reached, is too slow, or cannot serve us now. Trying again later makes sense."""


class PaymentServiceRefused(PaymentServiceUnavailable):
    """Stripe understood the call and refused it. Repeating the same call would be refused again.

    parameter: the name of the parameter that was refused, or "".
    """

    def __init__(self, message: str, *, parameter: str = "", code: str = "") -> None:
        super().__init__(message)
        self.parameter = parameter
        self.code = code


class NotAtStripe(PaymentServiceRefused):
    """Stripe has no object with that id (in the mode of our key)."""


class InvalidSignature(Exception):
    """A webhook was not signed by Stripe with a secret of ours, or not just now."""
