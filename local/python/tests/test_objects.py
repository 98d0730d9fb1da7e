"""S3 on the local cloud."""

import tempfile
import unittest

from botocore.exceptions import ClientError

from .helpers import client, deploy, event_recorder, events, wait_for


class Uploads(unittest.TestCase):
    """Uploads in parts are completed as at AWS."""

    def code(self, id, *parts):
        """Returns the code of the error for a list of parts, as pairs of number and tag."""
        listed = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in parts]}
        with self.assertRaises(ClientError) as refused:
            client("s3").complete_multipart_upload(Bucket="parts", Key="a", UploadId=id, MultipartUpload=listed)
        return refused.exception.response["Error"]["Code"]

    def test_refuses_small_parts_and_another_order(self):
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
        s3 = client("s3")
        s3.create_bucket(Bucket="parts")
        id = s3.create_multipart_upload(Bucket="parts", Key="a")["UploadId"]

        def part(number, body):
            part = s3.upload_part(Bucket="parts", Key="a", UploadId=id, PartNumber=number, Body=body)
            return number, part["ETag"]

        large, small, end = part(1, b"p" * (5 << 20)), part(2, b"small"), part(3, b"end")
        self.assertEqual(self.code(id, large, small, end), "EntityTooSmall")
        self.assertEqual(self.code(id, small, large), "InvalidPartOrder")
        self.assertEqual(self.code(id, large, large), "InvalidPartOrder")
        self.assertEqual(self.code(id, (1, '"other"'), end), "InvalidPart")
        self.assertEqual(self.code(id, large, (9, '"missing"')), "InvalidPart")
        parts = [{"PartNumber": number, "ETag": tag} for number, tag in (large, end)]
        s3.complete_multipart_upload(Bucket="parts", Key="a", UploadId=id, MultipartUpload={"Parts": parts})
        self.assertEqual(s3.head_object(Bucket="parts", Key="a")["ContentLength"], (5 << 20) + 3)


class Versions(unittest.TestCase):
    """A bucket from a template keeps deleted objects."""

    def setUp(self):
        self.s3 = client("s3")
        bucket = {"BucketName": "versions", "VersioningConfiguration": {"Status": "Enabled"}}
        self.assertEqual(deploy("versions", {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": bucket}}), "CREATE_COMPLETE")

    def body(self, key, **version):
        return self.s3.get_object(Bucket="versions", Key=key, **version)["Body"].read()

    def test_keeps_a_deleted_object_below_a_marker(self):
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
        put = self.s3.put_object(Bucket="versions", Key="a", Body=b"one")
        deleted = self.s3.delete_object(Bucket="versions", Key="a")
        self.assertTrue(deleted["DeleteMarker"])
        with self.assertRaises(ClientError) as refused:
            self.body("a")
        self.assertEqual(refused.exception.response["Error"]["Code"], "NoSuchKey")
        self.assertEqual(self.s3.list_objects_v2(Bucket="versions").get("Contents", []), [])
        self.assertEqual(self.body("a", VersionId=put["VersionId"]), b"one")
        self.s3.delete_object(Bucket="versions", Key="a", VersionId=deleted["VersionId"])
        self.assertEqual(self.body("a"), b"one")

        # A conditional upload replaces no object, but succeeds over a marker.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        with self.assertRaises(ClientError) as refused:
            self.s3.put_object(Bucket="versions", Key="a", Body=b"two", IfNoneMatch="*")
        self.assertEqual(refused.exception.response["Error"]["Code"], "PreconditionFailed")
        self.s3.delete_object(Bucket="versions", Key="a")
        self.s3.put_object(Bucket="versions", Key="a", Body=b"two", IfNoneMatch="*")
        self.assertEqual(self.body("a"), b"two")

        # Unfinished uploads are no versions.
        upload = self.s3.create_multipart_upload(Bucket="versions", Key="b")["UploadId"]
        self.s3.upload_part(Bucket="versions", Key="b", UploadId=upload, PartNumber=1, Body=b"part")
        self.s3.abort_multipart_upload(Bucket="versions", Key="b", UploadId=upload)
        self.assertNotIn("Uploads", self.s3.list_multipart_uploads(Bucket="versions"))
        keys = {version["Key"] for version in self.s3.list_object_versions(Bucket="versions")["Versions"]}
        self.assertEqual(keys, {"a"})

        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
        with tempfile.TemporaryDirectory() as folder:
            target = {"LambdaFunctionArn": event_recorder("markers", folder), "Events": ["s3:ObjectRemoved:*"]}
            self.s3.put_bucket_notification_configuration(
                Bucket="versions", NotificationConfiguration={"LambdaFunctionConfigurations": [target]}
            )
            self.s3.delete_object(Bucket="versions", Key="a")
            [event] = wait_for(lambda: events(folder))
            self.assertEqual(event["Records"][0]["eventName"], "ObjectRemoved:DeleteMarkerCreated")


if __name__ == "__main__":
    unittest.main()
