"""The site: origins, cache behaviors and headers of the distribution, and the cache of the API."""

import fnmatch
import json
import re
import unittest

from .expanded import OPEN, TRANSFORMED, WORKSPACE, Stack, logical_id, statements

NO_HEADERS, NO_COOKIES = {"HeaderBehavior": "none"}, {"CookieBehavior": "none"}
DEVELOPER_KEY = {"HeaderBehavior": "whitelist", "Headers": ["x-api-key"]}
NO_QUERY = {"QueryStringBehavior": "none"}
LOCAL = {"LocalEndpoint": "http://localhost:4566", "LocalSite": "http://localhost:4567/"}
DOMAIN = {"WebDomain": "photos.example.org", "WebCertificate": "arn"}
API = "https://<Api>.execute-api.us-east-1.amazonaws.com"


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
        routes = [path["get"] for path in paths if "get" in path and {} in path["get"].get("security", [])]
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
        # A developer key is in the key of the cache, so that each key has replies of its own.
        self.assertEqual(key["HeadersConfig"], DEVELOPER_KEY)
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


class Pages(unittest.TestCase):
    """The distribution sends the paths of pages to the routes of `pages`."""

    # The parameters of pages. A handle can end with `.xml`.
    PARAMETERS = {
        "/explore": ["cursor"], "/@anna": ["cursor"], "/@anna.xml": ["cursor"], "/albums/018f": ["cursor"],
        "/oembed": ["format", "maxheight", "maxwidth", "url"], "/sitemap.xml": ["after"],
        "/feed.xml": [], "/@anna/feed.xml": [], "/@anna.xml/feed.xml": [], "/albums/018f/feed.xml": [],
        "/i/a/b/small": [], "/robots.txt": [], "/v1/pages/explore": [],
    }  # fmt: skip

    def setUp(self):
        self.stack = Stack()
        self.config = self.distribution(self.stack)
        self.behaviors = self.config["CacheBehaviors"]

    @staticmethod
    def distribution(stack):
        """Returns the configuration of the distribution."""
        [distribution] = stack.of_type("AWS::CloudFront::Distribution").values()
        return distribution["DistributionConfig"]

    def behavior(self, path):
        """Returns the behavior of a path. The first pattern that matches applies."""
        matching = (found for found in self.behaviors if fnmatch.fnmatchcase(path, "/" + found["PathPattern"]))
        return next(matching, self.config["DefaultCacheBehavior"])

    def policy(self, reference):
        """Returns the configuration of a policy of CloudFront."""
        [config] = self.stack.resources[logical_id(reference)]["Properties"].values()
        return config

    def forwarded(self, behavior):
        """Returns what CloudFront forwards to the origin of a behavior: cookies, headers, query."""
        key = self.policy(behavior["CachePolicyId"])["ParametersInCacheKeyAndForwardedToOrigin"]
        found = [key["CookiesConfig"], key["HeadersConfig"], key["QueryStringsConfig"]]
        if "OriginRequestPolicyId" in behavior:
            policy = self.policy(behavior["OriginRequestPolicyId"])
            more = [policy["CookiesConfig"], policy["HeadersConfig"], policy["QueryStringsConfig"]]
            empty = [NO_COOKIES, NO_HEADERS, NO_QUERY]
            for place, (own, added, none) in enumerate(zip(found, more, empty)):
                self.assertIn(none, (own, added), "only one of both policies names values")
                found[place] = added if own == none else own
        return found

    def test_the_paths_of_pages_reach_their_routes(self):
        [origin] = [origin for origin in self.config["Origins"] if origin["Id"] == "pages"]
        self.assertEqual(f"https://{origin['DomainName']}", API)
        self.assertEqual(origin["OriginPath"], "/v1/pages")
        self.assertEqual(origin["CustomOriginConfig"]["OriginProtocolPolicy"], "https-only")
        pages = [
            "/explore", "/@anna", "/@anna/018f", "/@anna/feed.xml", "/albums/018f", "/albums/018f/feed.xml", "/s/token",
            "/i/018f/018f/small", "/feed.xml", "/sitemap.xml", "/oembed", "/robots.txt", "/@anna.xml",
        ]  # fmt: skip
        self.assertEqual([path for path in pages if self.behavior(path)["TargetOriginId"] != "pages"], [])
        others = {
            "/": "web", "/feed": "web", "/a/018f": "web", "/shared/token": "web", "/pages.css": "web", "/s": "web",
            "/s/": "web", "/i/": "web", "/albums": "web", "/a.xml": "web", "/assets/a.xml": "web", "/assets/@a": "web", "/people/@anna": "web",
            "/v1/public": "api", "/v1/public/pages/a": "api", "/renditions/a/b/small": "media",
        }  # fmt: skip
        self.assertEqual({path: self.behavior(path)["TargetOriginId"] for path in others}, others)

    def test_pages_have_no_second_address_on_the_site(self):
        # The API's own behavior adds no headers. Here, the route is `/pages/v1/pages/explore`.
        for path in ("/v1/pages/explore", "/v1/pages/s/token"):
            self.assertEqual(self.behavior(path)["TargetOriginId"], "pages", path)

    def test_pages_are_cached_for_a_minute_at_most(self):
        for path in self.PARAMETERS:
            behavior = self.behavior(path)
            self.assertEqual((behavior["AllowedMethods"], behavior["Compress"]), (["GET", "HEAD"], True), path)
            self.assertNotIn("FunctionAssociations", behavior)
            policy = self.policy(behavior["CachePolicyId"])
            self.assertEqual([policy[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")], [0, 0, 60], path)

    def test_pages_receive_their_parameters_and_nothing_else(self):
        # Another parameter would cause a call of the API for each of its values.
        for path, names in self.PARAMETERS.items():
            query = {"QueryStringBehavior": "whitelist", "QueryStrings": names} if names else NO_QUERY
            behavior = self.behavior(path)
            self.assertEqual(self.forwarded(behavior), [NO_COOKIES, NO_HEADERS, query], path)
            # The parameters are part of the cache key.
            self.assertNotIn("OriginRequestPolicyId", behavior, path)

    def test_pages_of_share_links_receive_the_session_and_the_browser(self):
        query = {"QueryStringBehavior": "whitelist", "QueryStrings": ["cursor", "error", "session"]}
        cookies = {"CookieBehavior": "whitelist", "Cookies": ["link-session"]}
        headers = {"HeaderBehavior": "whitelist", "Headers": ["User-Agent"]}
        behavior = self.behavior("/s/token")
        self.assertEqual(self.forwarded(behavior), [cookies, headers, query])
        # A second visitor can receive the reply to a request with the same key at the same time.
        key = self.policy(behavior["CachePolicyId"])["ParametersInCacheKeyAndForwardedToOrigin"]
        self.assertEqual((key["CookiesConfig"], key["QueryStringsConfig"]), (cookies, query))

    def test_cloudfront_stores_no_page_of_a_share_link(self):
        behavior = self.behavior("/s/token")
        policy = self.policy(behavior["CachePolicyId"])
        self.assertEqual([policy[name] for name in ("MinTTL", "DefaultTTL", "MaxTTL")], [0, 0, 1])
        self.assertTrue(behavior["Compress"])

    def test_only_share_links_and_the_api_receive_cookies_or_headers(self):
        for behavior in [*self.behaviors, self.config["DefaultCacheBehavior"]]:
            if behavior["CachePolicyId"].startswith("<") and behavior.get("PathPattern") not in ("s/?*", "v1/*"):
                self.assertEqual(self.forwarded(behavior)[:2], [NO_COOKIES, NO_HEADERS], behavior.get("PathPattern"))

    def test_a_function_answers_the_other_methods_of_share_links(self):
        behavior = self.behavior("/s/token")
        self.assertEqual(len(behavior["AllowedMethods"]), 7)
        association = {"EventType": "viewer-request", "FunctionARN": "<LinkPaths.FunctionARN>"}
        self.assertEqual(behavior["FunctionAssociations"], [association])
        # frontend/tests/site runs the code.
        for parameters, api in (({}, API), (LOCAL, "http://localhost:4566/_aws/execute-api/<Api>")):
            code = Stack(parameters).resources["LinkPaths"]["Properties"]["FunctionCode"]
            self.assertIn(f"'{api}/v1/shared/'", code)

    def test_pages_load_only_styles_and_images_of_the_site(self):
        bucket = "https://<MediaBucket.RegionalDomainName>"
        for parameters, images, forms in (
            ({}, f"'self' {bucket}", API),
            (DOMAIN, f"'self' {bucket} https://photos.example.org", f"{API} https://photos.example.org"),
            (LOCAL, "'self'", "http://localhost:4566"),
            (LOCAL | {"RenditionsFrom": "bucket"}, "'self' http://localhost:4566", "http://localhost:4566"),
        ):
            policies = Stack(parameters).of_type("AWS::CloudFront::ResponseHeadersPolicy")
            headers = policies["PageHeaders"]["ResponseHeadersPolicyConfig"]
            security = headers["SecurityHeadersConfig"]
            expected = [
                "default-src 'none'", "style-src 'self'", f"img-src {images}", f"form-action 'self' {forms}",
                "base-uri 'none'", "frame-ancestors 'none'",
            ]  # fmt: skip
            self.assertEqual(security["ContentSecurityPolicy"]["ContentSecurityPolicy"].split("; "), expected)
            self.assertTrue(all(header["Override"] for header in security.values()))
            self.assertEqual(security["ReferrerPolicy"]["ReferrerPolicy"], "no-referrer")
            custom = {item["Header"]: item["Value"] for item in headers["CustomHeadersConfig"]["Items"]}
            self.assertEqual(custom["Cross-Origin-Resource-Policy"], "same-origin")
            self.assertEqual(custom["Cross-Origin-Opener-Policy"], "same-origin")

    def test_each_page_has_these_headers_and_each_image_those_of_renditions(self):
        for behavior in self.behaviors:
            if behavior["TargetOriginId"] == "pages":
                expected = "<RenditionHeaders>" if behavior["PathPattern"].startswith("i/") else "<PageHeaders>"
                self.assertEqual(behavior["ResponseHeadersPolicyId"], expected, behavior["PathPattern"])

    def test_each_route_is_open_and_has_a_limit_of_its_own(self):
        [api] = self.stack.of_type("AWS::ApiGateway::RestApi").values()
        [stage] = self.stack.of_type("AWS::ApiGateway::Stage").values()
        limits = {
            (setting["ResourcePath"].replace("/~1", "/").replace("~1", "/"), setting["HttpMethod"]): setting["ThrottlingRateLimit"]
            for setting in stage["MethodSettings"]
        }
        for path in ("/pages/{proxy+}", "/pages/i/{proxy+}", "/pages/s/{proxy+}", "/pages/sitemap.xml"):
            methods = api["Body"]["paths"][path]
            self.assertEqual(methods.keys() - {"options"}, {"get", "head"})
            for method in ("get", "head"):
                self.assertEqual(methods[method]["security"], [{"NONE": []}], path)
                self.assertIn((path, method.upper()), limits)
        # A sitemap costs about 20 times as much as a page, for HEAD too.
        for method in ("GET", "HEAD"):
            self.assertLessEqual(limits["/pages/sitemap.xml", method], limits["/pages/{proxy+}", "GET"] / 10)

    def test_pages_read_no_index_that_they_do_not_need(self):
        # Pages show the pictures of an album in the order in which they were added.
        resources = [str(statement["Resource"]) for statement in statements(self.stack, "PagesRole")]
        self.assertTrue(any("/index/ByTime" in resource for resource in resources))
        self.assertFalse(any("/index/ByTaken" in resource for resource in resources))

    def test_a_page_can_change_nothing_but_the_visits_of_a_link(self):
        writes = {"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
        found = [statement for statement in statements(self.stack, "PagesRole") if writes & set(statement["Action"])]
        self.assertEqual([statement["Resource"] for statement in found], ["<LinksTable.Arn>", "<SecretsTable.Arn>"])
        condition = found[0]["Condition"]
        names = condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]
        self.assertEqual(set(names), {"listId", "entry", "visits", "lastVisitedAt"})
        # Otherwise, the reply to a write could contain other attributes.
        self.assertNotIn("ALL_OLD", condition["StringEqualsIfExists"]["dynamodb:ReturnValues"])

    def test_the_title_is_text_of_the_page_for_unknown_paths(self):
        code = Stack({"SiteTitle": "Anna & Tom's"}).resources["WebPaths"]["Properties"]["FunctionCode"]
        self.assertIn("<title>Not found &middot; Anna & Tom's</title>", code)
        pattern = TRANSFORMED["Parameters"]["SiteTitle"]["AllowedPattern"]
        for title in ("Albumen", "Anna & Tom's", 'My "best" pictures', "Bilder für Oma", "写真", "a" * 60):
            self.assertRegex(title, pattern)
        for title in ("", "a" * 61, "<b>", "a>b", "`", "$", "\\", "a\nb", "\x00"):
            self.assertNotRegex(title, pattern)

    def test_the_links_of_pages_are_urls(self):
        for name in ("ContactUrl", "ImprintUrl", "TermsUrl", "PrivacyUrl"):
            pattern = TRANSFORMED["Parameters"][name]["AllowedPattern"]
            for url in ("", "https://example.org/imprint?a=b&c=d#e", "http://example.org", "mailto:anna@example.org"):
                self.assertRegex(url, pattern)
            for url in ("javascript:alert(1)", "example.org", "https://", "https://a b", 'https://a"b', "https://a'b", "https://a<b"):
                self.assertNotRegex(url, pattern)

    def test_the_function_gets_the_parameters_of_pages(self):
        parameters = {
            "SiteTitle": "Our pictures", "ContactUrl": "mailto:a@example.org", "ImprintUrl": "https://example.org/i",
            "TermsUrl": "https://example.org/t", "PrivacyUrl": "https://example.org/p", "PublicPages": "no",
        }  # fmt: skip
        variables = Stack(parameters).resources["PagesFunction"]["Properties"]["Environment"]["Variables"]
        for name, value in parameters.items():
            self.assertEqual(variables[re.sub("(?<=[a-z])(?=[A-Z])", "_", name).upper()], value)


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
            self.assertEqual(api["Body"]["paths"][route]["get"]["security"], OPEN)

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
