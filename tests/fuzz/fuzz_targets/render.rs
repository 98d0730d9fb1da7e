//! Fuzzes `renditions`: `render` must reject each file or render it within the documented sizes.
//! A panic fails the run although `render` catches it, because each panic is a bug.
#![no_main]

use libfuzzer_sys::fuzz_target;
use renditions::{LARGE_EDGE, Refusal, SMALL_EDGE, render};

fuzz_target!(|file: &[u8]| {
    match render(file) {
        Err(Refusal::Failed { reason }) => assert!(!reason.starts_with("panic"), "{reason}"),
        Err(_) => {}
        Ok(renditions) => {
            for (rendition, edge) in [(&renditions.small, SMALL_EDGE), (&renditions.large, LARGE_EDGE)] {
                let (width, height) = (rendition.width, rendition.height);
                assert!(width > 0 && height > 0 && width.max(height) <= edge, "{width} × {height}");
                assert!(width <= renditions.width && height <= renditions.height, "enlarged to {width} × {height}");
                assert!(!rendition.bytes.is_empty());
            }
            assert!(!renditions.thumbhash.is_empty() && renditions.thumbhash.len() <= 25);
        }
    }
});
