"""IAM on the local cloud."""

import unittest

from botocore.exceptions import ClientError

from .helpers import client, session

BUCKET = "wildcards"


class Policies(unittest.TestCase):
    """Policies allow what they allow on AWS."""

    def test_a_wildcard_matches_a_line_break(self):
        client("s3").create_bucket(Bucket=BUCKET)
        resource = f"arn:aws:s3:::{BUCKET}/shared/*"
        keys = session("wildcards", {"Effect": "Allow", "Action": "s3:PutObject", "Resource": resource})
        objects = client("s3", keys)
        for key in ("shared/a", "shared/a\nb", "shared/a\n"):
            objects.put_object(Bucket=BUCKET, Key=key)
        for key in ("own/a", "own/\nshared/a"):
            with self.assertRaisesRegex(ClientError, "AccessDenied"):
                objects.put_object(Bucket=BUCKET, Key=key)


if __name__ == "__main__":
    unittest.main()
