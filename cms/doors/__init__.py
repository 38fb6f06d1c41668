"""Who comes in, and how sure we are of it: second factor, sessions, the password asked again.

from cms.doors import asks_password_again
"""

from cms.doors.reauthentication import asks_password_again

__all__ = ["asks_password_again"]
