//! HEIC and AVIF.

use super::builders::{Order, Value, tiff, xmp};
use super::extract;

/// Builds a box.
fn boxed(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
    [&(contents.len() as u32 + 8).to_be_bytes()[..], kind, contents].concat()
}

/// Builds a box with version and flags.
fn full_box(kind: &[u8; 4], version: u8, contents: &[u8]) -> Vec<u8> {
    boxed(kind, &[&[version, 0, 0, 0], contents].concat())
}

/// The place of the metadata items in a file.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// After all other boxes and this number of bytes of pixels.
    AfterPixels(usize),
    /// In the `idat` box.
    InIdat,
}

/// Builds the properties of a picture of 600 × 450 pixels: the size and `more` properties.
fn properties(more: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let size = [600u32.to_be_bytes(), 450u32.to_be_bytes()].concat();
    let tile = full_box(b"ispe", 0, &[0, 0, 2, 0, 0, 0, 2, 0]);
    let more_boxes = more.iter().flat_map(|(kind, contents)| boxed(kind, contents));
    let ipco = [tile, full_box(b"ispe", 0, &size), more_boxes.collect()].concat();
    // Item 1 is a tile and item 5 is the picture.
    let mut ipma = vec![0, 0, 0, 2, 0, 1, 1, 0x81, 0, 5, more.len() as u8 + 1, 2];
    ipma.extend((0..more.len()).map(|n| 0x83 + n as u8));
    boxed(b"iprp", &[boxed(b"ipco", &ipco), full_box(b"ipma", 0, &ipma)].concat())
}

fn infe(id: u8, kind: &[u8; 4], mime: &[u8]) -> Vec<u8> {
    full_box(b"infe", 2, &[&[0, id, 0, 0], &kind[..], b"\0", mime].concat())
}

/// Builds a file with these metadata items and properties.
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
            iloc.extend([0, id, 0, u8::from(place == Place::InIdat), 0, 0, 0, 1]);
            iloc.extend((at as u32).to_be_bytes());
            iloc.extend((bytes.len() as u32).to_be_bytes());
            at += bytes.len();
        }
        let boxes = [
            full_box(b"hdlr", 0, &[0; 20]),
            full_box(b"pitm", 0, &[0, 5]),
            full_box(b"iinf", 0, &iinf),
            properties(more),
            full_box(b"iloc", 1, &iloc),
            if place == Place::InIdat { boxed(b"idat", &idat) } else { Vec::new() },
        ];
        [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), full_box(b"meta", 0, &boxes.concat())].concat()
    };
    match place {
        Place::InIdat => build(0),
        Place::AfterPixels(pixels) => {
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
fn assert_extracted(file: &[u8], size: (u32, u32), expected_reads: u32) {
    let (metadata, bytes_read, reads) = extract(file);
    assert_eq!((metadata.make.as_deref(), metadata.description.rating), (Some("Apple"), Some(4)));
    assert_eq!(metadata.width.zip(metadata.height), Some(size));
    assert_eq!(reads, expected_reads);
    assert!(bytes_read <= 256 * 1024, "{bytes_read}");
}

#[test]
fn reads_items_at_any_distance() {
    assert_extracted(&heif(&items(), &[], Place::InIdat), (600, 450), 1);
    assert_extracted(&heif(&items(), &[], Place::AfterPixels(1000)), (600, 450), 1);
    assert_extracted(&heif(&items(), &[], Place::AfterPixels(3_000_000)), (600, 450), 3);
}

#[test]
fn the_size_depends_on_heif_properties_and_not_on_exif() {
    let sides = [[500u32, 1], [400, 1], [0, 1], [0, 1]];
    let clap: Vec<u8> = sides.iter().flatten().flat_map(|n| n.to_be_bytes()).collect();
    let extract_with = |more| extract(&heif(&items(), more, Place::InIdat)).0;
    for (more, size) in [
        (&[(b"irot", &[1][..])][..], (450, 600)),
        (&[(b"irot", &[2]), (b"imir", &[1])], (600, 450)),
        (&[(b"clap", &clap)], (500, 400)),
        (&[(b"clap", &clap), (b"irot", &[3])], (400, 500)),
    ] {
        let metadata = extract_with(more);
        assert_eq!(metadata.width.zip(metadata.height), Some(size), "{more:?}");
        assert_eq!(metadata.orientation, Some(6));
    }
}

#[test]
fn accepts_an_exif_item_with_a_wrong_offset() {
    let mut exif = exif_item();
    exif[3] = 0;
    let file = heif(&[(b"Exif", b"", exif)], &[], Place::InIdat);
    assert_eq!(extract(&file).0.make.as_deref(), Some("Apple"));
}

#[test]
fn skips_many_empty_extents_quickly() {
    // 16,000 items of 65,535 extents each. The fields of the extents have no bytes.
    let entry = [0, 9, 0, 0, 0, 0, 0xFF, 0xFF];
    let iloc = [&[0, 0, 0xFF, 0xFF][..], &entry.repeat(16_000)].concat();
    let meta = full_box(b"meta", 0, &[full_box(b"pitm", 0, &[0, 5]), full_box(b"iloc", 1, &iloc)].concat());
    let start = std::time::Instant::now();
    let file = [boxed(b"ftyp", b"avif\0\0\0\0"), meta].concat();
    assert_eq!(extract(&file).0, super::Metadata::default());
    assert!(start.elapsed() < std::time::Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn an_identity_has_the_size_of_its_source() {
    // Item 5 is derived from item 6 by a quarter turn.
    let ispe = full_box(b"ispe", 0, &[600u32.to_be_bytes(), 450u32.to_be_bytes()].concat());
    let iprp = |turn: u8| {
        let ipco = boxed(b"ipco", &[ispe.clone(), boxed(b"irot", &[turn])].concat());
        let ipma = full_box(b"ipma", 0, &[0, 0, 0, 2, 0, 5, 1, 2, 0, 6, 1, 1]);
        boxed(b"iprp", &[ipco, ipma].concat())
    };
    let file = |source: u8, turn: u8| {
        let boxes = [
            full_box(b"pitm", 0, &[0, 5]),
            full_box(b"iinf", 0, &[vec![0, 2], infe(5, b"iden", b""), infe(6, b"hvc1", b"")].concat()),
            full_box(b"iref", 0, &boxed(b"dimg", &[0, 5, 0, 1, 0, source])),
            iprp(turn),
        ];
        [boxed(b"ftyp", b"heic\0\0\0\0mif1heic"), full_box(b"meta", 0, &boxes.concat())].concat()
    };
    let size = |file: &[u8]| extract(file).0.width.zip(extract(file).0.height);
    assert_eq!(size(&file(6, 1)), Some((450, 600)));
    assert_eq!(size(&file(6, 2)), Some((600, 450)));
    // An item that is derived from itself.
    assert_eq!(size(&file(5, 1)), None);
}
