"""The site: origins, cache behaviors and headers of the distribution, and the cache of the API."""

import json
import re
import unittest

from .expanded import TRANSFORMED, WORKSPACE, Stack, logical_id


def references(value):
    """Yields the logical ids that a part of the template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for name, argument in value.items():
            if name == "Ref":
                yield argument
            elif name == "Fn::GetAtt":
                yield argument.split(".")[0] if isinstance(argument, str) else argument[0]
            elif name == "Fn::Sub":
                yield from re.findall(r"\$\{(\w+)", argument if isinstance(argument, str) else argument[0])
                yield from references(argument)
            else:
                yield from references(argument)


class Site(unittest.TestCase):
    """The distribution serves the web app and renditions."""

    def setUp(self):
        self.stack = Stack()
        [distribution] = self.stack.of_type("AWS::CloudFront::Distribution").values()
        config = distribution["DistributionConfig"]
        self.origins = {origin["Id"]: origin for origin in config["Origins"]}
        self.behaviors = {behavior["PathPattern"]: behavior for behavior in config["CacheBehaviors"]}

    def policy(self, reference):
        """Returns the configuration of a policy of CloudFront."""
        [config] = self.stack.resources[logical_id(reference)]["Properties"].values()
        return config

    def test_cloudfront_has_no_access_to_the_media_bucket(self):
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
        media = self.origins["media"]
        self.assertEqual(media["DomainName"], "<MediaBucket.RegionalDomainName>")
        self.assertNotIn("OriginAccessControlId", media)
        self.assertEqual(media["S3OriginConfig"], {"OriginAccessIdentity": ""})
        policies = self.stack.of_type("AWS::S3::BucketPolicy").values()
        [policy] = [policy for policy in policies if policy["Bucket"] == "<MediaBucket>"]
        self.assertEqual({statement["Effect"] for statement in policy["PolicyDocument"]["Statement"]}, {"Deny"})

    def test_the_signature_of_a_rendition_is_part_of_the_cache_key(self):
        behavior = self.behaviors["renditions/*"]
        self.assertEqual((behavior["TargetOriginId"], behavior["AllowedMethods"]), ("media", ["GET", "HEAD"]))
        self.assertNotIn("FunctionAssociations", behavior)
        self.assertNotIn("OriginRequestPolicyId", behavior)
        policy = self.policy(behavior["CachePolicyId"])
        self.assertEqual((policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]), (0, 0, 1))
        key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        self.assertEqual(key["QueryStringsConfig"], {"QueryStringBehavior": "all"})
        self.assertEqual(key["HeadersConfig"], {"HeaderBehavior": "none"})
        self.assertEqual(key["CookiesConfig"], {"CookieBehavior": "none"})

    def test_renditions_can_come_from_the_bucket_instead(self):
        for parameters, expected in (({}, "site"), ({"RenditionsFrom": "bucket"}, "bucket")):
            functions = Stack(parameters).of_type("AWS::Lambda::Function").values()
            environments = [function["Environment"]["Variables"] for function in functions]
            presigning = [variables for variables in environments if "MEDIA_DOMAIN" in variables]
            self.assertGreater(len(presigning), 5)
            self.assertEqual({variables["RENDITIONS_FROM"] for variables in presigning}, {expected})

    def test_the_functions_know_the_site_wherever_renditions_come_from(self):
        # Share links belong to the site.
        for renditions_from in ("site", "bucket"):
            stack = Stack({"RenditionsFrom": renditions_from})
            [stage] = stack.of_type("AWS::ApiGateway::Stage").values()
            self.assertEqual(stage["Variables"], {"site": "https://<WebDistribution.DomainName>/"})
            variables = stack.resources["LiveFunction"]["Properties"]["Environment"]["Variables"]
            self.assertEqual(variables["SITE"], stage["Variables"]["site"])

    def test_pages_of_other_origins_can_show_renditions(self):
        headers = self.policy(self.behaviors["renditions/*"]["ResponseHeadersPolicyId"])
        self.assertEqual(headers["CorsConfig"]["AccessControlAllowOrigins"], {"Items": ["*"]})
        custom = {item["Header"]: item["Value"] for item in headers["CustomHeadersConfig"]["Items"]}
        self.assertEqual(custom, {"Cross-Origin-Resource-Policy": "cross-origin"})
        security = headers["SecurityHeadersConfig"]
        self.assertIn("default-src 'none'", security["ContentSecurityPolicy"]["ContentSecurityPolicy"])
        self.assertTrue(security["ContentTypeOptions"]["Override"])

    def test_the_web_app_shows_images_of_each_address_that_replies_contain(self):
        # Until an update reaches the stage, which waits for the distribution, and without its
        # variable, the URLs belong to the bucket. With WebDomain, the site has two host names.
        bucket = "img-src 'self' data: blob: https://<MediaBucket.RegionalDomainName>"
        domain = {"WebDomain": "photos.example.org", "WebCertificate": "arn"}
        for parameters, sources in (({}, bucket), (domain, f"{bucket} https://photos.example.org")):
            policies = Stack(parameters).of_type("AWS::CloudFront::ResponseHeadersPolicy")
            security = policies["WebHeaders"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
            policy = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
            self.assertIn(sources, policy.split("; "))

    def test_open_routes_are_cached_for_a_minute_at_most(self):
        api, behavior = self.origins["api"], self.behaviors["v1/*"]
        self.assertEqual(api["DomainName"], "<Api>.execute-api.us-east-1.amazonaws.com")
        self.assertEqual(api["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only")
        self.assertNotIn("OriginPath", api)
        self.assertEqual((behavior["TargetOriginId"], behavior["Compress"]), ("api", True))
        self.assertEqual(behavior["AllowedMethods"], ["GET", "HEAD", "OPTIONS"])
        policy = self.policy(behavior["CachePolicyId"])
        self.assertEqual([policy[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")], [0, 0, 60])
        key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        # Other parameters would be keys of their own, each with a call of the API.
        paths = json.loads((WORKSPACE / "docs/openapi.json").read_text())["paths"].values()
        routes = [path["get"] for path in paths if "get" in path and path["get"].get("security") == []]
        parameters = [parameter for route in routes for parameter in route.get("parameters", [])]
        names = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
        self.assertEqual(key["QueryStringsConfig"]["QueryStringBehavior"], "whitelist")
        self.assertEqual(set(key["QueryStringsConfig"]["QueryStrings"]), names)

    def test_the_api_gets_no_credentials_through_the_site(self):
        behavior = self.behaviors["v1/*"]
        key = self.policy(behavior["CachePolicyId"])["ParametersInCacheKeyAndForwardedToOrigin"]
        # A signature can be in the query.
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
        self.assertNotEqual(key["QueryStringsConfig"]["QueryStringBehavior"], "all")
        self.assertEqual(key["HeadersConfig"], {"HeaderBehavior": "none"})
        self.assertEqual(key["CookiesConfig"], {"CookieBehavior": "none"})
        self.assertNotIn("OriginRequestPolicyId", behavior)

    def test_the_functions_get_the_url_of_the_site_from_the_stage(self):
        urls = {
            "https://<WebDistribution.DomainName>/": {},
            "https://photos.example.org/": {"WebDomain": "photos.example.org", "WebCertificate": "arn"},
            "http://localhost:4567/": {"LocalEndpoint": "http://localhost:4566", "LocalSite": "http://localhost:4567/"},
        }
        for url, parameters in urls.items():
            [stage] = Stack(parameters).of_type("AWS::ApiGateway::Stage").values()
            self.assertEqual(stage["Variables"], {"site": url})

    def test_no_function_with_a_route_depends_on_the_distribution(self):
        """The distribution names the API, whose routes name the functions."""
        resources = TRANSFORMED["Resources"]
        functions = {id for id in references(resources["Api"]["Properties"]) if resources.get(id, {}).get("Type") == "AWS::Lambda::Function"}
        self.assertIn("UsersFunction", functions)
        self.assertNotIn("LiveFunction", functions)
        for id in functions:
            self.assertNotIn("WebDistribution", set(references(resources[id]["Properties"])), id)
        for parameters in ({}, {"WebDomain": "photos.example.org", "WebCertificate": "arn"}):
            stack = Stack(parameters)
            [stage] = stack.of_type("AWS::ApiGateway::Stage").values()
            live = stack.resources["LiveFunction"]["Properties"]["Environment"]["Variables"]
            self.assertEqual(live["SITE"], stage["Variables"]["site"])


class StageCache(unittest.TestCase):
    """The cache of API Gateway, which a parameter adds, stores the replies of open routes."""

    def cached(self, **parameters):
        """Returns the stage, and the settings of the methods with caching by path and method."""
        [stage] = Stack(parameters).of_type("AWS::ApiGateway::Stage").values()
        settings = [setting for setting in stage["MethodSettings"] if setting.get("CachingEnabled")]
        paths = {(setting["ResourcePath"].replace("/~1", "/").replace("~1", "/"), setting["HttpMethod"]): setting for setting in settings}
        return stage, paths

    def test_there_is_none_by_default(self):
        stage, paths = self.cached()
        self.assertEqual((stage["CacheClusterEnabled"], paths), (False, {}))
        self.assertNotIn("CacheClusterSize", stage)

    def test_it_stores_the_replies_of_cacheable_open_routes_for_half_a_minute(self):
        stage, paths = self.cached(ApiCacheSize="0.5")
        self.assertEqual((stage["CacheClusterEnabled"], stage["CacheClusterSize"]), (True, "0.5"))
        albums = {"/public/albums/{albumId}", "/public/albums/{albumId}/pictures"}
        routes = {"/public", "/public/{ownerId}/{id}", "/openapi.json"} | albums
        self.assertEqual(paths.keys(), {(route, "GET") for route in routes})
        for setting in paths.values():
            self.assertEqual((setting["CacheTtlInSeconds"], setting["CacheDataEncrypted"]), (30, True))
        [api] = Stack().of_type("AWS::ApiGateway::RestApi").values()
        for route in routes:
            self.assertEqual(api["Body"]["paths"][route]["get"]["security"], [{"NONE": []}])

    def test_its_key_contains_every_parameter_of_a_route(self):
        # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
        [api] = Stack().of_type("AWS::ApiGateway::RestApi").values()
        _, paths = self.cached(ApiCacheSize="0.5")
        specification = json.loads((WORKSPACE / "docs/openapi.json").read_text())
        places = {"header": "header", "path": "path", "query": "querystring"}
        for route, _ in paths:
            integration = api["Body"]["paths"][route]["get"]["x-amazon-apigateway-integration"]
            parameters = specification["paths"][route]["get"]["parameters"]
            expected = {f"method.request.{places[parameter['in']]}.{parameter['name']}" for parameter in parameters}
            self.assertEqual(set(integration["cacheKeyParameters"]), expected, route)


if __name__ == "__main__":
    unittest.main()
