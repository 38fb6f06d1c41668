"""API tokens of staff: made by their owner, shown once, bound to kinds of records, ended at will.

token, plaintext = issue_token(owner=user, name="Board", kinds=["members.lead"], expires_on=day)
token = usable_token(plaintext)     # None for every other text
"""

from cms.tokens.issuing import issue_token, revoke_token
from cms.tokens.kinds import kinds_for, readable_source
from cms.tokens.using import usable_token

__all__ = ["issue_token", "kinds_for", "readable_source", "revoke_token", "usable_token"]
