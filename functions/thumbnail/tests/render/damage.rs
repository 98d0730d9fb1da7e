//! Damaged files are refused with a reason and cause no panic.

use crate::pictures;
use proptest::prelude::*;
use renditions::{Refusal, render};
use std::sync::LazyLock;

/// Draws a picture with noise. Noise compresses badly, so every part of the file matters.
fn noise() -> image::RgbaImage {
    let mut state = 1u32;
    image::RgbaImage::from_fn(48, 40, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgba([(state >> 24) as u8, (x * 5) as u8, (y * 6) as u8, 255])
    })
}

static FILES: LazyLock<Vec<(&'static str, Vec<u8>)>> = LazyLock::new(|| pictures::one_of_each(&noise()));

#[test]
fn a_truncated_file_is_damaged() {
    for (content_type, bytes) in FILES.iter() {
        for share in [3, 5, 8] {
            let cut = &bytes[..bytes.len() * share / 10];
            let refusal = render(cut).map(|_| ()).unwrap_err();
            assert!(matches!(refusal, Refusal::Damaged { .. }), "{share}0 % of {content_type}: {refusal:?}");
        }
    }
}

#[test]
fn a_header_alone_is_damaged() {
    for (content_type, bytes) in FILES.iter() {
        let refusal = render(&bytes[..16]).map(|_| ()).unwrap_err();
        assert!(matches!(refusal, Refusal::Damaged { .. }), "{content_type}: {refusal:?}");
    }
}

/// Asserts that rendering does not panic. A panic becomes a [`Refusal::Failed`] with the message of
/// the panic.
fn assert_no_panic(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Err(Refusal::Failed { reason }) = render(bytes) {
        prop_assert!(!reason.starts_with("panic"), "{reason}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn changed_bytes_cause_no_panic(file in 0..6usize, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = FILES[file].1.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        assert_no_panic(&bytes)?;
    }

    #[test]
    fn removed_and_repeated_parts_cause_no_panic(file in 0..6usize, from: prop::sample::Index, to: prop::sample::Index, repeat: bool) {
        let valid = &FILES[file].1;
        let (from, to) = (from.index(valid.len()), to.index(valid.len()));
        let (from, to) = (from.min(to), from.max(to));
        let bytes = if repeat {
            [&valid[..to], &valid[from..]].concat()
        } else {
            [&valid[..from], &valid[to..]].concat()
        };
        assert_no_panic(&bytes)?;
    }
}
