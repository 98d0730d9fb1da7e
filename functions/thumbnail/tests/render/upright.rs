//! Orientation and size.

use crate::pictures::{self, BLUE, GREEN, RED, WHITE};
use crate::{decoded, rendered, similar};
use image::RgbaImage;

/// Returns the colours near the corners: top left, top right, bottom left, bottom right.
fn corners(picture: &RgbaImage) -> [[u8; 4]; 4] {
    let (right, bottom) = (picture.width() * 7 / 8, picture.height() * 7 / 8);
    let (left, top) = (picture.width() / 8, picture.height() / 8);
    [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| picture.get_pixel(x, y).0)
}

/// The upright quarters of a picture with the stored quarters red, green, blue and white, for each
/// EXIF orientation from 1 to 8 (EXIF 2.32, table 4).
const UPRIGHT: [[[u8; 4]; 4]; 8] = [
    [RED, GREEN, BLUE, WHITE],
    [GREEN, RED, WHITE, BLUE],
    [WHITE, BLUE, GREEN, RED],
    [BLUE, WHITE, RED, GREEN],
    [RED, BLUE, GREEN, WHITE],
    [BLUE, RED, WHITE, GREEN],
    [WHITE, GREEN, BLUE, RED],
    [GREEN, WHITE, RED, BLUE],
];

#[test]
fn every_orientation_is_rendered_upright() {
    let stored = pictures::jpeg(&pictures::quarters(480, 320));
    for (orientation, expected) in (1..).zip(UPRIGHT) {
        let done = rendered(&pictures::with_orientation(&stored, orientation));
        let size = if orientation < 5 { (480, 320) } else { (320, 480) };
        assert_eq!((done.width, done.height), size, "orientation {orientation}");
        for rendition in [&done.small, &done.large] {
            let seen = corners(&decoded(rendition));
            let matches = seen.iter().zip(expected).all(|(&seen, expected)| similar(seen, expected));
            assert!(matches, "orientation {orientation}: {seen:?} is not {expected:?}");
        }
    }
}

#[test]
fn an_invalid_orientation_is_ignored() {
    let stored = pictures::jpeg(&pictures::quarters(64, 32));
    for orientation in [0, 9, 0xFFFF] {
        let done = rendered(&pictures::with_orientation(&stored, orientation));
        assert_eq!((done.width, done.height), (64, 32));
    }
}

#[test]
fn both_renditions_are_shrunk_to_their_edge() {
    let done = rendered(&pictures::jpeg(&pictures::quarters(3000, 2000)));
    assert_eq!((done.large.width, done.large.height), (1600, 1067));
    assert_eq!((done.small.width, done.small.height), (320, 213));
    let done = rendered(&pictures::png(&pictures::quarters(900, 1800)));
    assert_eq!((done.large.width, done.large.height), (800, 1600));
    assert_eq!((done.small.width, done.small.height), (160, 320));
}

#[test]
fn small_pictures_are_not_enlarged() {
    for (content_type, bytes) in pictures::one_of_each(&pictures::quarters(200, 100)) {
        let done = rendered(&bytes);
        assert_eq!(done.format.content_type(), content_type);
        assert_eq!((done.width, done.height), (200, 100));
        assert_eq!((done.large.width, done.large.height), (200, 100));
        assert_eq!((done.small.width, done.small.height), (200, 100));
    }
}

#[test]
fn renditions_of_thin_and_tiny_pictures_have_at_least_one_pixel() {
    let done = rendered(&pictures::png(&pictures::plain(5000, 1, RED)));
    assert_eq!((done.large.width, done.large.height), (1600, 1));
    let done = rendered(&pictures::gif(&[pictures::plain(1, 1, RED)]));
    assert_eq!((done.small.width, done.small.height), (1, 1));
}

#[test]
fn the_thumbhash_has_the_average_colour() {
    let done = rendered(&pictures::jpeg(&pictures::plain(500, 300, BLUE)));
    let (red, green, blue, alpha) = thumbhash::thumb_hash_to_average_rgba(&done.thumbhash).unwrap();
    let average = [red, green, blue, alpha].map(|share| (share * 255.0) as u8);
    assert!(similar(average, BLUE), "{average:?}");
}
