"""Makes the columns of `people` with a peer into a PyArrow table, block by block, and prints how fast.

usage: people.py faker|mimesis SECONDS

One line of JSON as the benches of the crates print it; the time is that of this thread's core.
"""

import json
import random
import statistics
import sys
import time
from datetime import datetime, timezone

import pyarrow as pa

ROWS = 2_000
START = int(datetime(2020, 1, 1, tzinfo=timezone.utc).timestamp() * 1_000_000)
END = int(datetime(2025, 1, 1, tzinfo=timezone.utc).timestamp() * 1_000_000)


def faker():
    """The makers of the columns that Faker has, by its own providers."""
    from faker import Faker

    fake = Faker("en_US")
    return {
        "uuid": fake.uuid4,
        "name": fake.name,
        "email": fake.safe_email,
        "phone": fake.phone_number,
        "street": fake.street_address,
        "city": fake.city,
        "country": fake.country,
        "company": fake.company,
        "job": fake.job,
        "notes": lambda: " ".join(fake.words(nb=12)),
    }


def mimesis():
    """The same by mimesis."""
    from mimesis import Generic
    from mimesis.locales import Locale

    generic = Generic(locale=Locale.EN)
    return {
        "uuid": generic.cryptographic.uuid,
        "name": generic.person.full_name,
        "email": generic.person.email,
        "phone": generic.person.phone_number,
        "street": generic.address.address,
        "city": generic.address.city,
        "country": generic.address.country,
        "company": generic.finance.company,
        "job": generic.person.occupation,
        "notes": lambda: " ".join(generic.text.words(quantity=12)),
    }


def block(first, texts):
    """So many rows from `first` on. Numbers come from Python itself, which is faster than a peer."""
    rows = range(ROWS)
    columns = {name: pa.array([make() for _ in rows], pa.string()) for name, make in texts.items()}
    return pa.table(
        {
            "id": pa.array(range(first + 1, first + ROWS + 1), pa.int64()),
            **columns,
            "salary": pa.array([random.randint(3_000_000, 15_000_000) / 100 for _ in rows], pa.float64()),
            "age": pa.array([random.randint(18, 80) for _ in rows], pa.int32()),
            "is_active": pa.array([random.random() < 0.8 for _ in rows], pa.bool_()),
            "created_at": pa.array(
                [random.randrange(START, END) for _ in rows], pa.timestamp("us", tz="UTC")
            ),
        }
    )


def main():
    peer, seconds = sys.argv[1], float(sys.argv[2])
    texts = {"faker": faker, "mimesis": mimesis}[peer]()
    table = block(0, texts)  # Not counted: a peer loads its word lists when they are first used.
    rates = []
    begun = time.monotonic()
    while len(rates) < 3 or time.monotonic() - begun < seconds:
        start = time.thread_time()
        table = block((len(rates) + 1) * ROWS, texts)
        rates.append(ROWS / (time.thread_time() - start))
    line = {
        "bench": "gen",
        "group": "peers",
        "name": peer,
        "beside": [],
        "block_rows": ROWS,
        "blocks": len(rates),
        "rows_per_s": round(statistics.median(rates)),
        "rows_per_s_lowest": round(min(rates)),
        "rows_per_s_highest": round(max(rates)),
        "arrow_bytes_per_row": table.nbytes / ROWS,
        "ratio": None,
    }
    print(json.dumps(line))


main()
