"""Uploads the files of a folder with boto3, prints the seconds, and deletes the objects."""

import sys
import time
from pathlib import Path

import boto3


def main() -> None:
    endpoint, region, bucket, folder = sys.argv[1:]
    client = boto3.client("s3", endpoint_url=endpoint, region_name=region)
    files = sorted(Path(folder).iterdir())
    client.head_bucket(Bucket=bucket)
    start = time.perf_counter()
    for file in files:
        client.upload_file(str(file), bucket, f"peer/{file.name}")
    print(time.perf_counter() - start)
    for file in files:
        client.delete_object(Bucket=bucket, Key=f"peer/{file.name}")


if __name__ == "__main__":
    main()
