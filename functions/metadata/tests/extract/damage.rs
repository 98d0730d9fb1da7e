//! Hostile and damaged files. The extraction never panics, always ends, and respects its limits.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::builders::{
    ORDERS, Order, Value, exif_segment, iptc, iptc_segment, jpeg, png, tiff, webp, xmp, xmp_segment,
};
use super::extract;
use super::heif::{Place, exif_item, heif};
use photo_metadata::{Extractor, MAX_BYTES_READ, MAX_READS, Step};

fn exif(order: Order) -> Vec<u8> {
    let rational = |n| Value::Rational(vec![(n, 1), (30, 1), (15, 1)]);
    let exif = vec![
        (0x829A, Value::Rational(vec![(1, 250)])),
        (0x9003, Value::Text("2014:05:01 10:11:12.5+02:00")),
        (0x9291, Value::Text("25")),
        (0xA434, Value::Text("Objektiv für 50 mm")),
    ];
    let gps = vec![
        (1, Value::Text("N")),
        (2, rational(50)),
        (3, Value::Text("W")),
        (4, rational(20)),
        (6, Value::Rational(vec![(7, 2)])),
        (7, rational(12)),
        (29, Value::Text("2014:05:01")),
    ];
    let make = (0x010F, Value::Text("Canon"));
    tiff(
        order,
        &[make, (0x0112, Value::Short(vec![6])), (0x8769, Value::Child(exif)), (0x8825, Value::Child(gps))],
    )
}

fn files() -> impl Strategy<Value = Vec<u8>> {
    proptest::sample::select(one_of_each(150_000))
}

/// Builds a file of each format and with each kind of metadata, with about `pixels` bytes of
/// pixels.
fn one_of_each(pixels: usize) -> Vec<Vec<u8>> {
    let profile = || (0xE2, vec![0; pixels / 3]);
    let files = ORDERS.into_iter().map(exif).flat_map(|exif| {
        let idat = (b"IDAT", vec![7; pixels]);
        [
            jpeg(&[profile(), profile(), exif_segment(&exif)]),
            png(&[(b"eXIf", exif.clone()), idat.clone()]),
            png(&[idat, (b"eXIf", exif.clone())]),
            webp(0x08, &[(b"VP8 ", vec![0; pixels]), (b"EXIF", exif.clone())]),
            exif,
        ]
    });
    files.chain(files_with_descriptions(pixels)).collect()
}

fn packet() -> String {
    let title = "<dc:title><rdf:Alt><rdf:li>T &amp; &#x2014;</rdf:li></rdf:Alt></dc:title>";
    xmp(
        "exif:GPSLatitude='33,51.6S' exif:GPSLongitude='151,12,0E' xmp:Rating='3' exif:FNumber='28/10'",
        title,
    )
}

fn files_with_descriptions(pixels: usize) -> Vec<Vec<u8>> {
    let iptc = iptc(&[(5, b"Title"), (25, b"a"), (55, b"20140501"), (60, b"101112+0200"), (120, b"Caption")]);
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(packet().as_bytes(), 6);
    let itxt = [b"XML:com.adobe.xmp\0\x01\0\0\0", &compressed[..]].concat();
    let items =
        [(b"mime", &b"application/rdf+xml\0"[..], packet().into_bytes()), (b"Exif", b"", exif_item())];
    vec![
        jpeg(&[iptc_segment(&iptc)]),
        jpeg(&[xmp_segment(&packet())]),
        tiff(Order::Big, &[(0x02BC, Value::Raw(packet().into_bytes())), (0x83BB, Value::Raw(iptc))]),
        png(&[(b"iTXt", itxt)]),
        heif(&items, &[(b"irot", &[1])], Place::InIdat),
        heif(&items, &[(b"irot", &[1])], Place::AfterPixels(pixels)),
    ]
}

/// Asserts that the extraction respects its limits.
fn assert_bounded(file: &[u8]) {
    let (metadata, bytes_read, reads) = extract(file);
    assert!(bytes_read <= MAX_BYTES_READ && reads <= MAX_READS, "{bytes_read} bytes in {reads} reads");
    let texts =
        [metadata.make, metadata.model, metadata.camera.camera, metadata.camera.lens, metadata.taken_at];
    assert!(texts.into_iter().flatten().all(|text| text.chars().count() <= 100));
    let length = |text: Option<String>| text.map_or(0, |text| text.chars().count());
    let description = metadata.description;
    assert!(length(description.title) <= 200 && length(description.caption) <= 2000);
    assert!(description.keywords.len() <= 50);
    assert!(description.keywords.iter().all(|keyword| keyword.chars().count() <= 64));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn survives_damaged_bytes(
        mut file in files(),
        damage in proptest::collection::vec((any::<proptest::sample::Index>(), any::<bool>(), any::<u8>()), 1..24),
        keep in any::<proptest::sample::Index>(),
        cut in proptest::bool::weighted(0.3),
    ) {
        let last = file.len();
        for (place, near_an_end, byte) in damage {
            // Damages the ends, because the middle is pixels.
            let index = if near_an_end { place.index(400.min(last)) } else { last - 1 - place.index(600.min(last)) };
            file[index] = byte;
        }
        if cut {
            file.truncate(keep.index(last));
        }
        assert_bounded(&file);
    }

    #[test]
    fn survives_any_bytes_after_a_valid_start(
        head in proptest::sample::select(vec![
            &b"\xFF\xD8\xFF\xE1\0\x80Exif\0\0MM\0*"[..], b"\xFF\xD8\xFF", b"II*\0", b"MM\0*",
            b"\x89PNG\r\n\x1A\n", b"RIFF\0\0\0\0WEBPVP8X", b"GIF89a", b"",
            b"\0\0\0\x10ftypheic\0\0\0\0\0\0\x02\0meta\0\0\0\0", b"\0\0\0\x08ftyp\0\0\0\0meta\0\0\0\0\0\0\0\0iloc",
            b"\xFF\xD8\xFF\xED\x01\0Photoshop 3.0\08BIM\x04\x04\0\0\0\0\0\xE0\x1C\x02",
            b"\xFF\xD8\xFF\xE1\x04\0http://ns.adobe.com/xap/1.0/\0<rdf:RDF ",
        ]),
        rest in proptest::collection::vec(any::<u8>(), 0..2000),
    ) {
        assert_bounded(&[head, &rest].concat());
    }

    #[test]
    fn survives_replies_of_any_length(lengths in proptest::collection::vec(0..200_000usize, 40), total in any::<u64>()) {
        let mut extractor = Extractor::new();
        let mut steps = lengths.into_iter();
        while let Step::Need(range) = extractor.step() {
            assert!(range.start() <= range.end());
            extractor.feed(&vec![0xFF; steps.next().unwrap()], total);
        }
        assert!(extractor.bytes_read() <= MAX_BYTES_READ);
    }
}

#[test]
fn reads_a_directory_once_despite_many_pointers() {
    // Every entry of a directory points to the next directory. Reading a directory for each pointer
    // would take 512³ steps.
    let many = |tag, value: Value| vec![(tag, value); 1000];
    let interop = many(0x0001, Value::Short(vec![1]));
    let mut file = tiff(Order::Little, &many(0x8769, Value::Long(8 + 12_006)));
    file.extend(&tiff(Order::Little, &many(0xA005, Value::Long(8 + 2 * 12_006)))[8..]);
    file.extend(&tiff(Order::Little, &interop)[8..]);
    let start = Instant::now();
    assert_bounded(&jpeg(&[exif_segment(&file)]));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn limits_reads_of_many_segments_and_chunks() {
    let segments = jpeg(&vec![(0xE2, vec![0; 65_000]); 200]);
    let chunks = png(&vec![(b"tEXt", vec![0; 100_000]); 100]);
    let frames = webp(0x0A, &vec![(b"ANMF", vec![0; 100_000]); 100]);
    let lookalikes = png(&[(b"IDAT", b"\0\0\0\0eXIf".repeat(100_000))]);
    for file in [segments, chunks, frames, lookalikes] {
        assert_bounded(&file);
    }
}

#[test]
fn skips_many_empty_segments_quickly() {
    let start = Instant::now();
    assert_bounded(&jpeg(&vec![(0xE2, vec![]); 300_000]));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn reads_hostile_xmp_packets_quickly() {
    let wide: String = (0..4000).map(|n| format!("xmlns:a{n}='b' ")).collect();
    let same = "dc:title='x' ".repeat(5000);
    let deep = "<dc:title>".repeat(6000);
    let many = "<dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject>".repeat(1000);
    let entities = "&amp;&#x41;&b;".repeat(4500);
    let open = format!("<dc:title{}", "<".repeat(60_000));
    for (attributes, elements) in
        [(&wide[..], ""), (&same, ""), ("", &deep), ("", &many), ("", &entities), ("", &open)]
    {
        let start = Instant::now();
        assert_bounded(&webp(0x04, &[(b"XMP ", xmp(attributes, elements).into_bytes())]));
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    }
}

#[test]
fn decompresses_only_the_start_of_one_text_of_each_kind() {
    let bomb = miniz_oxide::deflate::compress_to_vec_zlib(&vec![b' '; 1_000_000], 6);
    let text = |keyword: &[u8]| (b"zTXt", [keyword, b"\0\0", &bomb].concat());
    let texts = [text(b"XML:com.adobe.xmp"), text(b"Raw profile type APP1"), text(b"Raw profile type iptc")];
    let start = Instant::now();
    assert_bounded(&png(&vec![texts; 300].concat()));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn ends_after_a_read_without_bytes() {
    let mut extractor = Extractor::new();
    assert!(matches!(extractor.step(), Step::Need(_)));
    extractor.feed(&[], 1_000_000);
    assert!(matches!(extractor.step(), Step::Done(_)));
}

/// Writes the initial corpus of the fuzz target `extract`: see `docs/testing.md`.
#[test]
#[ignore = "writes to the folder in ALBUMEN_SEEDS"]
fn writes_fuzzing_seeds() {
    let folder =
        std::env::var_os("ALBUMEN_SEEDS").map(std::path::PathBuf::from).expect("ALBUMEN_SEEDS is a folder");
    std::fs::create_dir_all(&folder).unwrap();
    for (number, file) in one_of_each(60).into_iter().enumerate() {
        std::fs::write(folder.join(format!("made-{number}")), file).unwrap();
    }
}
