"""Fixes of years in Parquet, and what they cover: values and files in, intervals out, no Django.

    fixes       one file per month: raw fixes by groups, in the order of time
    months      from such files to intervals, on all cores; what did not change is not computed again
    spread      the same over many machines, by an engine that already stands there (Dask, Spark)

It needs the extra `fast` (numba, pyarrow).
"""
