//! Transparency and animation.

use crate::pictures::{self, BLUE, GREEN, RED};
use crate::{decoded, rendered, similar};
use renditions::Format;

#[test]
fn transparency_is_kept() {
    let mut picture = pictures::plain(2000, 1000, RED);
    for x in 0..1000 {
        for y in 0..1000 {
            picture.put_pixel(x, y, image::Rgba([0, 255, 0, 0]));
        }
    }
    for bytes in [pictures::png(&picture), pictures::webp(&picture)] {
        let done = rendered(&bytes);
        for rendition in [&done.small, &done.large] {
            assert_eq!(rendition.content_type, "image/webp");
            let seen = decoded(rendition);
            assert_eq!(seen.get_pixel(seen.width() / 4, seen.height() / 2).0[3], 0);
            assert!(similar(seen.get_pixel(seen.width() * 3 / 4, seen.height() / 2).0, RED));
            let green = seen.pixels().filter(|pixel| pixel.0[3] > 128 && pixel.0[1] > pixel.0[0]).count();
            assert_eq!(green, 0, "colours of invisible pixels do not bleed into visible ones");
        }
    }
}

#[test]
fn an_opaque_alpha_channel_is_dropped() {
    let done = rendered(&pictures::png(&pictures::plain(500, 400, RED)));
    assert_eq!(done.large.content_type, "image/jpeg");
    assert_eq!(done.small.content_type, "image/webp");
    assert!(!image::load_from_memory(&done.small.bytes).unwrap().color().has_alpha());
}

#[test]
fn an_animation_is_rendered_as_its_first_frame() {
    let done = rendered(&pictures::gif(&[pictures::plain(90, 60, GREEN), pictures::plain(90, 60, BLUE)]));
    assert_eq!(done.format, Format::Gif);
    assert!(similar(decoded(&done.large).get_pixel(45, 30).0, GREEN));
}
