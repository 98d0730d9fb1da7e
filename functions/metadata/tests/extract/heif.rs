//! HEIC and AVIF.

use super::build::{Order, Value, tiff, xmp};
use super::extract;

/// A box.
fn boxed(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    [&(contents.len() as u32 + 8).to_be_bytes()[..], kind, contents].concat()
}

/// A box with version and flags.
fn full(kind: &[u8; 4], version: u8, contents: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], contents].concat())
}

/// Where the items of a file are.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Behind everything, and so many bytes of pixels.
    Behind(usize),
    /// In the `idat` box.
    Inside,
}

/// What belongs to the picture of 600 × 450 pixels besides its size.
fn properties(more: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let size = [600u32.to_be_bytes(), 450u32.to_be_bytes()].concat();
    let tile = full(b"ispe", 0, &[0, 0, 2, 0, 0, 0, 2, 0]);
    let more_boxes = more.iter().flat_map(|(kind, contents)| boxed(kind, contents));
    let ipco = [tile, full(b"ispe", 0, &size), more_boxes.collect()].concat();
    // Item 1 is a tile, item 5 the picture.
    let mut ipma = vec![0, 0, 0, 2, 0, 1, 1, 0x81, 0, 5, more.len() as u8 + 1, 2];
    ipma.extend((0..more.len()).map(|n| 0x83 + n as u8));
    boxed(b"iprp", &[boxed(b"ipco", &ipco), full(b"ipma", 0, &ipma)].concat())
}

fn infe(id: u8, kind: &[u8; 4], mime: &[u8]) -> Vec<u8> {
    full(b"infe", 2, &[&[0, id, 0, 0], &kind[..], b"\0", mime].concat())
}

/// A file with these metadata items and properties.
pub(super) fn heif(
    items: &[(&[u8; 4], &[u8], Vec<u8>)],
    more: &[(&[u8; 4], &[u8])],
    place: Place,
) -> Vec<u8> {
    let mut iinf = vec![0, items.len() as u8 + 1];
    iinf.extend(infe(5, b"grid", b""));
    for ((kind, mime, _), id) in items.iter().zip(7..) {
        iinf.extend(infe(id, kind, mime));
    }
    let idat: Vec<u8> = items.iter().flat_map(|(.., bytes)| bytes.clone()).collect();
    let build = |start: usize| {
        let mut iloc = vec![0x44, 0, 0, items.len() as u8];
        let mut at = start;
        for ((.., bytes), id) in items.iter().zip(7..) {
            iloc.extend([0, id, 0, u8::from(place == Place::Inside), 0, 0, 0, 1]);
            iloc.extend((at as u32).to_be_bytes());
            iloc.extend((bytes.len() as u32).to_be_bytes());
            at += bytes.len();
        }
        let boxes = [
            full(b"hdlr", 0, &[0; 20]),
            full(b"pitm", 0, &[0, 5]),
            full(b"iinf", 0, &iinf),
            properties(more),
            full(b"iloc", 1, &iloc),
            if place == Place::Inside { boxed(b"idat", &idat) } else { Vec::new() },
        ];
        [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), full(b"meta", 0, &boxes.concat())].concat()
    };
    match place {
        Place::Inside => build(0),
        Place::Behind(pixels) => {
            let start = build(0).len() + 8 + pixels;
            let mdat = boxed(b"mdat", &[&vec![0; pixels][..], &idat].concat());
            [build(start), mdat].concat()
        }
    }
}

pub(super) fn exif_item() -> Vec<u8> {
    let exif = tiff(Order::Big, &[(0x010F, Value::Text("Apple")), (0x0112, Value::Short(vec![6]))]);
    [b"\0\0\0\x06Exif\0\0", &exif[..]].concat()
}

fn items() -> Vec<(&'static [u8; 4], &'static [u8], Vec<u8>)> {
    let packet = xmp("xmp:Rating='4'", "");
    vec![(b"mime", b"application/rdf+xml\0", packet.into_bytes()), (b"Exif", b"", exif_item())]
}

#[track_caller]
fn assert_told(file: &[u8], size: (u32, u32), expected_reads: u32) {
    let (facts, bytes_read, reads) = extract(file);
    assert_eq!((facts.make.as_deref(), facts.words.rating), (Some("Apple"), Some(4)));
    assert_eq!(facts.width.zip(facts.height), Some(size));
    assert_eq!(reads, expected_reads);
    assert!(bytes_read <= 256 * 1024, "{bytes_read}");
}

#[test]
fn items_near_and_far() {
    assert_told(&heif(&items(), &[], Place::Inside), (600, 450), 1);
    assert_told(&heif(&items(), &[], Place::Behind(1000)), (600, 450), 1);
    assert_told(&heif(&items(), &[], Place::Behind(3_000_000)), (600, 450), 3);
}

#[test]
fn the_size_is_as_turned_and_cropped_by_the_container_not_by_exif() {
    let sides = [[500u32, 1], [400, 1], [0, 1], [0, 1]];
    let clap: Vec<u8> = sides.iter().flatten().flat_map(|n| n.to_be_bytes()).collect();
    let turned = |more| extract(&heif(&items(), more, Place::Inside)).0;
    for (more, size) in [
        (&[(b"irot", &[1][..])][..], (450, 600)),
        (&[(b"irot", &[2]), (b"imir", &[1])], (600, 450)),
        (&[(b"clap", &clap)], (500, 400)),
        (&[(b"clap", &clap), (b"irot", &[3])], (400, 500)),
    ] {
        let facts = turned(more);
        assert_eq!(facts.width.zip(facts.height), Some(size), "{more:?}");
        assert_eq!(facts.orientation, Some(6));
    }
}

#[test]
fn an_exif_item_whose_offset_does_not_count_what_is_before_it() {
    let mut exif = exif_item();
    exif[3] = 0;
    let file = heif(&[(b"Exif", b"", exif)], &[], Place::Inside);
    assert_eq!(extract(&file).0.make.as_deref(), Some("Apple"));
}

#[test]
fn items_of_no_bytes_in_pieces_without_end_take_no_time() {
    // 16,000 items of 65,535 pieces, each described in no bytes.
    let entry = [0, 9, 0, 0, 0, 0, 0xFF, 0xFF];
    let iloc = [&[0, 0, 0xFF, 0xFF][..], &entry.repeat(16_000)].concat();
    let meta = full(b"meta", 0, &[full(b"pitm", 0, &[0, 5]), full(b"iloc", 1, &iloc)].concat());
    let start = std::time::Instant::now();
    let file = [boxed(b"ftyp", b"avif\0\0\0\0"), meta].concat();
    assert_eq!(extract(&file).0, super::Facts::default());
    assert!(start.elapsed() < std::time::Duration::from_secs(1), "{:?}", start.elapsed());
}
