"""An S3 API on loopback, and a bucket in it that the storage settings name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "easel-images"


@contextmanager
def serve_s3() -> Iterator[str]:
    """Yield the address of an S3 API."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def make_bucket(endpoint: str) -> Iterator[dict[str, Any]]:
    """Yield the default storage over an empty bucket, as settings with S3_BUCKET and S3_ENDPOINT_URL make it."""
    bucket = boto3.resource("s3", endpoint_url=endpoint).Bucket(BUCKET)
    bucket.create()
    yield {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": BUCKET, "endpoint_url": endpoint, "signature_version": "s3v4", "file_overwrite": False,
            "default_acl": None,
        },
    }  # fmt: skip
    bucket.objects.all().delete()
    bucket.delete()


def give_credentials(set_variable: Any) -> None:
    """Set the variables that the client reads; `set_variable` is `monkeypatch.setenv`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        set_variable(name, "of-the-tests")
    set_variable("AWS_DEFAULT_REGION", "us-east-1")
