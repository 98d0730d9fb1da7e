"""Patches of S3."""

import functools
from xml.etree import ElementTree

# The minimum length of a part, but for the last one.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
MIN_PART = 5 << 20


def release_versions():
    """Keeps the data of versions on disk only, if the engine saves its state. ministack also keeps
    the data of each version in memory, current and deleted ones, so its memory grows with each
    upload.
    """
    from ministack.services import s3

    make_entry = s3._version_entry_from_record

    def make_without_data(obj, version_id, data):
        return make_entry(obj, version_id, None if s3.S3_PERSIST else data)

    s3._version_entry_from_record = make_without_data


def check_parts():
    """Refuses to complete an upload with small parts before the last one, or with parts in another
    order. ministack accepts the former and sorts the latter.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
    """
    from ministack.services import s3

    complete = s3._complete_multipart_upload

    @functools.wraps(complete)
    def check_and_complete(bucket, key, body, query_params, *rest, **named):
        upload = s3._multipart_uploads.get(s3._qp(query_params, "uploadId"))
        code = upload and refusal(upload["parts"], listed_parts(body))
        if code:
            return s3._error(code, "The list of parts is not valid.", 400, f"/{bucket}/{key}")
        return complete(bucket, key, body, query_params, *rest, **named)

    s3._complete_multipart_upload = check_and_complete


def listed_parts(body):
    """Returns the numbers and tags of the parts in a request. Empty if it is not valid."""
    try:
        parts = ElementTree.fromstring(body).findall("{*}Part")
        return [(int(part.findtext("{*}PartNumber")), part.findtext("{*}ETag", "").strip('"')) for part in parts]
    except (ElementTree.ParseError, TypeError, ValueError):
        return []


def refusal(stored, listed):
    """Returns the code of the error of a list of parts that ministack accepts and S3 does not."""
    numbers = [number for number, _ in listed]
    if numbers != sorted(set(numbers)):
        return "InvalidPartOrder"
    # ministack refuses parts that it does not have.
    if any(number not in stored or stored[number]["etag"].strip('"') != tag for number, tag in listed):
        return None
    is_small = any(stored[number]["size"] < MIN_PART for number in numbers[:-1])
    return "EntityTooSmall" if is_small else None
