"""The garbage collector goes through what tests make, not each time through Django, Wagtail and all else."""

import gc


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end, and need not be looked through again and again."""
    gc.collect()
    gc.freeze()
