//! Orientation and size.

use crate::made::{self, BLUE, GREEN, RED, WHITE};
use crate::{alike, rendered, shown};
use image::RgbaImage;

/// The four corners: top left, top right, bottom left, bottom right.
fn corners(picture: &RgbaImage) -> [[u8; 4]; 4] {
    let (right, bottom) = (picture.width() * 7 / 8, picture.height() * 7 / 8);
    let (left, top) = (picture.width() / 8, picture.height() / 8);
    [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| picture.get_pixel(x, y).0)
}

/// What stored quarters (red, green, blue, white) must look like upright, by EXIF orientation 1 to 8
/// (EXIF 2.32, table 4: where row 0 and column 0 of the stored picture are seen).
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
fn every_orientation_comes_out_upright() {
    let stored = made::jpeg(&made::quarters(480, 320));
    for (orientation, expected) in (1..).zip(UPRIGHT) {
        let done = rendered(&made::with_orientation(&stored, orientation));
        let size = if orientation < 5 { (480, 320) } else { (320, 480) };
        assert_eq!((done.width, done.height), size, "orientation {orientation}");
        for rendition in [&done.small, &done.large] {
            let seen = corners(&shown(rendition));
            let right = seen.iter().zip(expected).all(|(&seen, expected)| alike(seen, expected));
            assert!(right, "orientation {orientation}: {seen:?} is not {expected:?}");
        }
    }
}

#[test]
fn an_orientation_that_makes_no_sense_is_passed_over() {
    let stored = made::jpeg(&made::quarters(64, 32));
    for orientation in [0, 9, 0xFFFF] {
        let done = rendered(&made::with_orientation(&stored, orientation));
        assert_eq!((done.width, done.height), (64, 32));
    }
}

#[test]
fn both_renditions_have_their_long_edge() {
    let done = rendered(&made::jpeg(&made::quarters(3000, 2000)));
    assert_eq!((done.large.width, done.large.height), (1600, 1067));
    assert_eq!((done.small.width, done.small.height), (320, 213));
    let done = rendered(&made::png(&made::quarters(900, 1800)));
    assert_eq!((done.large.width, done.large.height), (800, 1600));
    assert_eq!((done.small.width, done.small.height), (160, 320));
}

#[test]
fn nothing_is_enlarged() {
    for (content_type, bytes) in made::one_of_each(&made::quarters(200, 100)) {
        let done = rendered(&bytes);
        assert_eq!(done.format.content_type(), content_type);
        assert_eq!((done.width, done.height), (200, 100));
        assert_eq!((done.large.width, done.large.height), (200, 100));
        assert_eq!((done.small.width, done.small.height), (200, 100));
    }
}

#[test]
fn the_thinnest_and_the_smallest_pictures_keep_a_pixel() {
    let done = rendered(&made::png(&made::plain(5000, 1, RED)));
    assert_eq!((done.large.width, done.large.height), (1600, 1));
    let done = rendered(&made::gif(&[made::plain(1, 1, RED)]));
    assert_eq!((done.small.width, done.small.height), (1, 1));
}

#[test]
fn the_thumbhash_has_the_average_colour() {
    let done = rendered(&made::jpeg(&made::plain(500, 300, BLUE)));
    let (red, green, blue, alpha) = thumbhash::thumb_hash_to_average_rgba(&done.thumbhash).unwrap();
    let average = [red, green, blue, alpha].map(|share| (share * 255.0) as u8);
    assert!(alike(average, BLUE), "{average:?}");
}
