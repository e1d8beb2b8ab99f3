"""Uploads a file with obstore, the Python package of the Rust crate object_store.

usage: obstore_put.py FILE BUCKET KEY signed|unsigned

Signed, each request carries the SHA-256 of its body. Endpoint and keys are those of the environment.
"""

import os
import pathlib
import sys

import obstore
from obstore.store import S3Store

file, bucket, key, payload = sys.argv[1:]
store = S3Store(
    bucket,
    endpoint=os.environ["AWS_ENDPOINT_URL_S3"],
    access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
    secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
    region=os.environ["AWS_REGION"],
    virtual_hosted_style_request=False,
    unsigned_payload=payload == "unsigned",
    client_options={"allow_http": True},
)
obstore.put(store, key, pathlib.Path(file))
