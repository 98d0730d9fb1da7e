//! The process that renders, as the system sees it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::Cursor;

use bytes::Bytes;
use domain::ContentType;
use image::{GrayImage, ImageFormat};
use thumbnail::Renderer;

fn renderer() -> Renderer {
    Renderer::new(env!("CARGO_BIN_EXE_thumbnail").into())
}

fn png(width: u32, height: u32) -> Bytes {
    let mut bytes = Cursor::new(Vec::new());
    GrayImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner().into()
}

#[tokio::test]
async fn what_is_made_crosses_the_pipe() {
    let made = renderer().render(png(900, 600)).await.unwrap().unwrap();
    assert_eq!((made.rendered.width, made.rendered.height), (900, 600));
    assert_eq!(made.rendered.content_type, ContentType::Png);
    for (file, row, width) in [
        (&made.small, &made.rendered.renditions.small, 320),
        (&made.large, &made.rendered.renditions.large, 900),
    ] {
        let picture = image::load_from_memory(&file.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (row.width, row.height));
        assert_eq!((picture.width(), file.bytes.len() as u64), (width, row.bytes));
        let format = image::guess_format(&file.bytes).unwrap();
        assert_eq!(format.to_mime_type(), file.content_type.as_str());
    }
}

#[tokio::test]
async fn what_is_refused_crosses_the_pipe() {
    let refused = renderer().render(Bytes::from_static(b"hello")).await.unwrap().unwrap_err();
    assert!(refused.sentence.starts_with("This file is not a picture."), "{}", refused.sentence);
    assert!(refused.reason.contains("Unsupported"), "{}", refused.reason);
    let too_long = vec![0; 50_000_001].into();
    let refused = renderer().render(too_long).await.unwrap().unwrap_err();
    assert!(refused.sentence.starts_with("This file has 51 MB"), "{}", refused.sentence);
}

#[tokio::test]
async fn nothing_of_the_functions_environment_is_handed_on() {
    // Whatever is there: the shell itself sets only these.
    let script = "env | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= >&2; test $? = 1 && test $PWD = /";
    let shell = Renderer { arguments: vec!["-c".into(), script.into()], ..Renderer::new("/bin/sh".into()) };
    let refused = shell.render(Bytes::new()).await.unwrap().unwrap_err();
    assert!(refused.reason.contains("makes no sense"), "it ended well: {}", refused.reason);
}

#[cfg(target_os = "linux")]
mod limits {
    use super::*;
    use std::fs;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    /// One that waits for its picture.
    struct Waiting(Child);

    impl Waiting {
        fn new() -> Self {
            let mut command = Command::new(env!("CARGO_BIN_EXE_thumbnail"));
            Self(command.arg("render").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap())
        }

        /// The two limits, soft and hard, on that line of `/proc/PID/limits`.
        fn limits(&self, name: &str) -> Vec<String> {
            let all = fs::read_to_string(format!("/proc/{}/limits", self.0.id())).unwrap();
            let line = all.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.split_whitespace().take(2).map(str::to_owned).collect()
        }
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    #[test]
    fn are_set_before_anything_is_read() {
        let waiting = Waiting::new();
        let begun = Instant::now();
        // The last that is set.
        while waiting.limits("Max core file size") != ["0", "0"] {
            assert!(begun.elapsed() < Duration::from_secs(10), "never set");
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(waiting.limits("Max open files"), ["0", "0"]);
        assert_eq!(waiting.limits("Max cpu time"), ["60", "60"]);
        assert_eq!(waiting.limits("Max address space"), ["536870912", "536870912"]);
    }

    #[tokio::test]
    async fn leave_room_for_the_largest_picture() {
        let made = renderer().render(png(10_000, 10_000)).await.unwrap().unwrap();
        assert_eq!((made.rendered.width, made.rendered.height), (10_000, 10_000));
    }
}
