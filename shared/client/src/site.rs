//! Finds a deployment by the address of its site.

use reqwest::header::LOCATION;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{StatusCode, Url};

use crate::app::{REPLY_TIMEOUT, build_http_client};
use crate::{ClientError, Stack};

/// The length of the longest `config.json` that is read.
const MAX_BYTES: usize = 64 * 1024;
/// The maximum number of redirects within a site.
const MAX_REDIRECTS: usize = 5;

/// The reason why an address is not that of a site.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The text is no address of a web site.
    #[error("{0} is not the address of a web site. Write it as in https://pictures.example.com.")]
    Invalid(String),
    /// The address is not encrypted, and not of this machine.
    #[error("{0} is not encrypted. Write it with https://.")]
    Insecure(Url),
    /// There is a server, but no Albumen.
    #[error("{0} is not a site of Albumen. Check its address.")]
    Other(Url),
    /// The server redirects to another site, which the person did not name.
    #[error("{0} redirects to {1}. If you trust that site, name its address.")]
    Redirect(Url, Box<Url>),
    /// The server did not reply.
    #[error(transparent)]
    Client(#[from] ClientError),
}

impl Stack {
    /// Parses the address of a site. Without a scheme, it is `https`. `http` is only accepted for
    /// this machine.
    pub fn parse_site(site: &str) -> Result<Url, SiteError> {
        let invalid = || SiteError::Invalid(site.to_owned());
        let site = site.trim();
        let address = if site.contains("://") { site.to_owned() } else { format!("https://{site}") };
        let url: Url = address.parse().map_err(|_| invalid())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !url.username().is_empty() {
            return Err(invalid());
        }
        // A person may copy the address of any page of the site.
        let url = origin(url);
        if is_secure(&url) { Ok(url) } else { Err(SiteError::Insecure(url)) }
    }

    /// Reads the addresses of a deployment from `config.json` of its site.
    ///
    /// # Errors
    /// Returns [`SiteError::Other`] if the site is not one of Albumen, [`SiteError::Redirect`] if
    /// it redirects to another, and [`SiteError::Client`] if the server does not reply.
    pub async fn discover(site: &Url) -> Result<Self, SiteError> {
        let other = || SiteError::Other(site.clone());
        let url = site.join("config.json").map_err(|_| other())?;
        let http = build_http_client(Policy::custom(follow_within_site))?;
        let request = http.get(url).timeout(REPLY_TIMEOUT);
        let mut response = request.send().await.map_err(ClientError::transport)?;
        let status = response.status();
        if status.is_redirection() {
            let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
            let target = location.and_then(|location| response.url().join(location).ok());
            let redirect = |target| SiteError::Redirect(site.clone(), Box::new(origin(target)));
            return Err(target.map_or_else(other, redirect));
        }
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(ClientError::transport(format!("status {status} of {site}")).into());
        }
        if !status.is_success() {
            return Err(other());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(ClientError::transport)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return Err(other());
            }
        }
        let stack: Self = serde_json::from_slice(&body).map_err(|_| other())?;
        if stack.is_trustworthy(site) { Ok(stack) } else { Err(other()) }
    }

    /// Returns `true` if the addresses are encrypted, and `endpoint` is set only for sites on this
    /// machine.
    fn is_trustworthy(&self, site: &Url) -> bool {
        let addresses = [&self.api, &self.live];
        let are_secure = addresses.iter().all(|address| address.parse().is_ok_and(|url| is_secure(&url)));
        let is_endpoint = |endpoint: &String| {
            is_this_machine(site) && endpoint.parse().is_ok_and(|url| is_this_machine(&url))
        };
        // The region becomes a part of the host names of AWS.
        let is_region = self.region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        are_secure && is_region && self.endpoint.as_ref().is_none_or(is_endpoint)
    }
}

/// Stops at a redirect to another site, which the person did not name.
fn follow_within_site(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let is_same = attempt.previous().iter().all(|url| url.origin() == attempt.url().origin());
    if is_same && attempt.previous().len() <= MAX_REDIRECTS { attempt.follow() } else { attempt.stop() }
}

/// Returns the address of the site that has a URL.
fn origin(mut url: Url) -> Url {
    url.set_path("/");
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Returns `true` if nobody else can read or change what is sent to a URL.
fn is_secure(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "wss") || is_this_machine(url)
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    #[test]
    fn parses_the_address_of_a_site() {
        for (site, url) in [
            ("pictures.example.com", "https://pictures.example.com/"),
            (" https://pictures.example.com/feed?a=b#c ", "https://pictures.example.com/"),
            ("http://localhost:4567", "http://localhost:4567/"),
            ("http://127.0.0.1:4567/", "http://127.0.0.1:4567/"),
            ("http://[::1]:4567/", "http://[::1]:4567/"),
        ] {
            assert_eq!(Stack::parse_site(site).unwrap().as_str(), url, "{site}");
        }
        for site in
            ["", "not a site", "ftp://example.com", "file:///etc/passwd", "https://ada:secret@example.com"]
        {
            assert!(matches!(Stack::parse_site(site), Err(SiteError::Invalid(_))), "{site}");
        }
        for site in ["http://pictures.example.com", "http://localhost.example.com"] {
            assert!(matches!(Stack::parse_site(site), Err(SiteError::Insecure(_))), "{site}");
        }
    }

    fn stack(changes: &[(&str, &str)]) -> Stack {
        let mut stack = json!({
            "region": "us-east-1", "api": "https://api.example.com", "live": "wss://live.example.com",
            "userPoolId": "us-east-1_1", "clientId": "1", "identityPoolId": "us-east-1:1",
        });
        for (name, value) in changes {
            stack[*name] = (*value).into();
        }
        serde_json::from_value(stack).unwrap()
    }

    #[test]
    fn only_a_site_of_this_machine_replaces_aws() {
        let [site, local] = ["https://pictures.example.com/", "http://localhost:4601/"];
        let endpoint = [("endpoint", "http://localhost:4600")];
        for (site, changes, is_trustworthy) in [
            (site, &[][..], true),
            (local, &endpoint[..], true),
            (site, &endpoint[..], false),
            (local, &[("endpoint", "https://cognito.example.com")][..], false),
            (site, &[("api", "http://api.example.com")][..], false),
            (site, &[("live", "ws://live.example.com")][..], false),
            (site, &[("region", "us-east-1.example.com/")][..], false),
        ] {
            let url = site.parse().unwrap();
            assert_eq!(stack(changes).is_trustworthy(&url), is_trustworthy, "{site} {changes:?}");
        }
    }

    /// Serves these replies, each on a connection of its own, and returns the address of the site.
    async fn serve(replies: Vec<String>) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let site = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        tokio::spawn(async move {
            for reply in replies {
                let (mut stream, _) = listener.accept().await.unwrap();
                assert_ne!(stream.read(&mut [0; 4096]).await.unwrap(), 0);
                // The client may close the connection before the end.
                let _ = stream.write_all(format!("HTTP/1.1 {reply}").as_bytes()).await;
            }
        });
        site
    }

    #[tokio::test]
    async fn follows_redirects_within_the_site_only() {
        let redirect = |to: &str| {
            format!("302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        };
        let config = json!({
            "endpoint": "http://localhost:1", "region": "us-east-1", "api": "http://localhost:1",
            "live": "ws://localhost:1", "userPoolId": "1", "clientId": "1", "identityPoolId": "1",
        });
        let length = config.to_string().len();
        let found = format!("200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{config}");
        let site = serve(vec![redirect("/a/config.json"), found]).await;
        assert_eq!(Stack::discover(&site).await.unwrap().client_id, "1");
        let site = serve(vec![redirect("https://other.example.com/config.json?a=b")]).await;
        let error = Stack::discover(&site).await.unwrap_err().to_string();
        assert!(error.contains("redirects to https://other.example.com/. If you trust"), "{error}");
    }

    #[tokio::test]
    async fn a_long_body_without_a_length_is_not_read() {
        let body = " ".repeat(MAX_BYTES + 1);
        let site = serve(vec![format!("200 OK\r\nconnection: close\r\n\r\n{body}{{}}")]).await;
        assert!(matches!(Stack::discover(&site).await, Err(SiteError::Other(_))));
    }
}
