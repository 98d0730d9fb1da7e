//! A DynamoDB endpoint over TLS that returns the same user to every `GetItem`, and no items to
//! every `Query`.

use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::json;
use store::Error;

use crate::certificate::{HOST, Identity};
use crate::http;

/// The id of the user.
pub const USER: &str = "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d";

/// The handle of the user, which a reply must contain.
pub const USER_HANDLE: &str = "ada";

/// Starts the endpoint and returns its URL.
pub fn start(identity: Identity) -> Result<String, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![identity.certificate], identity.key)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let url = format!("https://{HOST}:{}", listener.local_addr()?.port());
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || {
                if let Err(error) = serve(stream, config) {
                    eprintln!("The DynamoDB endpoint failed: {error}");
                }
            });
        }
    });
    Ok(url)
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let text = |value: &str| json!({ "S": value });
    let item = json!({"Item": {"userId": text(USER), "handle": text(USER_HANDLE), "firstName": text("Ada"),
        "lastName": text("Lovelace"), "createdAt": text("2026-01-01T00:00:00Z")}, "Items": [], "Count": 0})
    .to_string();
    while http::read(&mut stream)?.is_some() {
        http::reply(&mut stream, &[("content-type", "application/x-amz-json-1.0")], &item)?;
    }
    Ok(())
}
