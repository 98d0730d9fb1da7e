//! From files of every type to EXIF, in few reads.

use super::build::{ORDERS, Order, Value, app1, jpeg, png, tiff, webp};
use super::extract;

fn exif() -> Vec<u8> {
    tiff(Order::Big, &[(0x010F, Value::Text("Canon")), (0x0112, Value::Short(vec![6]))])
}

/// Asserts that a file tells make, orientation and size as displayed, in so many reads of at most 256 KB in all.
#[track_caller]
fn assert_told(file: &[u8], expected_reads: u32) {
    let (facts, bytes_read, reads) = extract(file);
    let told = (facts.make.as_deref(), facts.orientation, facts.width, facts.height);
    assert_eq!(told, (Some("Canon"), Some(6), Some(450), Some(600)));
    assert_eq!(reads, expected_reads);
    assert!(bytes_read <= 256 * 1024, "{bytes_read}");
}

#[test]
fn jpeg_in_one_read_whatever_follows() {
    let mut file = jpeg(&[(0xE0, b"JFIF\0".to_vec()), app1(&exif())]);
    file.resize(30_000_000, 0x55);
    assert_told(&file, 1);
}

#[test]
fn jpeg_among_other_segments() {
    let xmp = (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>".to_vec());
    let blank = (0xE1, b"Exif\0\0".to_vec());
    let profile = || (0xE2, vec![0; 65_000]);
    assert_told(&jpeg(&[xmp, blank, profile(), profile(), profile(), app1(&exif()), profile()]), 3);
}

#[test]
fn jpeg_whose_exif_is_announced_in_another_way() {
    for announcement in [&b"EXIF\0\0"[..], b"Exif\0\xFF", b"\xFF\xE1\0\x20Exif\0\0", b""] {
        assert_told(&jpeg(&[(0xE1, [announcement, &exif()].concat())]), 1);
    }
}

#[test]
fn jpeg_with_ciff() {
    let record = |kind: u16, length: u32, at: u32| {
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), &at.to_le_bytes()].concat()
    };
    let records = [record(0x080A, 12, 0), record(0x180E, 4, 12)].concat();
    let values = [b"Canon\0A5\0...", &912_522_156u32.to_le_bytes()[..]].concat();
    let heap = [&values, &[2, 0][..], &records, &16u32.to_le_bytes()].concat();
    let (facts, ..) = extract(&jpeg(&[(0xE0, [b"II\x0E\0\0\0HEAPJPGM", &heap[..]].concat())]));
    assert_eq!((facts.make.as_deref(), facts.model.as_deref()), (Some("Canon"), Some("A5")));
    assert_eq!(facts.taken_at.as_deref(), Some("1998-12-01T14:22:36"));
}

#[test]
fn png_with_the_time_of_its_creation() {
    let created = b"Creation Time\x002014-05-01T10:11:12".to_vec();
    let (facts, ..) = extract(&png(&[(b"tEXt", created)]));
    assert_eq!(facts.taken_at.as_deref(), Some("2014-05-01T10:11:12"));
}

#[test]
fn jpeg_with_stray_bytes_between_segments() {
    let mut file = jpeg(&[(0xE0, b"JFIF\0".to_vec()), app1(&exif())]);
    file.splice(11..11, [0, 1, 2, 0xFF, 0xFF, 0xFF]);
    assert_told(&file, 1);
}

#[test]
fn jpeg_whose_frame_is_out_of_reach_has_the_size_that_the_camera_says() {
    let sides = vec![(0xA002, Value::Long(4000)), (0xA003, Value::Short(vec![3000]))];
    let exif = tiff(Order::Big, &[(0x0112, Value::Short(vec![6])), (0x8769, Value::Child(sides))]);
    let depth_map = vec![(0xE1, [&b"http://ns.adobe.com/xmp/extension/\0"[..], &[0; 65_000]].concat()); 50];
    let (facts, bytes_read, _) = extract(&jpeg(&[vec![app1(&exif)], depth_map].concat()));
    assert_eq!((facts.width, facts.height), (Some(3000), Some(4000)));
    assert!(bytes_read <= 256 * 1024, "{bytes_read}");
}

#[test]
fn png_before_and_behind_the_pixels() {
    let pixels = || vec![(b"IDAT", vec![1; 8192]); 1000];
    let before = [vec![(b"eXIf", exif())], pixels()].concat();
    // XMP may be behind the pixels even so.
    assert_told(&png(&before), 2);
    let behind = [pixels(), vec![(b"eXIf", [b"Exif\0\0", &exif()[..]].concat())]].concat();
    assert_told(&png(&behind), 2);
    let small = [vec![(b"IDAT", b"....eXIf....".to_vec())], vec![(b"eXIf", exif())]].concat();
    assert_told(&png(&small), 1);
}

#[test]
fn png_with_a_raw_profile() {
    let profile = [b"Exif\0\0", &exif()[..]].concat();
    let digits: String = profile.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<_> =
        digits.as_bytes().chunks(72).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect();
    let text = format!("\nexif\n{:8}\n{}\n", profile.len(), lines.join("\n"));
    let plain = [b"Raw profile type exif\0", text.as_bytes()].concat();
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), 9);
    let packed = [b"Raw profile type APP1\0\0", &packed[..]].concat();
    assert_told(&png(&[(b"tEXt", plain), (b"IDAT", vec![1; 8192])]), 1);
    assert_told(&png(&[(b"IDAT", vec![1; 8192]), (b"zTXt", packed)]), 1);
}

#[test]
fn webp_behind_the_pixels() {
    let pixels = || (b"VP8 ", vec![0; 999_999]);
    assert_told(&webp(0x08, &[pixels(), (b"EXIF", exif())]), 2);
    assert_told(&webp(0x00, &[pixels(), (b"XMP ", vec![1; 501]), (b"EXIF", exif())]), 2);
    assert_told(&webp(0x08, &[(b"EXIF", [b"Exif\0\0", &exif()[..]].concat()), pixels()]), 1);
}

#[test]
fn frames_of_an_animation_are_crossed_only_where_exif_is_announced() {
    let frames = vec![(b"ANMF", vec![0; 200_000]); 10];
    assert_eq!(extract(&webp(0x02, &frames)).2, 1);
    assert_told(&webp(0x0A, &[frames, vec![(b"EXIF", exif())]].concat()), 11);
}

#[test]
fn sizes_of_plain_webp_and_gif() {
    let lossy = b"RIFF\0\0\0\0WEBPVP8 \x0A\0\0\0\0\0\0\x9D\x01\x2A\x58\x42\xC2\x81";
    let lossless = b"RIFF\0\0\0\0WEBPVP8L\x05\0\0\0\x2F\x57\x42\x70\x10";
    let gif = b"GIF89a\x58\x02\xC2\x01\0\0\0;;;";
    for file in [&lossy[..], &lossless[..], &gif[..]] {
        let (facts, ..) = extract(file);
        assert_eq!((facts.width, facts.height), (Some(600), Some(450)), "{}", file.escape_ascii());
    }
}

#[test]
fn tiff_with_its_directory_at_the_end() {
    for order in ORDERS {
        let values = [
            (0x0100, Value::Short(vec![600])),
            (0x0101, Value::Long(450)),
            (0x010F, Value::Text("Canon")),
            (0x0112, Value::Short(vec![6])),
            (0x0111, Value::Raw(vec![0; 500_000])),
        ];
        assert_told(&tiff(order, &values), 1);
    }
}

#[test]
fn nothing_is_known_of_other_files() {
    for file in
        [&b""[..], b"\xFF", b"\xFF\xD8", b"<svg/>", b"II*\0", b"RIFF\0\0\0\0WEBP", b"\x89PNG\r\n\x1A\n"]
    {
        let (facts, bytes_read, _) = extract(file);
        assert_eq!(facts, super::Facts::default());
        assert_eq!(bytes_read, file.len() as u64);
    }
}
