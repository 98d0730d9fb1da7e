"""The site: CloudFront on the local cloud, and publishing of the web app."""

import contextlib
import datetime
import gzip
import http.client
import io
import json
import pathlib
import tempfile
import unittest
import urllib.parse
import urllib.request
from unittest import mock
from urllib.error import HTTPError

import aws
import brotli
from botocore.auth import S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from patches.distributions import seconds_to_cache

from .helpers import ENDPOINT, SITE, client, deploy, role, session, wait_for

CACHE = "658327ea-f89d-4fab-a63d-7e88639e58f6"  # The managed policy `CachingOptimized`, which allows compression
NO_CACHE = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # The managed policy `CachingDisabled`, which does not
PAGE = b"<!doctype html><p>" + b"A page. " * 200
# Serves the page at `/` and `/deep/…`, answers `/nothing` itself, and fails at `/broken`.
FUNCTION = """
const DEEP = /^\\/(deep\\/[^/]+)?$/;
async function handler(event) {
  const request = event.request;
  if (request.uri === '/broken') throw new Error('broken');
  if (request.uri === '/nothing') {
    return {statusCode: 404, headers: {'content-type': {value: 'text/html'}}, body: '<p>Nothing here.'};
  }
  if (DEEP.test(request.uri)) request.uri = '/index.html';
  return request;
}
"""
# Replies with the request that it gets. The path decides about the status and the caching.
ECHO = """
import json
def handler(event, context):
    parts = event["path"].split("/")
    caching = {"stored": "max-age=3600", "short": "s-maxage=3600", "default": None}.get(parts[-1], "no-store")
    headers = {"Location": ["/elsewhere"], "Set-Cookie": ["session=1; HttpOnly", "other=2"]}
    if caching:
        headers["Cache-Control"] = [caching]
    names = {name.lower(): value for name, value in event["headers"].items()}
    seen = {name: names.get(name) for name in ("cookie", "user-agent", "accept-language", "authorization")}
    seen |= {"path": event["path"], "query": event["queryStringParameters"] or {}, "method": event["httpMethod"]}
    status = int(parts[-2]) if parts[-2].isdigit() else 200
    return {"statusCode": status, "multiValueHeaders": headers, "body": json.dumps(seen)}
"""
# Answers POST with a redirect to another host, and 405 for the methods that no page has.
METHODS = """
function handler(event) {
  const request = event.request;
  if (request.method === 'GET' || request.method === 'HEAD') return request;
  if (request.method === 'POST') {
    return {statusCode: 307, headers: {'location': {value: 'http://api.example' + request.uri}}};
  }
  return {statusCode: 405, headers: {'allow': {value: 'GET, HEAD, POST'}}};
}
"""
CLOUDFRONT = {"Service": "cloudfront.amazonaws.com"}


def behaviour(**more):
    """Returns a cache behaviour."""
    return {"TargetOriginId": "web", "ViewerProtocolPolicy": "allow-all", "Compress": True, "CachePolicyId": CACHE} | more


def statement(action, resource):
    """Returns a statement that lets the distribution use a resource."""
    distribution = {"Fn::Sub": "arn:aws:cloudfront::${AWS::AccountId}:distribution/${Distribution}"}
    source = {"StringEquals": {"aws:SourceArn": distribution}}
    return {"Effect": "Allow", "Principal": CLOUDFRONT, "Action": action, "Resource": {"Fn::Sub": resource}, "Condition": source}


def policy(bucket, *statements):
    """Returns the policy of a bucket."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": bucket}, "PolicyDocument": document}}


def origin(name, bucket):
    """Returns an origin that is a private bucket."""
    domain = {"Fn::GetAtt": f"{bucket}.RegionalDomainName"}
    access = {"S3OriginConfig": {"OriginAccessIdentity": ""}, "OriginAccessControlId": {"Ref": "Access"}}
    return {"Id": name, "DomainName": domain} | access


def unsigned_origin(name, bucket):
    """Returns an origin that is a private bucket, for presigned URLs."""
    return {"Id": name, "DomainName": {"Fn::GetAtt": f"{bucket}.RegionalDomainName"}, "S3OriginConfig": {"OriginAccessIdentity": ""}}


def presigned_path(bucket, key, keys=None, host=None, age=0, method="GET"):
    """Returns the path and the query of a URL that was presigned `age` seconds ago. It is valid for
    900 seconds.
    """
    keys = keys or {"AccessKeyId": "test", "SecretAccessKey": "test", "SessionToken": None}
    credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    host = host or f"{bucket}.s3.us-east-1.amazonaws.com"
    request = AWSRequest(method=method, url=f"https://{host}/{key}")
    time = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=age)
    with mock.patch("botocore.auth.get_current_datetime", return_value=time):
        S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=900).add_auth(request)
    return request.url.removeprefix(f"https://{host}/")


def website(bucket):
    """Returns resources and outputs of a site with a private bucket, as in template.yaml. The
    distribution may not list the bucket `Closed`.
    """
    access = {"Name": bucket, "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}
    associations = [{"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": "Paths.FunctionARN"}}]
    config = {
        "Enabled": True,
        "Origins": [origin("web", "Bucket"), origin("closed", "Closed"), unsigned_origin("signed", "Closed")],
        "DefaultCacheBehavior": behaviour(FunctionAssociations=associations, AllowedMethods=["GET", "HEAD"]),
        "CacheBehaviors": [
            behaviour(PathPattern="never/*", CachePolicyId=NO_CACHE),
            behaviour(PathPattern="plain/*", Compress=False),
            behaviour(PathPattern="closed/*", TargetOriginId="closed"),
            behaviour(
                PathPattern="signed/*",
                TargetOriginId="signed",
                CachePolicyId=NO_CACHE,
                OriginRequestPolicyId={"Ref": "Signatures"},
                ResponseHeadersPolicyId={"Ref": "AnyOrigin"},
            ),
        ],
    }
    function = {"Comment": "Paths", "Runtime": "cloudfront-js-2.0"}
    paths = {"Name": bucket, "AutoPublish": True, "FunctionConfig": function, "FunctionCode": FUNCTION}
    readable = statement("s3:GetObject", "${Bucket.Arn}/*"), statement("s3:ListBucket", "${Bucket.Arn}")
    signatures = {
        "Name": f"{bucket}-signatures",
        "CookiesConfig": {"CookieBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    any_origin = {
        "Name": f"{bucket}-any-origin",
        "CorsConfig": {
            "OriginOverride": True,
            "AccessControlAllowCredentials": False,
            "AccessControlAllowHeaders": {"Items": ["*"]},
            "AccessControlAllowMethods": {"Items": ["GET", "HEAD"]},
            "AccessControlAllowOrigins": {"Items": ["*"]},
        },
    }
    return {
        "Signatures": {"Type": "AWS::CloudFront::OriginRequestPolicy", "Properties": {"OriginRequestPolicyConfig": signatures}},
        "AnyOrigin": {"Type": "AWS::CloudFront::ResponseHeadersPolicy", "Properties": {"ResponseHeadersPolicyConfig": any_origin}},
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}},
        "Closed": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": f"{bucket}-closed"}},
        "Access": {"Type": "AWS::CloudFront::OriginAccessControl", "Properties": {"OriginAccessControlConfig": access}},
        "Paths": {"Type": "AWS::CloudFront::Function", "Properties": paths},
        "Distribution": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
        "Policy": policy("Bucket", *readable),
        "ClosedPolicy": policy("Closed", statement("s3:GetObject", "${Closed.Arn}/*")),
    }, {"WebBucket": {"Ref": "Bucket"}, "WebDistributionId": {"Ref": "Distribution"}}


def cached_api():
    """Returns resources of a distribution of an API with open routes and a route of members. Each
    route has its own caching.
    """

    def operation(cache_control, status="200", **more):
        headers = {"method.response.header.Cache-Control": f"'{cache_control}'", "method.response.header.ETag": "'\"tag\"'"}
        response = {"statusCode": status, "responseTemplates": {"application/json": "{}"}, "responseParameters": headers}
        integration = {"type": "mock", "requestTemplates": {"application/json": f'{{"statusCode": {status}}}'}}
        return {"get": {"x-amazon-apigateway-integration": integration | {"responses": {"default": response}}} | more}

    paths = {
        "/short": operation("public, max-age=30, s-maxage=1"),
        "/long": operation("public, max-age=3600"),
        "/never": operation("no-store"),
        "/missing": operation("no-store", "404"),
        "/broken": operation("no-store", "500"),
        "/members": operation("public, max-age=60", **{"x-amazon-apigateway-auth": {"type": "AWS_IAM"}, "security": [{"sigv4": []}]}),
    }
    signature = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
    body = {"swagger": "2.0", "info": {"title": "cached", "version": "1"}, "paths": paths, "securityDefinitions": {"sigv4": signature}}
    policy = {
        "Name": "cached-api",
        "MinTTL": 0,
        "DefaultTTL": 0,
        "MaxTTL": 60,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingBrotli": True,
            "EnableAcceptEncodingGzip": True,
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "all"},
        },
    }
    origin = {"DomainName": {"Fn::Sub": "${Api}.execute-api.us-east-1.amazonaws.com"}, "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"}}
    config = {
        "Enabled": True,
        "Origins": [{"Id": "api"} | origin],
        "DefaultCacheBehavior": behaviour(TargetOriginId="api", CachePolicyId={"Ref": "Cache"}, AllowedMethods=["GET", "HEAD", "OPTIONS"]),
    }
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "cached", "Body": body}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"}},
        "Cache": {"Type": "AWS::CloudFront::CachePolicy", "Properties": {"CachePolicyConfig": policy}},
        "Distribution": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
    }


def pages(role_arn):
    """Returns resources of a distribution with several behaviours of an API."""

    def cache(name, **more):
        key = {
            "EnableAcceptEncodingBrotli": True,
            "EnableAcceptEncodingGzip": True,
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": ["cursor"]},
        }
        config = {"Name": name, "MinTTL": 0, "DefaultTTL": 0, "MaxTTL": 60, "ParametersInCacheKeyAndForwardedToOrigin": key | more}
        return {"Type": "AWS::CloudFront::CachePolicy", "Properties": {"CachePolicyConfig": config}}

    browser = {
        "Name": "browser",
        "CookiesConfig": {"CookieBehavior": "none"},
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": ["User-Agent"]},
        "QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": ["hint"]},
    }
    origin = {
        "DomainName": {"Fn::Sub": "${Api}.execute-api.us-east-1.amazonaws.com"},
        "OriginPath": "/v1/pages",
        "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
    }
    association = {"EventType": "viewer-request", "FunctionARN": {"Fn::GetAtt": "Methods.FunctionARN"}}
    config = {
        "Enabled": True,
        "Origins": [{"Id": "pages"} | origin],
        "DefaultCacheBehavior": behaviour(TargetOriginId="pages", CachePolicyId={"Ref": "Plain"}, AllowedMethods=["GET", "HEAD"]),
        "CacheBehaviors": [
            behaviour(
                PathPattern="s/?*",
                TargetOriginId="pages",
                CachePolicyId={"Ref": "Sessions"},
                OriginRequestPolicyId={"Ref": "Browser"},
                AllowedMethods=["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"],
                FunctionAssociations=[association],
            ),
            behaviour(PathPattern="@*", TargetOriginId="pages", CachePolicyId={"Ref": "Plain"}, AllowedMethods=["GET", "HEAD"]),
        ],
    }
    invocation = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${Echo.Arn}/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": invocation}}
    operation = {"x-amazon-apigateway-integration": integration}
    paths = {"/pages/{proxy+}": {"get": operation, "head": operation}}
    function = {
        "FunctionName": "echo",
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": role_arn,
        "Code": {"ZipFile": ECHO},
    }
    permission = {"FunctionName": {"Ref": "Echo"}, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    methods = {"Name": "methods", "AutoPublish": True, "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"}, "FunctionCode": METHODS}
    cookies = {"CookieBehavior": "whitelist", "Cookies": ["session"]}
    return {
        "Echo": {"Type": "AWS::Lambda::Function", "Properties": function},
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "echo", "Body": {"swagger": "2.0", "info": {"title": "echo", "version": "1"}, "paths": paths}}},
        "Deployment": {"Type": "AWS::ApiGateway::Deployment", "Properties": {"RestApiId": {"Ref": "Api"}, "StageName": "v1"}},
        "Plain": cache("plain"),
        "Sessions": cache("sessions", CookiesConfig=cookies),
        "Browser": {"Type": "AWS::CloudFront::OriginRequestPolicy", "Properties": {"OriginRequestPolicyConfig": browser}},
        "Methods": {"Type": "AWS::CloudFront::Function", "Properties": methods},
        "Distribution": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
    }


def get(address, method="GET", **headers):
    """Returns the status, headers and body of a page or of an error page."""
    headers = {name.replace("_", "-"): text for name, text in headers.items()}
    request = urllib.request.Request(address, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        return error.code, error.headers, error.read()


class OriginsOfApis(unittest.TestCase):
    """A distribution caches the replies of an API as they tell."""

    @classmethod
    def setUpClass(cls):
        deploy("cached", cached_api(), {"Domain": {"Value": {"Fn::GetAtt": "Distribution.DomainName"}}})
        cls.host = aws.outputs_of("cached")["Domain"].replace(".net", f".{urllib.parse.urlsplit(ENDPOINT).netloc}")

    def get(self, path, **headers):
        """Returns the status and headers of a reply of the API through the distribution."""
        status, received, _ = get(f"{ENDPOINT}/v1{path}", Host=self.host, **headers)
        return status, received

    def from_cache(self, path, **headers):
        """Returns whether a reply comes from the cache."""
        return self.get(path, **headers)[1]["X-Cache"] == "Hit from cloudfront"

    def test_caches_a_reply_for_the_time_that_it_tells(self):
        status, first = self.get("/short")
        self.assertEqual((status, first["X-Cache"], first["Age"]), (200, "Miss from cloudfront", None))
        self.assertTrue(self.from_cache("/short"))
        self.assertEqual(self.get("/short")[1]["Age"], "0")
        wait_for(lambda: not self.from_cache("/short"))

    def test_the_query_is_part_of_the_key(self):
        self.assertEqual([self.from_cache(f"/long?page={page}") for page in (1, 1, 2)], [False, True, False])

    def test_answers_304_from_the_cache(self):
        tag = self.get("/long?tag")[1]["ETag"]
        status, headers = self.get("/long?tag", If_None_Match=f'"other", W/{tag}')
        self.assertEqual((status, headers["X-Cache"]), (304, "Hit from cloudfront"))
        self.assertEqual(self.get("/long?tag", If_None_Match='"other"')[0], 200)
        self.assertEqual(self.get("/long?new", If_None_Match=tag)[0], 304)
        self.assertEqual(self.get("/long?new")[0], 200, "the cache has the whole reply")

    def test_does_not_cache_what_forbids_it(self):
        for path, expected in (("/never", 200), ("/missing", 404)):
            for _ in range(2):
                status, headers = self.get(path)
                self.assertEqual((status, headers["X-Cache"]), (expected, "Miss from cloudfront"), path)

    def test_caches_failures_for_some_seconds(self):
        self.assertEqual([self.from_cache("/broken") for _ in range(2)], [False, True])

    def test_forwards_no_credentials(self):
        credentials = Credentials("test", "test")
        request = AWSRequest(method="GET", url=f"{ENDPOINT}/v1/members", headers={"Host": self.host})
        SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
        for _ in range(2):
            status, headers = self.get("/members", Authorization=request.headers["Authorization"], X_Amz_Date=request.headers["X-Amz-Date"])
            self.assertEqual((status, headers["X-Cache"]), (403, "Miss from cloudfront"))

    def test_seconds_to_cache(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
        policy = {"MinTTL": 0, "DefaultTTL": 0, "MaxTTL": 60}
        for status, control, seconds in (
            (200, "public, max-age=30, s-maxage=20", 20),
            (200, "max-age=30", 30),
            (200, "max-age=3600", 60),
            (200, "", 0),
            (200, "no-store", 0),
            (200, "private, max-age=30", 0),
            (302, "max-age=30", 30),
            (303, "max-age=30", 0),
            (307, "max-age=30", 30),
            (200, "max-age=30, no-cache", 0),
            (404, "", 10),
            (404, "no-store", 0),
            (404, "max-age=30", 30),
            (503, "no-store", 10),
            (403, "", 0),
            (403, "max-age=1", 10),
            (429, "max-age=30", 0),
        ):
            self.assertEqual(seconds_to_cache(policy, status, control), seconds, (status, control))
        self.assertEqual(seconds_to_cache({"MinTTL": 5, "MaxTTL": 60}, 200, "no-store"), 5)
        self.assertEqual(seconds_to_cache({"MinTTL": 1}, 200, ""), 86_400)
        for status, seconds in ((301, 86_400), (302, 86_400), (307, 0), (308, 0)):
            self.assertEqual(seconds_to_cache({"MinTTL": 1}, status, ""), seconds, status)


class BehavioursOfApis(unittest.TestCase):
    """Each behaviour forwards what its policies name, and caches by a part of it."""

    @classmethod
    def setUpClass(cls):
        status = deploy("echo", pages(role("echo")), {"Domain": {"Value": {"Fn::GetAtt": "Distribution.DomainName"}}})
        assert status == "CREATE_COMPLETE", status
        cls.host = aws.outputs_of("echo")["Domain"].replace(".net", f".{urllib.parse.urlsplit(ENDPOINT).netloc}")

    def reply(self, path, method="GET", body=None, **headers):
        """Returns the status, headers and body of a reply. Follows no redirect."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(ENDPOINT).netloc)
        headers = {name.replace("_", "-"): text for name, text in headers.items()}
        connection.request(method, path, body, {"Host": self.host, "User-Agent": "Browser/1"} | headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def seen(self, path, **headers):
        """Returns the request that reaches the function."""
        status, _, body = self.reply(path, **headers)
        self.assertEqual(status, 200, body)
        return json.loads(body)

    def from_cache(self, path, **headers):
        """Returns whether a reply comes from the cache."""
        return self.reply(path, **headers)[1]["X-Cache"] == "Hit from cloudfront"

    def test_the_path_of_the_origin_precedes_that_of_the_request(self):
        for path in ("/explore", "/@anna/feed.xml", "/s/token"):
            self.assertEqual(self.seen(path)["path"], f"/pages{path}")

    def test_forwards_only_what_the_cache_policy_names(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
        private = {"Cookie": "session=1; other=2", "Accept_Language": "de", "Authorization": "Bearer x"}
        for path in ("/explore", "/@anna"):
            seen = self.seen(f"{path}?cursor=a%2Fb&other=1&hint=2", **private)
            self.assertEqual(seen["query"], {"cursor": "a/b"}, path)
            self.assertEqual((seen["cookie"], seen["accept-language"], seen["authorization"]), (None,) * 3, path)
            self.assertEqual(seen["user-agent"], "Amazon CloudFront", path)

    def test_forwards_what_both_policies_name(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-how-origin-request-policies-and-cache-policies-work-together.html
        seen = self.seen("/s/token?cursor=1&hint=2&other=3", Cookie="other=2; session=a.b-c; Session=3", Accept_Language="de")
        self.assertEqual((seen["query"], seen["cookie"]), ({"cursor": "1", "hint": "2"}, "session=a.b-c"))
        self.assertEqual((seen["user-agent"], seen["accept-language"]), ("Browser/1", None))

    def test_cookies_and_parameters_of_the_cache_policy_are_part_of_the_key(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-the-cache-key.html
        path = "/s/a/stored"
        self.assertFalse(self.from_cache(path, Cookie="session=1"))
        self.assertTrue(self.from_cache(path, Cookie="session=1"))
        self.assertTrue(self.from_cache(path, Cookie="other=9; session=1"), "no other cookie is")
        for other in ("session=2", "other=1"):
            self.assertFalse(self.from_cache(path, Cookie=other), other)
        self.assertFalse(self.from_cache(f"{path}?cursor=1", Cookie="session=1"))
        self.assertTrue(self.from_cache(f"{path}?cursor=1&other=1", Cookie="session=1"), "no other parameter is")

    def test_values_of_the_origin_request_policy_are_no_part_of_the_key(self):
        self.assertFalse(self.from_cache("/s/b/stored?hint=1"))
        self.assertTrue(self.from_cache("/s/b/stored?hint=2", User_Agent="Browser/2"))

    def test_cookies_that_are_not_forwarded_are_no_part_of_the_key(self):
        self.assertFalse(self.from_cache("/b/stored", Cookie="session=1"))
        self.assertTrue(self.from_cache("/b/stored", Cookie="session=2", User_Agent="Browser/2"))

    def test_replies_set_cookies_only_where_cookies_are_forwarded(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html
        self.assertEqual(self.reply("/s/token")[1].get_all("Set-Cookie"), ["session=1; HttpOnly", "other=2"])
        for path in ("/explore", "/@anna", "/c/stored", "/c/stored"):
            self.assertIsNone(self.reply(path)[1].get_all("Set-Cookie"), path)

    def test_a_function_answers_the_methods_that_the_behaviour_allows(self):
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        for body in (None, b"password=1", b"a" * 1_000_000):
            status, headers, _ = self.reply("/s/token?error=1", "POST", body, **form)
            self.assertEqual((status, headers["Location"]), (307, "http://api.example/s/token"))
            self.assertIn("FunctionGenerated", headers["X-Cache"])
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            status, headers, _ = self.reply("/s/token", method)
            self.assertEqual((status, headers["Allow"]), (405, "GET, HEAD, POST"), method)
        for path in ("/explore", "/@anna", "/s/"):
            status, headers, _ = self.reply(path, "POST", b"password=1")
            self.assertEqual((status, headers["X-Cache"]), (403, "Error from cloudfront"), path)

    def test_answers_head(self):
        status, headers, body = self.reply("/s/token", "HEAD")
        self.assertEqual((status, body, headers["Content-Type"]), (200, b"", "application/json"))

    def test_passes_redirects_on_and_caches_them_as_they_tell(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-3xx-status-codes.html
        for status in (301, 302, 307, 308):
            path = f"/d/{status}/short"
            found, headers, _ = self.reply(path)
            self.assertEqual((found, headers["Location"]), (status, "/elsewhere"))
            self.assertTrue(self.from_cache(path), path)
            for caching in ("never", "default"):
                self.assertEqual([self.from_cache(f"/d/{status}/{caching}") for _ in range(2)], [False, False], status)
        self.assertEqual([self.from_cache("/d/303/short") for _ in range(2)], [False, False])


class Distributions(unittest.TestCase):
    """The site responds as CloudFront on AWS, at an address that every program can reach."""

    @classmethod
    def setUpClass(cls):
        cls.before = get(SITE)
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
        client("s3").put_object(Bucket=self.bucket, Key="map.xml", Body=PAGE, ContentType="application/xml")
        client("s3").put_object(Bucket=self.bucket, Key="feed.atom", Body=PAGE, ContentType="application/atom+xml")

    def get(self, path, method="GET", **headers):
        """Returns a page of the site."""
        return get(SITE + path, method, **headers)

    def test_serves_a_private_bucket_at_the_root_of_the_site(self):
        for path in ("index.html", "", "index.html?x=1", "a%20b/page.html"):
            for host in (SITE.split("/")[2], "photos.example.org"):
                status, headers, body = self.get(path, Host=host)
                self.assertEqual((status, body, headers["Content-Type"]), (200, PAGE, "text/html"), path)
                self.assertIn("cloudfront", headers["Via"])
        self.assertEqual(get(f"{ENDPOINT}/{self.bucket}/index.html")[0], 403)
        self.assertEqual(self.get("_ministack/health")[0], 404, "the endpoints of the emulator are not on the site")

    def test_reports_a_site_that_is_not_deployed(self):
        status, headers, body = self.before
        self.assertEqual((status, headers["Content-Type"]), (503, "text/plain"))
        self.assertIn(b"not deployed yet", body)

    def test_runs_the_function_of_the_default_behaviour(self):
        for path in ("deep/link", "deep/link?x=1", ""):
            self.assertEqual(self.get(path)[::2], (200, PAGE), path)
        status, headers, body = self.get("nothing", Accept_Encoding="gzip, br")
        self.assertEqual((status, headers["Content-Type"], body), (404, "text/html", b"<p>Nothing here."))
        self.assertIn("FunctionGenerated", headers["X-Cache"])
        self.assertEqual(self.get("broken")[0], 503)
        self.assertEqual(self.get("never/deep/link")[0], 404, "another behaviour has no function")

    def test_answers_head_without_a_body(self):
        for path in ("index.html", "nothing", "nothing.html"):
            status, headers, body = self.get(path, method="HEAD")
            expected, full, content = self.get(path)
            self.assertEqual((status, body, headers["Content-Type"]), (expected, b"", full["Content-Type"]), path)
            self.assertAlmostEqual(int(headers["Content-Length"]), len(content), delta=0, msg=path)

    def test_refuses_other_methods_as_cloudfront_does(self):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            status, headers, body = self.get("index.html", method=method)
            self.assertEqual((status, headers["X-Cache"]), (403, "Error from cloudfront"), method)
            self.assertIn(b"not configured to allow the HTTP request method", body)

    def test_a_missing_object_is_404_if_the_distribution_may_list_the_bucket(self):
        client("s3").put_object(Bucket=f"{self.bucket}-closed", Key="closed/page.html", Body=PAGE)
        self.assertEqual(self.get("closed/page.html")[0], 200)
        self.assertEqual(self.get("closed/nothing.html")[0], 403)
        self.assertEqual(self.get("nothing.html")[0], 404)

    def test_a_bucket_without_origin_access_control_serves_presigned_urls_only(self):
        bucket = f"{self.bucket}-closed"
        for key in ("signed/a.webp", "signed/b.webp"):
            client("s3").put_object(Bucket=bucket, Key=key, Body=PAGE, ContentType="image/webp")
        valid = presigned_path(bucket, "signed/a.webp")
        status, headers, body = self.get(valid, Origin="https://other.example")
        self.assertEqual((status, headers["Content-Type"], body), (200, "image/webp", PAGE))
        self.assertEqual(headers["Access-Control-Allow-Origin"], "*")
        reader = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/signed/*"}
        keys = session("reader-of-pictures", reader)
        self.assertEqual(self.get(presigned_path(bucket, "signed/a.webp", keys))[0], 200, "a session token")
        signature = valid[-64:]
        refused = {
            "no signature": "signed/a.webp",
            "an altered signature": valid.replace(signature, signature[::-1]),
            "another key": valid.replace("a.webp", "b.webp"),
            "a longer validity": valid.replace("X-Amz-Expires=900", "X-Amz-Expires=9000"),
            "an expired signature": presigned_path(bucket, "signed/a.webp", age=901),
            "a signature for the site": presigned_path(bucket, "signed/a.webp", host=SITE.split("/")[2]),
            "keys of a stranger": presigned_path(bucket, "signed/a.webp", session("stranger-to-pictures")),
            "unknown keys": presigned_path(bucket, "signed/a.webp", {**keys, "AccessKeyId": "ASIAUNKNOWNUNKNOWN00"}),
        }
        for name, path in refused.items():
            status, _, body = self.get(path)
            self.assertEqual((status, PAGE in body), (403, False), name)
        self.assertEqual(self.get(presigned_path(bucket, "signed/a.webp", age=899))[0], 200, "a second before its end")

    def test_compresses_text_for_clients_that_accept_it(self):
        accepted = {"gzip, deflate, br": "br", "br": "br", "gzip": "gzip", "gzip, br;q=0": "gzip", "GZIP;q=0.5": "gzip", "gzip;x": "gzip"}
        for accept, coding in accepted.items():
            status, headers, body = self.get("index.html", Accept_Encoding=accept)
            found = (status, headers["Content-Encoding"], headers["Vary"])
            self.assertEqual(found, (200, coding, "Accept-Encoding"), accept)
            plain = brotli.decompress(body) if coding == "br" else gzip.decompress(body)
            self.assertEqual((len(body), plain), (int(headers["Content-Length"]), PAGE))
            self.assertTrue(headers["ETag"].startswith('W/"'))
            self.assertEqual(self.get("index.html", Accept_Encoding=accept, If_None_Match=headers["ETag"])[0], 304)

    def test_compresses_xml(self):
        headers = self.get("map.xml", Accept_Encoding="gzip, br")[1]
        self.assertEqual((headers["Content-Type"], headers["Content-Encoding"]), ("application/xml", "br"))

    def test_does_not_compress_other_content(self):
        for path in ("picture.webp", "short.html", "feed.atom", "never/page.html", "plain/page.html"):
            status, headers, _ = self.get(path, Accept_Encoding="gzip, br")
            self.assertEqual((status, headers["Content-Encoding"]), (200, None), path)
            self.assertFalse(headers["ETag"].startswith("W/"), path)
        for accept in ("", "identity", "gzip;q=0, br;q=0.000"):
            self.assertIsNone(self.get("index.html", Accept_Encoding=accept)[1]["Content-Encoding"], accept)

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
        self.assertEqual(self.get("picture.webp")[0], 200, "keeps replaced files")
        invalidations = client("cloudfront").list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        self.assertEqual(invalidations["Quantity"], 1)

    def test_keeps_replaced_files_for_open_pages(self):
        s3, bucket = client("s3"), "versions-of-the-web-app"
        s3.create_bucket(Bucket=bucket)

        def publish(*names):
            with tempfile.TemporaryDirectory() as folder:
                pathlib.Path(folder, "assets").mkdir()
                for name in ("index.html", *names):
                    pathlib.Path(folder, name).write_text(name)
                aws.publish(bucket, folder, "{}")
            return sorted(aws.keys(s3, bucket) - {"index.html", "config.json"})

        def replaced(name):
            return s3.head_object(Bucket=bucket, Key=name)["Metadata"].get(aws.REPLACED)

        publish("assets/1.js", "assets/both.js", "icon.svg")
        expected = ["assets/1.js", "assets/2.js", "assets/both.js", "icon.svg"]
        self.assertEqual(publish("assets/2.js", "assets/both.js"), expected)
        for name, cache, kind in (
            ("assets/1.js", aws.IMMUTABLE, "text/javascript; charset=utf-8"),
            ("icon.svg", aws.REVALIDATE, "image/svg+xml"),
        ):
            kept = s3.head_object(Bucket=bucket, Key=name)
            self.assertEqual((kept["CacheControl"], kept["ContentType"]), (cache, kind))
        first = replaced("assets/1.js")
        self.assertIsNotNone(first)
        self.assertIsNone(replaced("assets/both.js"))
        self.assertEqual(publish("assets/3.js", "icon.svg"), sorted([*expected, "assets/3.js"]))
        self.assertEqual(replaced("assets/1.js"), first, "the retention starts only once")
        self.assertIsNone(replaced("icon.svg"), "a file that returns is not replaced")
        with mock.patch.object(aws, "RETENTION", -datetime.timedelta(seconds=1)):
            # The files that this version replaces stay, the others are over their retention.
            self.assertEqual(publish("assets/4.js"), ["assets/3.js", "assets/4.js", "icon.svg"])

    def test_uploads_nothing_if_nothing_has_changed(self):
        s3, bucket = client("s3"), "unchanged-web-app"
        s3.create_bucket(Bucket=bucket)
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "index.html")
            page.write_text("1")
            self.assertTrue(aws.publish(bucket, folder, "{}"))
            self.assertFalse(aws.publish(bucket, folder, "{}"))
            self.assertTrue(aws.publish(bucket, folder, '{"a": 1}'), "the configuration has changed")
            page.write_text("2")
            self.assertTrue(aws.publish(bucket, folder, '{"a": 1}'))
            self.assertFalse(aws.publish(bucket, folder, '{"a": 1}'))

    def test_uploads_a_file_again_that_somebody_has_deleted(self):
        s3, bucket = client("s3"), "incomplete-web-app"
        s3.create_bucket(Bucket=bucket)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("index.html", "icon.svg", "sw.js"):
                pathlib.Path(folder, name).write_text(name)
            aws.publish(bucket, folder, "{}")
            for name in ("icon.svg", "config.json", "sw.js"):
                s3.delete_object(Bucket=bucket, Key=name)
                self.assertTrue(aws.publish(bucket, folder, "{}"), name)
                self.assertIn(name, aws.keys(s3, bucket))
                self.assertFalse(aws.publish(bucket, folder, "{}"), name)

    def test_replaces_the_page_after_the_assets_and_before_the_service_worker(self):
        """At any moment, the page on the site finds its assets, and an open page finds its own."""
        s3, bucket = client("s3"), "order-of-publishing"
        s3.create_bucket(Bucket=bucket)
        changes = []
        real = s3.put_object
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "assets").mkdir()
            for name in ("assets/a.js", "assets/z.css", "icon.svg", "index.html", "sw.js"):
                pathlib.Path(folder, name).write_text(name)
            recorder = mock.Mock(wraps=s3)
            recorder.put_object = lambda **call: changes.append(call["Key"]) or real(**call)
            recorder.delete_object = lambda **call: self.fail(f"deletes {call['Key']} at once")
            with mock.patch.object(aws.boto3, "client", return_value=recorder):
                aws.publish(bucket, folder, "{}")
        self.assertEqual(changes[:2], ["assets/a.js", "assets/z.css"])
        self.assertEqual(changes[-2:], ["index.html", "sw.js"])

    def test_uploads_each_file_after_the_files_it_refers_to(self):
        files = ["sw.js", "index.html", "assets/b.js", "icon.svg", "assets/a.css", "config.json"]
        expected = ["assets/a.css", "assets/b.js", "config.json", "icon.svg", "index.html", "sw.js"]
        self.assertEqual(sorted(sorted(files), key=aws.upload_order), expected)


if __name__ == "__main__":
    unittest.main()
