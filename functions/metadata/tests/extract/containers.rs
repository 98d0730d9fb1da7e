//! Locates metadata in every file format, in few reads.

use super::builders::{ORDERS, Order, Value, exif_segment, jpeg, png, tiff, webp};
use super::extract;

fn exif() -> Vec<u8> {
    tiff(Order::Big, &[(0x010F, Value::Text("Canon")), (0x0112, Value::Short(vec![6]))])
}

/// Asserts make, orientation and displayed size of a file, and that the extraction takes
/// `expected_reads` reads of at most 256 KiB in total.
#[track_caller]
fn assert_extracted(file: &[u8], expected_reads: u32) {
    let (metadata, bytes_read, reads) = extract(file);
    let fields = (metadata.make.as_deref(), metadata.orientation, metadata.width, metadata.height);
    assert_eq!(fields, (Some("Canon"), Some(6), Some(450), Some(600)));
    assert_eq!(reads, expected_reads);
    assert!(bytes_read <= 256 * 1024, "{bytes_read}");
}

#[test]
fn reads_a_large_jpeg_once() {
    let mut file = jpeg(&[(0xE0, b"JFIF\0".to_vec()), exif_segment(&exif())]);
    file.resize(30_000_000, 0x55);
    assert_extracted(&file, 1);
}

#[test]
fn finds_exif_among_other_jpeg_segments() {
    let xmp = (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>".to_vec());
    let blank = (0xE1, b"Exif\0\0".to_vec());
    let profile = || (0xE2, vec![0; 65_000]);
    assert_extracted(
        &jpeg(&[xmp, blank, profile(), profile(), profile(), exif_segment(&exif()), profile()]),
        3,
    );
}

#[test]
fn accepts_exif_with_unusual_jpeg_prefixes() {
    for prefix in [&b"EXIF\0\0"[..], b"Exif\0\xFF", b"\xFF\xE1\0\x20Exif\0\0", b""] {
        assert_extracted(&jpeg(&[(0xE1, [prefix, &exif()].concat())]), 1);
    }
}

#[test]
fn reads_ciff_in_jpeg() {
    let record = |kind: u16, length: u32, at: u32| {
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), &at.to_le_bytes()].concat()
    };
    let records = [record(0x080A, 12, 0), record(0x180E, 4, 12)].concat();
    let values = [b"Canon\0A5\0...", &912_522_156u32.to_le_bytes()[..]].concat();
    let heap = [&values, &[2, 0][..], &records, &16u32.to_le_bytes()].concat();
    let (metadata, ..) = extract(&jpeg(&[(0xE0, [b"II\x0E\0\0\0HEAPJPGM", &heap[..]].concat())]));
    assert_eq!((metadata.make.as_deref(), metadata.model.as_deref()), (Some("Canon"), Some("A5")));
    assert_eq!(metadata.taken_at.as_deref(), Some("1998-12-01T14:22:36"));
}

#[test]
fn reads_the_creation_time_of_png() {
    let created = b"Creation Time\x002014-05-01T10:11:12".to_vec();
    let (metadata, ..) = extract(&png(&[(b"tEXt", created)]));
    assert_eq!(metadata.taken_at.as_deref(), Some("2014-05-01T10:11:12"));
}

#[test]
fn skips_stray_bytes_between_jpeg_segments() {
    let mut file = jpeg(&[(0xE0, b"JFIF\0".to_vec()), exif_segment(&exif())]);
    file.splice(11..11, [0, 1, 2, 0xFF, 0xFF, 0xFF]);
    assert_extracted(&file, 1);
}

#[test]
fn uses_the_exif_size_if_the_jpeg_frame_header_is_out_of_reach() {
    let sides = vec![(0xA002, Value::Long(4000)), (0xA003, Value::Short(vec![3000]))];
    let exif = tiff(Order::Big, &[(0x0112, Value::Short(vec![6])), (0x8769, Value::Child(sides))]);
    let depth_map = vec![(0xE1, [&b"http://ns.adobe.com/xmp/extension/\0"[..], &[0; 65_000]].concat()); 50];
    let (metadata, bytes_read, _) = extract(&jpeg(&[vec![exif_segment(&exif)], depth_map].concat()));
    assert_eq!((metadata.width, metadata.height), (Some(3000), Some(4000)));
    assert!(bytes_read <= 256 * 1024, "{bytes_read}");
}

#[test]
fn finds_exif_before_and_after_png_pixels() {
    let pixels = || vec![(b"IDAT", vec![1; 8192]); 1000];
    let before = [vec![(b"eXIf", exif())], pixels()].concat();
    // The second read looks for XMP after the pixels.
    assert_extracted(&png(&before), 2);
    let after = [pixels(), vec![(b"eXIf", [b"Exif\0\0", &exif()[..]].concat())]].concat();
    assert_extracted(&png(&after), 2);
    let small = [vec![(b"IDAT", b"....eXIf....".to_vec())], vec![(b"eXIf", exif())]].concat();
    assert_extracted(&png(&small), 1);
}

#[test]
fn reads_raw_profiles_in_png() {
    let profile = [b"Exif\0\0", &exif()[..]].concat();
    let digits: String = profile.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<_> =
        digits.as_bytes().chunks(72).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    let text = format!("\nexif\n{:8}\n{}\n", profile.len(), lines.join("\n"));
    let plain = [b"Raw profile type exif\0", text.as_bytes()].concat();
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 9);
    let compressed = [b"Raw profile type APP1\0\0", &compressed[..]].concat();
    assert_extracted(&png(&[(b"tEXt", plain), (b"IDAT", vec![1; 8192])]), 1);
    assert_extracted(&png(&[(b"IDAT", vec![1; 8192]), (b"zTXt", compressed)]), 1);
}

#[test]
fn finds_exif_before_and_after_webp_pixels() {
    let pixels = || (b"VP8 ", vec![0; 999_999]);
    assert_extracted(&webp(0x08, &[pixels(), (b"EXIF", exif())]), 2);
    assert_extracted(&webp(0x00, &[pixels(), (b"XMP ", vec![1; 501]), (b"EXIF", exif())]), 2);
    assert_extracted(&webp(0x08, &[(b"EXIF", [b"Exif\0\0", &exif()[..]].concat()), pixels()]), 1);
}

#[test]
fn skips_animation_frames_only_if_the_exif_flag_is_set() {
    let frames = vec![(b"ANMF", vec![0; 200_000]); 10];
    assert_eq!(extract(&webp(0x02, &frames)).2, 1);
    assert_extracted(&webp(0x0A, &[frames, vec![(b"EXIF", exif())]].concat()), 11);
}

#[test]
fn reads_sizes_of_simple_webp_and_gif() {
    let lossy = b"RIFF\0\0\0\0WEBPVP8 \x0A\0\0\0\0\0\0\x9D\x01\x2A\x58\x42\xC2\x81";
    let lossless = b"RIFF\0\0\0\0WEBPVP8L\x05\0\0\0\x2F\x57\x42\x70\x10";
    let gif = b"GIF89a\x58\x02\xC2\x01\0\0\0;;;";
    for file in [&lossy[..], &lossless[..], &gif[..]] {
        let (metadata, ..) = extract(file);
        assert_eq!((metadata.width, metadata.height), (Some(600), Some(450)), "{}", file.escape_ascii());
    }
}

#[test]
fn reads_tiff_in_both_byte_orders() {
    for order in ORDERS {
        let values = [
            (0x0100, Value::Short(vec![600])),
            (0x0101, Value::Long(450)),
            (0x010F, Value::Text("Canon")),
            (0x0112, Value::Short(vec![6])),
            (0x0111, Value::Raw(vec![0; 500_000])),
        ];
        assert_extracted(&tiff(order, &values), 1);
    }
}

#[test]
fn returns_no_metadata_for_other_files() {
    for file in
        [&b""[..], b"\xFF", b"\xFF\xD8", b"<svg/>", b"II*\0", b"RIFF\0\0\0\0WEBP", b"\x89PNG\r\n\x1A\n"]
    {
        let (metadata, bytes_read, _) = extract(file);
        assert_eq!(metadata, super::Metadata::default());
        assert_eq!(bytes_read, file.len() as u64);
    }
}
