"""Working records through the network API, with a token of staff: the rows that its owner's lists show."""

from cms.records_api.router import router

__all__ = ["router"]
