//! Finds a deployment by the address of its site.

use reqwest::{StatusCode, Url};

use crate::app::{REPLY_TIMEOUT, http_client};
use crate::{ClientError, Stack};

/// The length of the longest `config.json` that is read.
const MAX_BYTES: u64 = 64 * 1024;

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
        let mut url: Url = address.parse().map_err(|_| invalid())?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !url.username().is_empty() {
            return Err(invalid());
        }
        // A person may copy the address of any page of the site.
        url.set_path("/");
        url.set_query(None);
        url.set_fragment(None);
        if is_secure(&url) { Ok(url) } else { Err(SiteError::Insecure(url)) }
    }

    /// Reads the addresses of a deployment from `config.json` of its site.
    ///
    /// # Errors
    /// Returns [`SiteError::Other`] if the site is not one of Albumen, and [`SiteError::Client`] if
    /// the server does not reply.
    pub async fn discover(site: &Url) -> Result<Self, SiteError> {
        let other = || SiteError::Other(site.clone());
        let url = site.join("config.json").map_err(|_| other())?;
        let request = http_client()?.get(url).timeout(REPLY_TIMEOUT);
        let response = request.send().await.map_err(ClientError::transport)?;
        match response.status() {
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(ClientError::transport(format!("status {status} of {site}")).into());
            }
            status if !status.is_success() => return Err(other()),
            _ if response.content_length().is_some_and(|length| length > MAX_BYTES) => return Err(other()),
            _ => {}
        }
        let body = response.bytes().await.map_err(ClientError::transport)?;
        let stack: Self = serde_json::from_slice(&body).map_err(|_| other())?;
        let addresses = [Some(&stack.api), stack.endpoint.as_ref()];
        let are_secure =
            addresses.into_iter().flatten().all(|address| address.parse().is_ok_and(|url| is_secure(&url)));
        if are_secure { Ok(stack) } else { Err(other()) }
    }
}

/// Returns `true` if nobody else can read or change what is sent to a URL.
fn is_secure(url: &Url) -> bool {
    let is_this_machine = || match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    };
    matches!(url.scheme(), "https" | "wss") || is_this_machine()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
