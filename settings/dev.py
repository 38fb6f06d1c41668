"""The development site: SQLite, the local Stripe, mails on the console. Needs no variable."""

from settings.base import *
from settings.parts.env import VAR_DIR, env
from settings.secrets import kept_secret

DEBUG = env.bool("DEBUG", default=True)
PORT = env.int("PORT", default=8000)
SECRET_KEY = env("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret-key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
BASE_URL = WAGTAILADMIN_BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
STRIPE_SECRET_KEY = STRIPE_SECRET_KEY or "sk_test_sandbox_local"
if STRIPE_SECRET_KEY.startswith("sk_test_sandbox_"):
    STRIPE_API_BASE = STRIPE_API_BASE or f"http://127.0.0.1:{PORT + 1}"
    STRIPE_WEBHOOK_SECRETS = STRIPE_WEBHOOK_SECRETS or [
        kept_secret(STRIPE_WEBHOOK_SECRET_FILE, prefix="whsec_")
    ]
NETWORK_API_V3_PREVIEW = True
# Off, so that the demo's accounts open with a password; SECOND_FACTOR=1 shows what production asks.
SECOND_FACTOR_ENFORCED = env.bool("SECOND_FACTOR", default=False)
DEMO_ALLOWED = True
DEMO_ACCOUNTS_FILE = VAR_DIR / "demo-accounts.txt"
