//! The release build of a function in a container, with the SAM CLI.
//!
//! The function has the configuration of the deployed one, but cannot reach the local cloud: the
//! SAM CLI gives a container a network of its own, also with `--docker-network host`, and the
//! engine accepts connections from this machine only.

use std::env;
use std::fs;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::cloud::{Stack, with_root_key};
use crate::functions::Architecture;
use crate::python::{self, Packages};
use crate::{program, release, workspace};

/// Invokes a function with an event file and prints its reply.
#[expect(clippy::print_stdout, reason = "prints the result of the command")]
pub(super) fn run(stack: &Stack, name: &str, event: &str) -> Result<()> {
    let engine = engine()?;
    python::ensure(Packages::Cloud)?;
    python::ensure(Packages::Container)?;
    let architecture = Architecture::of_this_machine();
    release::build(architecture, &[name.to_owned()])?;
    let folder = release::folder(architecture).join(name).display().to_string();
    let arguments = ["container-template", stack.function(name)?, &folder, architecture.name()];
    let text = program::output(&mut stack.aws(&arguments), "The function is not deployed.")?;
    let template = workspace::local("container.json");
    fs::write(&template, text)?;
    let mut sam = with_root_key(python::command("sam"), &stack.endpoint);
    sam.args(["local", "invoke", "--event", event, "--template"]).arg(template);
    sam.env("DOCKER_HOST", engine);
    sam.env("SAM_CLI_TELEMETRY", "0").env("__SAM_CLI_APP_DIR", workspace::local("sam"));
    let reply = program::output(&mut sam, "The container did not run.")?;
    let reply: serde_json::Value =
        serde_json::from_str(reply.trim()).with_context(|| format!("The reply is not JSON: {reply}"))?;
    println!("{reply:#}");
    if reply.get("errorType").is_some() {
        bail!("The function failed.");
    }
    Ok(())
}

/// Returns the address of Docker or Podman.
fn engine() -> Result<String> {
    if let Ok(address) = env::var("DOCKER_HOST") {
        return Ok(address);
    }
    let user = env::var_os("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("podman/podman.sock"));
    let sockets = [Some("/var/run/docker.sock".into()), user, Some("/run/podman/podman.sock".into())];
    find(sockets.into_iter().flatten()).context(
        "`--container` needs Docker or Podman. Start Docker, or run `systemctl --user start podman.socket`. Or set \
         DOCKER_HOST to the address of one.",
    )
}

/// Returns the address of the first socket that accepts connections.
fn find(mut sockets: impl Iterator<Item = PathBuf>) -> Option<String> {
    sockets
        .find(|socket| UnixStream::connect(socket).is_ok())
        .map(|socket| format!("unix://{}", socket.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn finds_the_first_engine_that_runs() {
        let folder = env::temp_dir().join(format!("albumen-engine-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let [missing, stopped, running] = ["missing", "stopped", "running"].map(|name| folder.join(name));
        drop(UnixListener::bind(&stopped).unwrap());
        let listener = UnixListener::bind(&running).unwrap();
        let found = find([missing.clone(), stopped.clone(), running.clone()].into_iter());
        let none = find([missing, stopped].into_iter());
        drop(listener);
        fs::remove_dir_all(folder).unwrap();
        assert_eq!((found, none), (Some(format!("unix://{}", running.display())), None));
    }
}
