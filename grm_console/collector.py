"""Python's garbage collector, told what stays."""

import gc


def keep_what_is_loaded(collect_after: int = 0) -> None:
    """Take everything loaded so far out of the collector's rounds, which would stop all else for as long as they take.

    With `collect_after` it also looks at the young objects only after so many new ones, and seldom at the older.
    """
    gc.collect()
    gc.freeze()
    if collect_after:
        gc.set_threshold(collect_after, 50, 50)
