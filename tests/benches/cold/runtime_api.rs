//! The part of the Runtime API of Lambda that one invocation needs. See
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use store::Error;

use crate::http::{self, Request};

/// The maximum time until the next call of a program.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The endpoint, and its incoming calls.
pub struct RuntimeApi {
    pub address: SocketAddr,
    calls: Receiver<(Request, TcpStream)>,
}

impl RuntimeApi {
    pub fn start() -> Result<Self, Error> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (sender, calls) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                thread::spawn(move || receive(stream, &sender));
            }
        });
        Ok(Self { address, calls })
    }

    /// Waits until the program requests the next invocation.
    ///
    /// # Errors
    /// Returns an error if the program makes another call or does not call in time.
    pub fn next(&self) -> Result<TcpStream, Error> {
        let (request, stream) = self.call()?;
        match (request.method.as_str(), request.path.ends_with("/runtime/invocation/next")) {
            ("GET", true) => Ok(stream),
            _ => Err(unexpected(&request)),
        }
    }

    /// Sends the event and returns the reply.
    ///
    /// # Errors
    /// Returns an error if the program reports an error or does not reply in time.
    pub fn invoke(&self, mut stream: TcpStream, event: &str) -> Result<Vec<u8>, Error> {
        let deadline = (SystemTime::now() + TIMEOUT).duration_since(UNIX_EPOCH)?.as_millis().to_string();
        let headers = [
            ("content-type", "application/json"),
            ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
            ("lambda-runtime-deadline-ms", &deadline),
            ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:cold"),
            ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0"),
        ];
        http::reply(&mut stream, &headers, event)?;
        let (request, _) = self.call()?;
        match request.path.ends_with("/response") {
            true => Ok(request.body),
            false => Err(unexpected(&request)),
        }
    }

    fn call(&self) -> Result<(Request, TcpStream), Error> {
        self.calls.recv_timeout(TIMEOUT).map_err(|error: RecvTimeoutError| {
            format!("the program did not call the Runtime API within {TIMEOUT:?}: {error}").into()
        })
    }
}

fn unexpected(request: &Request) -> Error {
    let body = String::from_utf8_lossy(&request.body);
    format!("the program failed: {} {} {body}", request.method, request.path).into()
}

fn receive(mut stream: TcpStream, calls: &Sender<(Request, TcpStream)>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    while let Some(request) = http::read(&mut stream)? {
        if calls.send((request, stream.try_clone()?)).is_err() {
            break;
        }
    }
    Ok(())
}
