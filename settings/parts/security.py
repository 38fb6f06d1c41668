"""What browsers and doors are told: content policy, cookies, logins that fail too often."""

from csp.constants import NONE, SELF

# Public pages: everything from here, nothing inline. The admin gets Wagtail's needs in cms/csp.py.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
# Browsers that know frame-ancestors above go by it; Wagtail allows its own previews one by one.
X_FRAME_OPTIONS = "DENY"
# With "Remember me" a login lasts a week; without it, until the browser closes or rests for half a day.
SESSION_COOKIE_AGE = 7 * 24 * 3600
SESSION_IDLE_HOURS = 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# How long a password counts before exports of people, tokens and refunds: see cms/doors/reauthentication.py.
PASSWORD_AGAIN_MINUTES = 10

# Whether the roles chosen in Settings -> Second factor must have one. Whoever set one up is asked everywhere.
SECOND_FACTOR_ENFORCED = False
OTP_TOTP_ISSUER = "Cultnetwork"

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1
# Who keeps trying does not make the hour longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "cms.client_address.source_of"
AXES_USERNAME_CALLABLE = "cms.doors.lockouts.account"
AXES_LOCKOUT_CALLABLE = "cms.doors.lockouts.locked_out"
