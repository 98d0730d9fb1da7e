"""Patches of CloudFront: the port of the site, origins, missing objects, cookies, caching and
compression.
"""

import asyncio
import copy
import functools
import gzip
import http
import os
import re
import time
import urllib.parse

import brotli

# The name of the stack output that contains the id of the site's distribution.
DISTRIBUTION_OUTPUT = "WebDistributionId"
NOT_DEPLOYED = b"The site is not deployed yet. Wait until `cargo dev up` prints the addresses.\n"
# The content types of the site and the sizes in bytes that CloudFront compresses. It compresses no
# Atom feed, but API Gateway does.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "application/wasm", "application/xml", "image/svg+xml")
COMPRESSIBLE_SIZES = range(1_000, 10_000_001)
# The compression level, which AWS does not document. Level 11 would take seconds for a large file.
BROTLI_QUALITY = 5
# The domain name of a REST API.
API_DOMAIN = re.compile(r"([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
# The error caching minimum TTL of CloudFront in seconds, and the statuses to which it applies.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
ERROR_SECONDS = 10
CACHED_ERRORS = {404, 410, 414, 500, 501, 502, 503, 504}
ERRORS_THAT_CAN_FORBID_CACHING = {404, 410, 414, 501}
ERRORS_CACHED_WITH_MAX_AGE = {400, 403, 405, 412, 415}
CACHED_STATUSES = {200, 301, 302, 307, 308}
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-3xx-status-codes.html
CACHED_WITH_CACHE_CONTROL = {307, 308}


def serve_site():
    """Serves the distribution of the site on the port `SITE_PORT`, at the root, for any `Host`. On
    AWS it has its own host name. ministack serves distributions only at
    `ID.cloudfront.localhost`, which browsers resolve and other programs do not.
    """
    from hypercorn import asyncio as hypercorn

    serve, port = hypercorn.serve, int(os.environ["SITE_PORT"])

    async def serve_both(app, config):
        async def route(scope, receive, send):
            on_site = scope["type"] in ("http", "websocket") and scope["server"][1] == port
            await (answer if on_site else app)(scope, receive, send)

        # If an address is in use, ministack removes all addresses but the first from the
        # configuration. The copy keeps its own.
        both = copy.copy(config)
        both.bind = [*config.bind, f"{os.environ['BIND_HOST']}:{port}"]
        await serve(route, both)

    hypercorn.serve = serve_both


async def answer(scope, receive, send):
    """Answers one request for the site, as an ASGI application."""
    from ministack import app
    from ministack.core.iam_evaluator import pin_request_origin
    from ministack.core.sigv4 import decode_header_value
    from ministack.services import cloudfront

    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
        return
    client, query = (scope.get("client") or ("127.0.0.1",))[0], scope["query_string"].decode("latin-1")
    pin_request_origin(client, False)
    headers = {name.decode("latin-1").lower(): decode_header_value(text) for name, text in scope["headers"]}
    method, raw_path = scope["method"], scope["raw_path"].decode("latin-1")
    status, sent, content = 503, {"Content-Type": "text/plain"}, NOT_DEPLOYED
    if found := site_distribution():
        parameters = app.parse_qs(query, keep_blank_values=True)
        status, sent, content = await cloudfront.handle_viewer_request(
            found, method, scope["path"], raw_path, query, headers, b"", parameters, client
        )
    if method == "HEAD":
        sent.setdefault("Content-Length", str(len(content)))
        content = b""
    await app._send_response(app._with_date_header(send), status, sent, content, head=method == "HEAD")


def site_distribution():
    """Returns the distribution with the id in the output `DISTRIBUTION_OUTPUT` of a stack, or
    `None` if no stack has this output.
    """
    from ministack.services import cloudformation, cloudfront

    outputs = (output for stack in cloudformation._stacks.values() for output in stack.get("Outputs", []))
    ids = (output["OutputValue"] for output in outputs if output["OutputKey"] == DISTRIBUTION_OUTPUT)
    return next(filter(None, map(cloudfront._distributions.get, ids)), None)


def reach_origins():
    """Sends requests to REST APIs and to buckets without origin access control as CloudFront sends
    them: with the host name of the origin and the query. S3 verifies the signature of a presigned
    URL. ministack refuses APIs as origins. It reads objects with the permissions of the
    distribution, and ignores the query.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html
    """
    from ministack.services import cloudfront

    fetch = cloudfront._fetch_from_origin

    async def fetch_origin(origin, method, uri, query, headers, body, is_https, client, forwarded_for, distribution):
        api = API_DOMAIN.fullmatch(origin["domain_name"])
        if not api and (not origin["s3_bucket"] or origin["oac_id"] or origin["oai_id"]):
            return await fetch(origin, method, uri, query, headers, body, is_https, client, forwarded_for, distribution)
        sent = cloudfront._origin_request_headers(origin, headers, client, forwarded_for)
        if api:
            sent["Host"] = f"{api[1]}.execute-api.localhost:{os.environ['GATEWAY_PORT']}"
        status, received, content = await request_emulator(method, origin["origin_path"] + uri, query, sent)
        return status, http.HTTPStatus(status).phrase, cloudfront._multidict_from_pairs(received), content

    cloudfront._fetch_from_origin = fetch_origin


async def request_emulator(method, path, query, headers):
    """Sends a request without a body to the emulator itself. Returns the status, the headers as
    pairs, and the body. The header `Host` selects the service.
    """
    from ministack import app

    request = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "root_path": "",
        "path": urllib.parse.unquote(path),
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", int(os.environ["GATEWAY_PORT"])),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    # A task has its own copy of the context, in which ministack stores the caller.
    await asyncio.create_task(app.app(request, receive, send))
    start, *parts = sent
    received = [(name.decode("latin-1"), text.decode("latin-1")) for name, text in start["headers"]]
    return start["status"], received, b"".join(part.get("body", b"") for part in parts)


def report_missing_objects():
    """Answers 404 for a missing object if the policy of the bucket lets the distribution list it.
    ministack answers 403 in any case.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.services import s3

    fetch = s3.serve_cloudfront_origin_fetch

    def may_list(bucket, distribution):
        policy = s3._bucket_policies.get_scoped(s3._bucket_owner_account(bucket) or s3.get_account_id(), None, bucket)
        context = EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action="s3:ListBucket",
            resource_arn=f"arn:aws:s3:::{bucket}",
            region=s3.get_region(),
            service_context={"aws:sourcearn": distribution},
        )
        return policy and evaluate_resource_policy(policy, context, service="cloudfront.amazonaws.com").decision == "Allow"

    def serve(bucket, key, method, headers, source_arn="", oai_id=""):
        reply = fetch(bucket, key, method, headers, source_arn, oai_id)
        found = s3._ensure_bucket(bucket)
        if reply[0] == 403 and source_arn and found and key not in found["objects"] and may_list(bucket, source_arn):
            return s3._error("NoSuchKey", "The specified key does not exist.", 404, f"/{bucket}/{key}")
        return reply

    s3.serve_cloudfront_origin_fetch = serve


def cache_replies_of_apis():
    """Caches the replies of REST APIs as the cache policy and the header `Cache-Control` specify.
    ministack caches nothing.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
    """
    from ministack.services import cloudfront

    serve, cache = cloudfront.handle_viewer_request, {}

    async def handle(distribution, method, path, raw_uri, raw_query_string, headers, body, query_params, client_ip="127.0.0.1"):
        config = cloudfront.parse_distribution_dataplane_config(distribution)
        behavior = cloudfront._match_behavior(config, path)
        origin = config["origins"].get(behavior["target_origin_id"], {})
        is_cacheable = method in ("GET", "HEAD") and API_DOMAIN.fullmatch(origin.get("domain_name", ""))
        tag = headers.get("if-none-match", "")
        if is_cacheable:
            # The cache needs the whole reply.
            headers = {name: text for name, text in headers.items() if name != "if-none-match"}

        async def request():
            return await serve(
                distribution, method, path, raw_uri, raw_query_string, headers, body, query_params, client_ip
            )

        if not is_cacheable:
            return await request()
        for key in [key for key, (end, *_) in cache.items() if end <= time.monotonic()]:
            del cache[key]
        key = (distribution["Id"], method, raw_uri, *key_parameters(behavior, raw_query_string, headers))
        if key in cache:
            _, start, status, stored, content = cache[key]
            sent = stored | {"Age": str(int(time.monotonic() - start)), "X-Cache": "Hit from cloudfront"}
        else:
            start = time.monotonic()
            status, stored, content = await request()
            policy = cloudfront._cache_policies.get(behavior["cache_policy_id"])
            policy = policy or cloudfront._MANAGED_CACHE_POLICIES.get(behavior["cache_policy_id"])
            control = next((text for name, text in stored.items() if name.lower() == "cache-control"), "")
            if seconds := seconds_to_cache(policy["Config"], status, control):
                cache[key] = start + seconds, start, status, stored, content
            sent = dict(stored)
        names = {name.lower(): name for name in sent}
        if status == 200 and tag and (tag == "*" or opaque(sent.get(names.get("etag", ""), "")) in map(opaque, tag.split(","))):
            return 304, {name: text for name, text in sent.items() if name.lower() != "content-length"}, b""
        return status, sent, content

    cloudfront.handle_viewer_request = handle


def key_parameters(behavior, raw_query_string, headers):
    """Returns the parts of a request that the cache policy of a behaviour adds to the cache key:
    query, headers and cookies. The origin request policy adds nothing.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
    """
    from ministack.services import cloudfront

    has_header, has_cookie, has_parameter = cloudfront._policy_predicates(behavior | {"origin_request_policy_id": None})
    parameters = raw_query_string.split("&")
    cookies = cloudfront._event_cookies_from_header(headers.get("cookie", "")).items()
    return (
        tuple(part for part in parameters if has_parameter(urllib.parse.unquote(part.partition("=")[0]))),
        tuple(sorted((name, text) for name, text in headers.items() if has_header(name))),
        tuple(sorted((name, cookie["value"]) for name, cookie in cookies if has_cookie(name))),
    )


def remove_cookies():
    """Removes `Set-Cookie` from the replies of origins to which a behaviour forwards no cookies.
    ministack returns it in any case.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Cookies.html
    """
    from ministack.services import cloudfront

    serve = cloudfront.handle_viewer_request

    def forwards_cookies(behavior):
        configs = (
            cloudfront.cache_policy_params(behavior["cache_policy_id"]),
            cloudfront.origin_request_policy_config(behavior["origin_request_policy_id"]),
        )
        return any(config and config["CookieBehavior"] != "none" for config in configs)

    async def handle(distribution, method, path, *request):
        status, sent, content = await serve(distribution, method, path, *request)
        behavior = cloudfront._match_behavior(cloudfront.parse_distribution_dataplane_config(distribution), path)
        # A CloudFront function can set cookies with any policy.
        if sent.get("X-Cache") == "Miss from cloudfront" and not forwards_cookies(behavior):
            sent = {name: text for name, text in sent.items() if name.lower() != "set-cookie"}
        return status, sent, content

    cloudfront.handle_viewer_request = handle


def opaque(tag):
    """Returns an entity tag without the prefix of weak tags."""
    return tag.strip().removeprefix("W/")


def seconds_to_cache(policy, status, cache_control):
    """Returns the seconds for which CloudFront caches a reply. `policy` is the configuration of the
    cache policy.
    """
    directives = [part.strip().lower().partition("=")[::2] for part in cache_control.split(",")]
    directives = {name: text.strip('"') for name, text in directives}
    forbidden = not directives.keys().isdisjoint({"no-store", "no-cache", "private"})
    age = directives.get("s-maxage") or directives.get("max-age")
    age = min(int(age), policy.get("MaxTTL", 31_536_000)) if age and not forbidden else None
    if status in CACHED_ERRORS and not (forbidden and status in ERRORS_THAT_CAN_FORBID_CACHING):
        return max(ERROR_SECONDS, age or 0)
    if status in ERRORS_CACHED_WITH_MAX_AGE and age:
        return max(ERROR_SECONDS, age)
    if status not in CACHED_STATUSES or (status in CACHED_WITH_CACHE_CONTROL and not cache_control):
        return 0
    if forbidden:
        return policy["MinTTL"]
    return max(policy["MinTTL"], policy.get("DefaultTTL", 86_400) if age is None else age)


@functools.lru_cache(128)
def compressed(content, encoding):
    """Compresses content, and caches it as CloudFront does."""
    if encoding == "br":
        return brotli.compress(content, quality=BROTLI_QUALITY)
    return gzip.compress(content, 6, mtime=0)


def accepted_encodings(headers):
    """Returns the content codings that a client accepts, without those of weight 0."""
    codings = (part.replace(" ", "").partition(";") for part in headers.get("accept-encoding", "").lower().split(","))
    return {name for name, _, weight in codings if not re.fullmatch(r"q=0(\.0*)?", weight)}


def compress_text():
    """Compresses text with Brotli or gzip for clients that accept it, if the cache behaviour sets
    `Compress` and the cache policy allows it, and makes the entity tag weak. Prefers Brotli.
    ministack ignores `Compress`.
    """
    from ministack.services import cloudfront

    behavior, serve = cloudfront._dataplane_behavior, cloudfront.handle_viewer_request

    def read(element, path_pattern=None):
        return behavior(element, path_pattern) | {"compress": cloudfront._xbool(element, "Compress", False)}

    def encoding(distribution, path, headers):
        found = cloudfront._match_behavior(cloudfront.parse_distribution_dataplane_config(distribution), path)
        policy = cloudfront.cache_policy_params(found["cache_policy_id"]) or {}
        accepted = accepted_encodings(headers) if found["compress"] else ()
        for name, parameter in (("br", "EnableAcceptEncodingBrotli"), ("gzip", "EnableAcceptEncodingGzip")):
            if name in accepted and policy.get(parameter, False):
                return name
        return None

    async def handle(distribution, method, path, raw_uri, raw_query_string, headers, body, query_params, client_ip="127.0.0.1"):
        tag = headers.get("if-none-match", "")
        plain = {**headers, "if-none-match": tag.removeprefix("W/")} if tag else headers
        status, sent, content = await serve(
            distribution, method, path, raw_uri, raw_query_string, plain, body, query_params, client_ip
        )
        names = {name.lower(): name for name in sent}
        kind = sent.get(names.get("content-type", ""), "")
        # CloudFront does not compress replies that a function generates.
        fits = status == 200 and method == "GET" and kind.startswith(COMPRESSIBLE) and len(content) in COMPRESSIBLE_SIZES
        if fits and "content-encoding" not in names and (coding := encoding(distribution, path, headers)):
            content = compressed(content, coding)
            sent |= {names.get("content-length", "Content-Length"): str(len(content))}
            sent |= {"Content-Encoding": coding, "Vary": "Accept-Encoding"}
            if tag := sent.get(names.get("etag", "")):
                sent[names["etag"]] = f"W/{tag.removeprefix('W/')}"
        return status, sent, content

    cloudfront._dataplane_behavior, cloudfront.handle_viewer_request = read, handle
