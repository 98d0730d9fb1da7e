//! The subset of HTTP/1.1 that the endpoints need.

use std::io::{self, Read, Write};

/// An HTTP request.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub body: Vec<u8>,
}

/// Reads the next request of a connection. Returns `None` if the connection ends first.
pub fn read(stream: &mut impl Read) -> io::Result<Option<Request>> {
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        if let Some(request) = parse(&received)? {
            return Ok(Some(request));
        }
        match stream.read(&mut chunk) {
            Ok(0) => return Ok(None),
            Ok(n) => received.extend_from_slice(&chunk[..n]),
            // The benchmark kills programs after their reply, while their connections are open.
            Err(error) if ended(&error) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
}

fn ended(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset)
}

/// Returns the request once it is complete.
fn parse(received: &[u8]) -> io::Result<Option<Request>> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut head = httparse::Request::new(&mut headers);
    let start = match head.parse(received).map_err(io::Error::other)? {
        httparse::Status::Complete(length) => length,
        httparse::Status::Partial => return Ok(None),
    };
    if header(&head, "transfer-encoding").is_some() {
        return Err(io::Error::other("chunked requests are not supported"));
    }
    let length = header(&head, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(received.get(start..start + length).map(|body| Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: head.path.unwrap_or_default().to_owned(),
        body: body.to_vec(),
    }))
}

fn header<'a>(head: &'a httparse::Request<'_, '_>, name: &str) -> Option<&'a str> {
    let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))?;
    str::from_utf8(found.value).ok()
}

/// Sends a response with a JSON body.
pub fn reply(stream: &mut impl Write, headers: &[(&str, &str)], body: &str) -> io::Result<()> {
    let mut text = String::from("HTTP/1.1 200 OK\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
    // Writes headers and body at once, so that they are one packet.
    stream.write_all(text.as_bytes())?;
    stream.flush()
}
