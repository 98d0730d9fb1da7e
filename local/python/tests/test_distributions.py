"""CloudFront on the local cloud, and publishing of the web app."""

import contextlib
import datetime
import gzip
import io
import json
import pathlib
import tempfile
import time
import unittest
import urllib.request
from unittest import mock
from urllib.error import HTTPError

import aws

from .helpers import ENDPOINT, client, deploy

CACHE = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # The managed policy `CachingOptimized`, which allows compression
NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # The managed policy `CachingDisabled`, which does not
PAGE = b"<!doctype html><p>" + b"A page. " * 200


def behaviour(**more):
    """Returns a cache behaviour."""
    return {"TargetOriginId": "web", "ViewerProtocolPolicy": "allow-all", "Compress": True, "CachePolicyId": CACHE} | more


def website(bucket):
    """Returns resources and outputs of a distribution with a private bucket, as in template.yaml.
    """
    distribution = {"Ref": "Distribution"}
    source = {"StringEquals": {"aws:SourceArn": {"Fn::Sub": "arn:aws:cloudfront::${AWS::AccountId}:distribution/${Distribution}"}}}
    reads = {"Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject"}
    reads |= {"Resource": {"Fn::Sub": "${Bucket.Arn}/*"}, "Condition": source}
    access = {"Name": bucket, "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}
    origin = {"Id": "web", "DomainName": {"Fn::GetAtt": "Bucket.RegionalDomainName"}, "S3OriginConfig": {"OriginAccessIdentity": ""}}
    config = {
        "Enabled": True,
        "DefaultRootObject": "index.html",
        "Origins": [origin | {"OriginAccessControlId": {"Ref": "Access"}}],
        "DefaultCacheBehavior": behaviour(),
        "CacheBehaviors": [
            behaviour(PathPattern="never/*", CachePolicyId=NO_CACHE),
            behaviour(PathPattern="plain/*", Compress=False),
        ],
    }
    policy = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [reads]}}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}},
        "Access": {"Type": "AWS::CloudFront::OriginAccessControl", "Properties": {"OriginAccessControlConfig": access}},
        "Distribution": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
        "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy},
    }, {"WebBucket": {"Ref": "Bucket"}, "WebDistributionId": distribution}


def get(path, **headers):
    """Returns the status, headers and body of a page or of an error page."""
    request = urllib.request.Request(ENDPOINT + path, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, error.read()


class Distributions(unittest.TestCase):
    """Distributions respond as on AWS, at a path that every program can reach."""

    @classmethod
    def setUpClass(cls):
        cls.bucket = "pages-of-a-distribution"
        resources, outputs = website(cls.bucket)
        outputs |= {name: "https://here.example/v1" for name in ("ApiUrl", "LiveUrl", "WebUrl")}
        outputs |= {name: name.lower() for name in ("UserPoolId", "ClientId", "IdentityPoolId")}
        deploy("pages", resources, {name: {"Value": value} for name, value in outputs.items()})
        cls.distribution = aws.outputs_of("pages")["WebDistributionId"]

    def setUp(self):
        for key in ("index.html", "a b/page.html", "never/page.html", "plain/page.html"):
            client("s3").put_object(Bucket=self.bucket, Key=key, Body=PAGE, ContentType="text/html")
        client("s3").put_object(Bucket=self.bucket, Key="picture.webp", Body=PAGE, ContentType="image/webp")
        client("s3").put_object(Bucket=self.bucket, Key="short.html", Body=PAGE[:999], ContentType="text/html")

    def get(self, path, **headers):
        """Returns a page of the distribution."""
        return get(f"/_aws/cloudfront/{self.distribution}/{path}", **headers)

    def test_serves_a_private_bucket_below_a_path(self):
        for path in ("index.html", "", "index.html?x=1", "a%20b/page.html"):
            status, headers, body = self.get(path)
            self.assertEqual((status, body, headers["Content-Type"]), (200, PAGE, "text/html"), path)
            self.assertIn("cloudfront", headers["Via"])
        self.assertEqual(get(f"/{self.bucket}/index.html")[0], 403)
        self.assertEqual(self.get("nothing.html")[0], 403)
        self.assertEqual(get("/_aws/cloudfront/NOBODYS/index.html")[0], 404)

    def test_compresses_text_for_clients_that_accept_gzip(self):
        status, headers, body = self.get("index.html", Accept_Encoding="gzip, deflate, br")
        self.assertEqual((status, headers["Content-Encoding"], headers["Vary"]), (200, "gzip", "Accept-Encoding"))
        self.assertEqual((len(body), gzip.decompress(body)), (int(headers["Content-Length"]), PAGE))
        self.assertTrue(headers["ETag"].startswith('W/"'))
        self.assertEqual(self.get("index.html", Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0], 304)

    def test_does_not_compress_other_content(self):
        for path in ("picture.webp", "short.html", "never/page.html", "plain/page.html"):
            status, headers, _ = self.get(path, Accept_Encoding="gzip")
            self.assertEqual((status, headers["Content-Encoding"]), (200, None), path)
            self.assertFalse(headers["ETag"].startswith("W/"), path)
        self.assertIsNone(self.get("index.html", Accept_Encoding="br")[1]["Content-Encoding"])

    def test_publishes_the_web_app_to_a_stack(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "assets").mkdir()
            pathlib.Path(folder, "assets/app-Ab12.js").write_text("let a = 1;")
            pathlib.Path(folder, "app.webmanifest").write_text("{}")
            pathlib.Path(folder, "index.html").write_text("<p>new")
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                aws.publish_to("pages", folder)
        self.assertEqual(printed.getvalue(), "https://here.example/v1\n")
        config = json.loads(self.get("config.json")[2])
        expected = {"region": "us-east-1", "api": "https://here.example/v1", "live": "https://here.example/v1"}
        expected |= {"userPoolId": "userpoolid", "clientId": "clientid", "identityPoolId": "identitypoolid"}
        self.assertEqual(config, expected)
        headers = {path: self.get(path)[1] for path in ("assets/app-Ab12.js", "app.webmanifest", "index.html", "config.json")}
        self.assertEqual(headers["assets/app-Ab12.js"]["Cache-Control"], "public, max-age=31536000, immutable")
        for path in ("app.webmanifest", "index.html", "config.json"):
            self.assertEqual(headers[path]["Cache-Control"], "no-cache", path)
        self.assertEqual(headers["app.webmanifest"]["Content-Type"], "application/manifest+json")
        self.assertEqual(self.get("picture.webp")[0], 403, "deletes old files")
        invalidations = client("cloudfront").list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        self.assertEqual(invalidations["Quantity"], 1)

    def test_keeps_replaced_assets_for_open_pages(self):
        s3, bucket = client("s3"), "versions-of-the-web-app"
        s3.create_bucket(Bucket=bucket)

        def publish(*assets):
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "assets").mkdir()
                for name in ("index.html", *(f"assets/{name}" for name in assets)):
                    pathlib.Path(folder, name).write_text(name)
                aws.publish(bucket, folder, "{}")
            return [key.removeprefix("assets/") for key in sorted(aws.modified(s3, bucket)) if key.startswith("assets/")]

        publish("1.js", "both.js")
        first = aws.modified(s3, bucket)["assets/1.js"]
        time.sleep(1.1)  # S3 stores times in whole seconds.
        self.assertEqual(publish("2.js", "both.js"), ["1.js", "2.js", "both.js"])
        kept = s3.head_object(Bucket=bucket, Key="assets/1.js")
        self.assertEqual((kept["CacheControl"], kept["ContentType"]), (aws.IMMUTABLE, "text/javascript; charset=utf-8"))
        self.assertGreater(kept["LastModified"], first, "the retention starts when an asset is replaced")
        # As if the assets had been published long before the page.
        with mock.patch.object(aws, "MAX_PUBLISHING", -datetime.timedelta(days=1)):
            self.assertEqual(publish("3.js"), ["1.js", "2.js", "3.js", "both.js"])
            with mock.patch.object(aws, "RETENTION", -datetime.timedelta(seconds=2)):
                self.assertEqual(publish("4.js"), ["4.js"], "the retention is over")

    def test_uploads_each_file_after_the_files_it_refers_to(self):
        files = ["sw.js", "index.html", "assets/b.js", "icon.svg", "assets/a.css", "config.json"]
        expected = ["assets/a.css", "assets/b.js", "config.json", "icon.svg", "index.html", "sw.js"]
        self.assertEqual(sorted(sorted(files), key=aws.upload_order), expected)


if __name__ == "__main__":
    unittest.main()
