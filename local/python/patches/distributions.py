"""Patches of CloudFront: paths of distributions, and compression."""

import functools
import gzip

PREFIX = "/_aws/cloudfront/"
# The content types of a web app and the sizes in bytes that CloudFront compresses.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
COMPRESSIBLE = ("text/", "application/json", "application/javascript", "application/wasm", "image/svg+xml")
SIZES = range(1_000, 10_000_001)


def serve_below_a_path():
    """Serves distributions at `/_aws/cloudfront/ID/`, like APIs at `/_aws/execute-api/ID/`.
    ministack serves them only at `ID.cloudfront.localhost`, which browsers resolve and other
    programs do not.
    """
    from ministack import app
    from ministack.services import cloudfront

    by_host = app._handle_cloudfront_dataplane_request

    async def handle(host, path, raw_path, raw_query_string, method, headers, body, query_params, client_ip):
        if not path.startswith(PREFIX):
            return await by_host(host, path, raw_path, raw_query_string, method, headers, body, query_params, client_ip)
        name, _, below = path.removeprefix(PREFIX).partition("/")
        raw_below = raw_path.removeprefix(PREFIX).partition("/")[2]
        distribution = cloudfront._distributions.get(name)
        if distribution is None:
            return cloudfront._error("NoSuchDistribution", f"There is no distribution {name}.", 404)
        return await cloudfront.handle_viewer_request(
            distribution, method, f"/{below}", f"/{raw_below}", raw_query_string, headers, body, query_params, client_ip
        )

    app._handle_cloudfront_dataplane_request = handle


@functools.lru_cache(64)
def gzip_compressed(content):
    """Compresses content, and caches it as CloudFront does."""
    return gzip.compress(content, 6, mtime=0)


def compress_text():
    """Compresses text for browsers that accept gzip, if the cache behaviour sets `Compress` and the
    cache policy allows it, and makes the entity tag weak. ministack ignores `Compress`. CloudFront
    also supports Brotli, which Python lacks.
    """
    from ministack.services import cloudfront

    behavior, serve = cloudfront._dataplane_behavior, cloudfront.handle_viewer_request

    def read(element, path_pattern=None):
        return behavior(element, path_pattern) | {"compress": cloudfront._xbool(element, "Compress", False)}

    def is_compressed(distribution, path, headers):
        if "gzip" not in headers.get("accept-encoding", ""):
            return False
        found = cloudfront._match_behavior(cloudfront.parse_distribution_dataplane_config(distribution), path)
        policy = cloudfront.cache_policy_params(found["cache_policy_id"]) or {}
        return found["compress"] and policy.get("EnableAcceptEncodingGzip", False)

    async def handle(distribution, method, path, raw_uri, raw_query_string, headers, body, query_params, client_ip="127.0.0.1"):
        tag = headers.get("if-none-match", "")
        plain = {**headers, "if-none-match": tag.removeprefix("W/")} if tag else headers
        status, sent, content = await serve(
            distribution, method, path, raw_uri, raw_query_string, plain, body, query_params, client_ip
        )
        names = {name.lower(): name for name in sent}
        kind = sent.get(names.get("content-type", ""), "")
        fits = status == 200 and method == "GET" and kind.startswith(COMPRESSIBLE) and len(content) in SIZES
        if fits and "content-encoding" not in names and is_compressed(distribution, path, headers):
            content = gzip_compressed(content)
            sent |= {names.get("content-length", "Content-Length"): str(len(content))}
            sent |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            if strong := sent.get(names.get("etag", "")):
                sent[names["etag"]] = f"W/{strong}"
        return status, sent, content

    cloudfront._dataplane_behavior, cloudfront.handle_viewer_request = read, handle
