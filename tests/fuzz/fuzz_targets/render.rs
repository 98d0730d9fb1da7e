//! `thumbnail`'s core: whatever a file is, it is refused or rendered, and renditions are as large as they say.
//! A panic ends the run even where `render` would have caught it: each is a mistake worth mending.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renditions::{LARGE_EDGE, Refusal, SMALL_EDGE, render};

fuzz_target!(|file: &[u8]| {
    match render(file) {
        Err(Refusal::Failed { reason }) => assert!(!reason.starts_with("panic"), "{reason}"),
        Err(_) => {}
        Ok(made) => {
            for (rendition, edge) in [(&made.small, SMALL_EDGE), (&made.large, LARGE_EDGE)] {
                let (width, height) = (rendition.width, rendition.height);
                assert!(width > 0 && height > 0 && width.max(height) <= edge, "{width} × {height}");
                assert!(width <= made.width && height <= made.height, "enlarged to {width} × {height}");
                assert!(!rendition.bytes.is_empty());
            }
            assert!(!made.thumbhash.is_empty() && made.thumbhash.len() <= 25);
        }
    }
});
