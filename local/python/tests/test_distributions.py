"""CloudFront on the local cloud, and publishing to it."""

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

CACHE = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # AWS's own policy `CachingOptimized`, which allows compressing
NEVER = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # and `CachingDisabled`, which does not
PAGE = b"<!doctype html><p>" + b"A page. " * 200


def behaviour(**more):
    """How requests are treated."""
    return {"TargetOriginId": "web", "ViewerProtocolPolicy": "allow-all", "Compress": True, "CachePolicyId": CACHE} | more


def website(bucket):
    """A bucket that only its distribution reads, as template.yaml has it."""
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
            behaviour(PathPattern="never/*", CachePolicyId=NEVER),
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
    """Status, headers and body of a page, whatever it is."""
    request = urllib.request.Request(ENDPOINT + path, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as refusal:
        return refusal.code, refusal.headers, refusal.read()


class Distributions(unittest.TestCase):
    """A web site as on AWS, at an address that every program can reach."""

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
        """Below the distribution's path."""
        return get(f"/_aws/cloudfront/{self.distribution}/{path}", **headers)

    def test_a_distribution_answers_below_a_path_and_its_bucket_does_not(self):
        for path in ("index.html", "", "index.html?x=1", "a%20b/page.html"):
            status, headers, body = self.get(path)
            self.assertEqual((status, body, headers["Content-Type"]), (200, PAGE, "text/html"), path)
            self.assertIn("cloudfront", headers["Via"])
        self.assertEqual(get(f"/{self.bucket}/index.html")[0], 403)
        self.assertEqual(self.get("nothing.html")[0], 403)
        self.assertEqual(get("/_aws/cloudfront/NOBODYS/index.html")[0], 404)

    def test_text_is_compressed_for_those_who_read_it(self):
        status, headers, body = self.get("index.html", Accept_Encoding="gzip, deflate, br")
        self.assertEqual((status, headers["Content-Encoding"], headers["Vary"]), (200, "gzip", "Accept-Encoding"))
        self.assertEqual((len(body), gzip.decompress(body)), (int(headers["Content-Length"]), PAGE))
        self.assertTrue(headers["ETag"].startswith('W/"'))
        self.assertEqual(self.get("index.html", Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0], 304)

    def test_what_is_not_to_be_compressed_is_sent_as_it_is(self):
        for path in ("picture.webp", "short.html", "never/page.html", "plain/page.html"):
            status, headers, _ = self.get(path, Accept_Encoding="gzip")
            self.assertEqual((status, headers["Content-Encoding"]), (200, None), path)
            self.assertFalse(headers["ETag"].startswith("W/"), path)
        self.assertIsNone(self.get("index.html", Accept_Encoding="br")[1]["Content-Encoding"])

    def test_the_web_app_is_published_to_a_stack(self):
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
        told = {path: self.get(path)[1] for path in ("assets/app-Ab12.js", "app.webmanifest", "index.html", "config.json")}
        self.assertEqual(told["assets/app-Ab12.js"]["Cache-Control"], "public, max-age=31536000, immutable")
        for path in ("app.webmanifest", "index.html", "config.json"):
            self.assertEqual(told[path]["Cache-Control"], "no-cache", path)
        self.assertEqual(told["app.webmanifest"]["Content-Type"], "application/manifest+json")
        self.assertEqual(self.get("picture.webp")[0], 403, "what was there before is gone")
        invalidations = client("cloudfront").list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        self.assertEqual(invalidations["Quantity"], 1)

    def test_assets_stay_for_those_who_have_the_page_open(self):
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
        time.sleep(1.1)  # S3's times are in whole seconds.
        self.assertEqual(publish("2.js", "both.js"), ["1.js", "2.js", "both.js"])
        kept = s3.head_object(Bucket=bucket, Key="assets/1.js")
        self.assertEqual((kept["CacheControl"], kept["ContentType"]), (aws.FOREVER, "text/javascript; charset=utf-8"))
        self.assertGreater(kept["LastModified"], first, "its days begin when it is replaced")
        # As if what is there had been published long ago, but for the page.
        with mock.patch.object(aws, "PUBLISHING", -datetime.timedelta(days=1)):
            self.assertEqual(publish("3.js"), ["1.js", "2.js", "3.js", "both.js"])
            with mock.patch.object(aws, "KEPT", -datetime.timedelta(seconds=2)):
                self.assertEqual(publish("4.js"), ["4.js"], "their days are over")

    def test_nothing_names_what_is_not_there_yet(self):
        files = ["sw.js", "index.html", "assets/b.js", "icon.svg", "assets/a.css", "config.json"]
        expected = ["assets/a.css", "assets/b.js", "config.json", "icon.svg", "index.html", "sw.js"]
        self.assertEqual(sorted(sorted(files), key=aws.turn), expected)


if __name__ == "__main__":
    unittest.main()
