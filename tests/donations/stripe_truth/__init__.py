"""What is true at Stripe, in this process: for tests of many histories, where a server would be too slow.

It stands in the place of `donations.gateway`'s functions and gives the same snapshots. It holds the site to
three rules: nothing is asked inside a transaction, a key repeated says the same again and gets its first
answer again, and what was sent may arrive although nobody waits for the answer any more.
"""

from tests.donations.stripe_truth.answers import StripeTruth
from tests.donations.stripe_truth.things import DISPUTE_FEE, FEE, Payment, Refund, Subscription

__all__ = ["DISPUTE_FEE", "FEE", "Payment", "Refund", "StripeTruth", "Subscription"]
