from cms.models.record import Record

__all__ = ["Record"]
