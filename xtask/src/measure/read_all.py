"""Reads every value of Parquet files, and prints how many rows each has.

usage: read_all.py FILE...
"""

import json
import sys

import pyarrow.parquet as pq

for path in sys.argv[1:]:
    batches = pq.ParquetFile(path).iter_batches()
    print(json.dumps({"rows": sum(batch.num_rows for batch in batches)}))
