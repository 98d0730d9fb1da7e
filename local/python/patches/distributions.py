"""CloudFront: where distributions answer, and what they do to what they send."""

import functools
import gzip

PREFIX = "/_aws/cloudfront/"
# What CloudFront compresses, of the kinds that a web app has, and from how many bytes to how many.
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
TEXT = ("text/", "application/json", "application/javascript", "application/wasm", "image/svg+xml")
SIZES = range(1_000, 10_000_001)


def answer_below_a_path():
    """A distribution answers at a host name of its own alone, `ID.cloudfront.localhost`, which browsers know to be this machine
    and other programs do not. So each answers at `/_aws/cloudfront/ID/` as well, as APIs do at `/_aws/execute-api/ID/`.
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
def compressed(content):
    """Kept, as CloudFront keeps it."""
    return gzip.compress(content, 6, mtime=0)


def compress():
    """`Compress` of a cache behaviour is stored only. CloudFront compresses text for browsers that can read it, where the
    cache policy says so; the entity tag becomes a weak one. With gzip here: Python has no Brotli.
    """
    from ministack.services import cloudfront

    behavior, serve = cloudfront._dataplane_behavior, cloudfront.handle_viewer_request

    def read(element, path_pattern=None):
        return behavior(element, path_pattern) | {"compress": cloudfront._xbool(element, "Compress", False)}

    def wanted(distribution, path, headers):
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
        fits = status == 200 and method == "GET" and kind.startswith(TEXT) and len(content) in SIZES
        if fits and "content-encoding" not in names and wanted(distribution, path, headers):
            content = compressed(content)
            sent |= {names.get("content-length", "Content-Length"): str(len(content))}
            sent |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            if strong := sent.get(names.get("etag", "")):
                sent[names["etag"]] = f"W/{strong}"
        return status, sent, content

    cloudfront._dataplane_behavior, cloudfront.handle_viewer_request = read, handle
