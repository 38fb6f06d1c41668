"""The outbox: mails are queued as rows with what they are about, and sent by the worker.

queue_mail(to=donor.email, stream=Stream.SERVICE, template="donations/emails/receipt", ...)
"""

from cms.models.outbox import OutboxMessage, Stream
from cms.outbox.queueing import FileRef, NotAnAddress, queue_mail

__all__ = ["FileRef", "NotAnAddress", "OutboxMessage", "Stream", "queue_mail"]
