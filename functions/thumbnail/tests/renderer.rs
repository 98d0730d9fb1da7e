//! Tests the renderer with real child processes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::Cursor;

use bytes::Bytes;
use domain::ContentType;
use image::{GrayImage, ImageFormat};
use thumbnail::Renderer;

fn renderer() -> Renderer {
    let mut renderer = Renderer::current_program().unwrap();
    renderer.0.path = env!("CARGO_BIN_EXE_thumbnail").into();
    renderer
}

fn png(width: u32, height: u32) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    GrayImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

#[tokio::test]
async fn returns_the_renditions_of_the_child() {
    let rendered = renderer().render(png(900, 600)).await.unwrap().unwrap();
    let attributes = &rendered.attributes;
    assert_eq!((attributes.width, attributes.height), (900, 600));
    assert_eq!(attributes.content_type, ContentType::Png);
    for (file, row, width) in [
        (&rendered.small, &attributes.renditions.small, 320),
        (&rendered.large, &attributes.renditions.large, 900),
    ] {
        let picture = image::load_from_memory(&file.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (row.width, row.height));
        assert_eq!((picture.width(), file.bytes.len() as u64), (width, row.bytes));
        let format = image::guess_format(&file.bytes).unwrap();
        assert_eq!(format.to_mime_type(), file.content_type.as_str());
    }
}

#[tokio::test]
async fn returns_the_rejection_of_the_child() {
    let rejection = renderer().render(Bytes::from_static(b"hello")).await.unwrap().unwrap_err();
    assert!(rejection.message.starts_with("This file is not a picture."), "{}", rejection.message);
    assert!(rejection.reason.contains("Unsupported"), "{}", rejection.reason);
    let too_long = vec![0; 50_000_001].into();
    let rejection = renderer().render(too_long).await.unwrap().unwrap_err();
    assert!(rejection.message.starts_with("This file has 51 MB"), "{}", rejection.message);
}

#[tokio::test]
async fn does_not_pass_the_environment_to_the_child() {
    // The shell itself sets only these variables.
    let script = "env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= >&2; test $? = 1 && test $PWD = /";
    let mut shell = renderer();
    (shell.0.path, shell.0.arguments) = ("/bin/sh".into(), vec!["-c".into(), script.into()]);
    let rejection = shell.render(Bytes::new()).await.unwrap().unwrap_err();
    assert!(rejection.reason.contains("reply is invalid"), "the script failed: {}", rejection.reason);
}

#[cfg(target_os = "linux")]
mod limits {
    use super::*;
    use std::fs;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// A child that waits for its picture.
    struct WaitingChild(Child);

    impl WaitingChild {
        fn new() -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_thumbnail"));
            Self(command.arg("render").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap())
        }

        /// Returns the soft and the hard limit with this name in `/proc/PID/limits`.
        fn limits(&self, name: &str) -> Vec<String> {
            let limits = fs::read_to_string(format!("/proc/{}/limits", self.0.id())).unwrap();
            let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().take(2).map(str::to_owned).collect()
        }
    }

    impl Drop for WaitingChild {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    #[test]
    fn the_child_sets_its_limits_before_it_reads_the_file() {
        let child = WaitingChild::new();
        let start = Instant::now();
        // The child sets the limit of core files last.
        while child.limits("Max core file size") != ["0", "0"] {
            assert!(start.elapsed() < Duration::from_secs(10), "the limit is not set after 10 s");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(child.limits("Max open files"), ["0", "0"]);
        assert_eq!(child.limits("Max cpu time"), ["60", "60"]);
        assert_eq!(child.limits("Max address space"), ["536870912", "536870912"]);
    }

    #[tokio::test]
    async fn the_limits_allow_the_largest_picture() {
        let rendered = renderer().render(png(10_000, 10_000)).await.unwrap().unwrap();
        assert_eq!((rendered.attributes.width, rendered.attributes.height), (10_000, 10_000));
    }

    #[tokio::test]
    async fn the_limits_allow_large_pictures_without_tiles() {
        let heic = include_bytes!("render/heif/untiled.heic");
        let avif = include_bytes!("render/heif/twenty-megapixels.avif");
        for (file, width) in [(&heic[..], 8064), (&avif[..], 5594)] {
            let rendered = renderer().render(Bytes::from_static(file)).await.unwrap().unwrap();
            assert_eq!(rendered.attributes.width, width);
        }
    }
}
