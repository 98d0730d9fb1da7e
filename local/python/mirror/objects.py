"""The calls of S3 that the application and its clients make, with their edge cases, for a
comparison of two implementations.
"""

import hashlib

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .replay import Difference

BUCKET = "albumen-conform"
# The smallest part of an upload, but for the last one.
PART = b"p" * (5 << 20)
# The members of an answer that follow from the input. Others are ids or times.
COMPARED = (
    "CacheControl", "CommonPrefixes", "ContentLength", "ContentRange", "ContentType", "DeleteMarker", "ETag",
    "IsTruncated", "KeyCount",
)  # fmt: skip


class Objects:
    """Calls of S3 on a new, versioned bucket at a URL. `results` contains the results, in order."""

    def __init__(self, url):
        config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        self.s3 = boto3.client("s3", endpoint_url=url, config=config, **keys)
        self.results = []

    def run(self):
        """Makes all calls and returns their results, as pairs of a name and a result."""
        self.s3.create_bucket(Bucket=BUCKET)
        try:
            self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
            self.objects()
            self.versions()
            self.uploads()
            self.rejected_uploads()
        finally:
            self.empty()
            self.s3.delete_bucket(Bucket=BUCKET)
        return self.results

    def call(self, name, operation, **input):
        """Makes a call, notes its result, and returns the answer, or an empty one."""
        try:
            answer = getattr(self.s3, operation)(Bucket=BUCKET, **input)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            self.results.append((name, {"status": status, "code": error.response["Error"]["Code"]}))
            return {}
        result = {"status": answer["ResponseMetadata"]["HTTPStatusCode"]}
        result |= {member: answer[member] for member in COMPARED if member in answer}
        for member in ("Contents", "Versions", "DeleteMarkers", "Uploads", "Parts"):
            # AWS omits an empty list.
            result |= {member: [entry(item) for item in answer[member]]} if answer.get(member) else {}
        if "Body" in answer:
            result["body"] = hashlib.sha256(answer["Body"].read()).hexdigest()
        self.results.append((name, result))
        return answer

    def objects(self):
        """Originals and renditions."""
        call, key = self.call, {"Key": "originals/a/1"}
        call("get a missing object", "get_object", **key)
        call("head a missing object", "head_object", **key)
        call("list nothing", "list_objects_v2", Prefix=key["Key"], MaxKeys=1)
        call("upload", "put_object", Body=b"0123456789", ContentType="image/jpeg", IfNoneMatch="*", **key)
        call("upload again", "put_object", Body=b"other", IfNoneMatch="*", **key)
        call("get", "get_object", **key)
        call("head", "head_object", **key)
        for span in ("0-3", "4-", "-3", "8-100", "10-20", "0-0"):
            call(f"get bytes {span}", "get_object", Range=f"bytes={span}", **key)
        call("list by prefix", "list_objects_v2", Prefix=key["Key"], MaxKeys=1)
        cached = {"ContentType": "image/webp", "CacheControl": "private, max-age=86400, immutable"}
        call("put a rendition", "put_object", Key="renditions/a/1/small", Body=b"small", **cached)
        call("put a rendition again", "put_object", Key="renditions/a/1/small", Body=b"other", **cached)
        call("get a rendition", "get_object", Key="renditions/a/1/small")
        call("get with another name", "get_object", ResponseContentDisposition='attachment; filename="a"', **key)
        call("put an empty object", "put_object", Key="originals/a/empty", Body=b"", ContentType="image/gif")
        call("get an empty object", "get_object", Key="originals/a/empty")
        call("list all", "list_objects_v2", Prefix="originals/")
        call("list the first", "list_objects_v2", MaxKeys=1)

    def versions(self):
        """Deleted objects, which the bucket keeps."""
        call, key = self.call, {"Key": "originals/b/1"}
        first = call("put", "put_object", Body=b"one", ContentType="image/gif", **key)
        marker = call("delete", "delete_object", **key)
        call("get a deleted object", "get_object", **key)
        call("list deleted objects", "list_objects_v2", Prefix=key["Key"])
        call("list versions", "list_object_versions", Prefix=key["Key"])
        call("get the version", "get_object", VersionId=first.get("VersionId", ""), **key)
        call("upload over a marker", "put_object", Body=b"two", IfNoneMatch="*", **key)
        call("delete again", "delete_object", **key)
        call("delete the first marker", "delete_object", VersionId=marker.get("VersionId", ""), **key)
        call("delete the first version", "delete_object", VersionId=first.get("VersionId", ""), **key)
        call("get the deleted version", "get_object", VersionId=first.get("VersionId", ""), **key)
        call("list the remaining versions", "list_object_versions", Prefix=key["Key"])
        call("delete a missing object", "delete_object", Key="originals/b/2")

    def uploads(self):
        """An upload in parts that succeeds."""
        call, key = self.call, {"Key": "originals/c/1"}
        id = self.parts(PART, b"the end", **key)
        call("part 1 again", "upload_part", PartNumber=1, Body=PART, **key, **id)
        call("list parts", "list_parts", **key, **id)
        call("list uploads", "list_multipart_uploads", Prefix=key["Key"])
        call("get before completion", "get_object", **key)
        self.complete("complete", id, part(1, PART), part(2, b"the end"), IfNoneMatch="*", **key)
        call("get the end", "get_object", Range="bytes=-7", **key)
        call("get across parts", "get_object", Range=f"bytes={len(PART) - 2}-{len(PART) + 2}", **key)
        call("part after completion", "upload_part", PartNumber=3, Body=b"late", **key, **id)
        call("abort after completion", "abort_multipart_upload", **key, **id)
        call("list no uploads", "list_multipart_uploads", Prefix=key["Key"])

    def rejected_uploads(self):
        """Uploads in parts that cannot be completed."""
        call, key = self.call, {"Key": "originals/d/1"}
        id = self.parts(PART, b"small", b"small", **key)
        self.complete("complete with another tag", id, part(1, b"other"), **key)
        self.complete("complete with a missing part", id, part(1, PART), part(4, b"small"), **key)
        self.complete("complete with a small part", id, part(1, PART), part(2, b"small"), part(3, b"small"), **key)
        call("abort", "abort_multipart_upload", **id, **key)
        call("abort again", "abort_multipart_upload", **id, **key)
        self.complete("complete after the abort", id, part(1, PART), **key)
        self.complete("complete in another order", self.parts(PART, PART, **key), part(2, PART), part(1, PART), **key)
        self.complete("complete with a part twice", self.parts(PART, **key), part(1, PART), part(1, PART), **key)
        id = self.parts(b"small", **key)
        call("put meanwhile", "put_object", Body=b"first", **key)
        self.complete("complete over an object", id, part(1, b"small"), IfNoneMatch="*", **key)

    def parts(self, *bodies, **key):
        """Begins an upload with these parts. Returns its id."""
        id = {"UploadId": self.call("create", "create_multipart_upload", ContentType="image/png", **key)["UploadId"]}
        for number, body in enumerate(bodies, 1):
            self.call(f"part {number}", "upload_part", PartNumber=number, Body=body, **id, **key)
        return id

    def complete(self, name, id, *parts, **input):
        """Completes an upload with a list of parts."""
        self.call(name, "complete_multipart_upload", MultipartUpload={"Parts": parts}, **id, **input)

    def empty(self):
        """Deletes everything in the bucket."""
        for upload in self.s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
            self.s3.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
        found = self.s3.list_object_versions(Bucket=BUCKET)
        for version in found.get("Versions", []) + found.get("DeleteMarkers", []):
            self.s3.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])


def part(number, body):
    """Returns a part for the completion of an upload."""
    return {"PartNumber": number, "ETag": f'"{hashlib.md5(body).hexdigest()}"'}


def entry(item):
    """Returns what AWS defines of an entry of a list."""
    return {name: item[name] for name in ("Key", "Size", "ETag", "IsLatest", "PartNumber") if name in item}


def differences(local, other):
    """Returns the differences between two lists of results."""
    pairs = zip(local, other, strict=True)
    return [Difference(f"S3: {name}", {"call": name}, one, two) for (name, one), (_, two) in pairs if one != two]
