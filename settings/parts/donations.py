"""The way to Stripe, and what the giving form allows. The mode follows the key: see docs/payments.md."""

from settings.parts.env import VAR_DIR, env

STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])
STRIPE_WEBHOOK_SECRET_FILE = VAR_DIR / "stripe-webhook-secret"
STRIPE_API_BASE = env("STRIPE_API_BASE", default="")
# Whether the local stand-in may be used. A public site refuses it, and says so when its key is a test key.
STRIPE_SANDBOX_ALLOWED = True
# Seconds to connect to Stripe and to wait for its answer, in the one call a request may make.
STRIPE_TIMEOUT = (3, 8)
# Suggested where neither campaign nor beneficiary says otherwise, in cents: once, each month, each year.
DONATION_PRESETS_CENTS = {
    "": [1000, 2500, 5000, 10000],
    "month": [500, 1000, 2000, 5000],
    "year": [5000, 10000, 20000, 50000],
}
# What a donor may choose to pay with; each must be switched on at Stripe, too.
DONATION_WAYS = env.list("DONATION_WAYS", default=["card", "sepa_debit"])
# What Stripe keeps of a card of the European area and of a SEPA debit, as an estimate for donors who wish to
# cover it: hundredths of a per cent, and cents. The real fee is booked when Stripe tells it.
DONATION_FEES = {"card": (150, 25), "sepa_debit": (0, 35)}
DONATION_MINIMUM_CENTS = 200
DONATION_MAXIMUM_CENTS = 5_000_000
# Above this a second person must confirm a refund, in cents.
REFUND_SECOND_PERSON_ABOVE_CENTS = 50_000
# Where Stripe shows its payment page. Add your own domain if you have one at Stripe.
STRIPE_PAYMENT_PAGES = ["https://checkout.stripe.com", "https://billing.stripe.com"]
