//! A file without a position counts as such only if all its metadata was read.

use super::builders::{Order, Value, exif_segment, iptc_segment, jpeg, png, tiff, webp, xmp, xmp_segment};
use super::heif::{Place, exif_item, heif};
use super::{extract, is_complete};

const XMP_CHUNK: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";

fn exif() -> Vec<u8> {
    tiff(Order::Big, &[(0x010F, Value::Text("Canon"))])
}

fn packet() -> Vec<u8> {
    xmp("xmp:Rating='4'", "").into_bytes()
}

fn long_packet() -> Vec<u8> {
    xmp("", &" ".repeat(70_000)).into_bytes()
}

fn text(packet: &[u8]) -> (&'static [u8; 4], Vec<u8>) {
    (b"iTXt", [XMP_CHUNK, packet].concat())
}

fn compressed(packet: &[u8]) -> (&'static [u8; 4], Vec<u8>) {
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(packet, 6);
    (b"iTXt", [b"XML:com.adobe.xmp\0\x01\0\0\0", &compressed[..]].concat())
}

/// Builds a HEIC with these XMP packets after an Exif item.
fn heic(packets: &[Vec<u8>], place: Place) -> Vec<u8> {
    let xmp = |packet: &Vec<u8>| (b"mime", &b"application/rdf+xml\0"[..], packet.clone());
    let exif = (b"Exif", &b""[..], exif_item());
    heif(&[vec![exif], packets.iter().map(xmp).collect()].concat(), &[], place)
}

/// Builds a JPEG with XMP that has these attributes.
fn jpeg_with_xmp(attributes: &str) -> Vec<u8> {
    jpeg(&[xmp_segment(&xmp(attributes, ""))])
}

/// Builds a JPEG with EXIF that has these GPS fields.
fn jpeg_with_gps(fields: Vec<(u16, Value)>) -> Vec<u8> {
    jpeg(&[exif_segment(&tiff(Order::Big, &[(0x8825, Value::Child(fields))]))])
}

fn pixels() -> Vec<(&'static [u8; 4], Vec<u8>)> {
    vec![(b"IDAT", vec![1; 8192]); 100]
}

#[test]
fn metadata_is_complete_where_every_block_was_read() {
    let vp8 = || (b"VP8 ", vec![0; 200_000]);
    let segments = [(0xE0, b"JFIF\0".to_vec()), (0xE2, vec![0; 65_000]), iptc_segment(b"")];
    let both = [exif_segment(&exif()), xmp_segment(&String::from_utf8(packet()).unwrap())];
    let no_fix = vec![(0, Value::Long(0x0203_0000)), (29, Value::Text("2014:05:01"))];
    for (case, file) in [
        ("a plain JPEG", jpeg(&[])),
        ("a JPEG", jpeg(&[&segments[..], &both].concat())),
        ("a JPEG of a camera without a fix", jpeg_with_gps(no_fix)),
        ("a PNG", png(&pixels())),
        ("a PNG with one chunk of pixels", png(&[text(&packet()), (b"IDAT", vec![1; 400_000])])),
        ("a PNG with metadata at its end", png(&[pixels(), vec![compressed(&packet())]].concat())),
        ("a WebP", webp(0x0C, &[vp8(), (b"EXIF", exif()), (b"XMP ", packet())])),
        ("a simple WebP", b"RIFF\0\0\0\0WEBPVP8 \x0A\0\0\0\0\0\0\x9D\x01\x2A\x58\x42\xC2\x81".to_vec()),
        ("a HEIC", heic(&[packet()], Place::AfterPixels(200_000))),
        ("a HEIC with metadata in a box", heic(&[], Place::InIdat)),
    ] {
        assert_eq!(extract(&file).0.gps, None, "{case}");
        assert!(is_complete(&file), "{case}");
    }
}

#[test]
fn metadata_is_incomplete_where_a_position_can_be_unread() {
    let vp8 = || (b"VP8 ", vec![0; 20]);
    let extension = (0xE1, b"http://ns.adobe.com/xmp/extension/\0".to_vec());
    let far = [pixels(), vec![text(&packet()), (b"tEXt", vec![b'a'; 70_000])]].concat();
    let damaged = (b"iTXt", [b"XML:com.adobe.xmp\0\x01\0\0\0", &[1; 20][..]].concat());
    let utf_16: Vec<u8> = xmp("exif:GPSLatitude='1'", "").bytes().flat_map(|byte| [0, byte]).collect();
    let segments = vec![(0xE2, vec![0; 65_000]); 200];
    let mut cut = jpeg(&[exif_segment(&exif())]);
    cut.truncate(30);
    let latitude = (2, Value::Rational(vec![(91, 1), (0, 1), (0, 1)]));
    for (case, file) in [
        ("no picture", vec![0; 1_000]),
        ("a GIF", b"GIF89a\x58\x02\xC2\x01\0\0\0;;;".to_vec()),
        ("a TIFF", exif()),
        ("a JPEG that reaches the limits", jpeg(&segments)),
        ("a JPEG that ends early", cut),
        ("a JPEG that names extended XMP", jpeg_with_xmp("xmpNote:HasExtendedXMP='0'")),
        ("a JPEG with extended XMP", jpeg(&[extension])),
        ("a JPEG with EXIF twice", jpeg(&[exif_segment(&exif()), exif_segment(&exif())])),
        ("a motion photo", jpeg_with_xmp("GCamera:MotionPhoto='1'")),
        ("an unusual position in XMP", jpeg_with_xmp("exif:GPSLatitude='north'")),
        ("an unusual position in EXIF", jpeg_with_gps(vec![latitude])),
        ("no GPS directory where EXIF names it", jpeg_with_gps(vec![])),
        ("a PNG with metadata far from its end", png(&far)),
        ("a PNG whose end was not searched", png(&[(b"eXIf", exif()), text(&packet()), pixels()[0].clone()])),
        ("a PNG with a large chunk of pixels at the end", png(&vec![(b"IDAT", vec![1; 100_000]); 2])),
        ("a PNG with a long packet", png(&[text(&long_packet()), pixels()[0].clone()])),
        ("a PNG with a long compressed packet", png(&[compressed(&long_packet()), pixels()[0].clone()])),
        ("a PNG with a damaged packet", png(&[damaged, pixels()[0].clone()])),
        ("a PNG with XMP twice", png(&[text(&packet()), text(&packet()), pixels()[0].clone()])),
        ("a WebP with a long packet", webp(0x04, &[vp8(), (b"XMP ", long_packet())])),
        ("a WebP with a packet in UTF-16", webp(0x04, &[vp8(), (b"XMP ", utf_16)])),
        ("a WebP with XMP twice", webp(0x04, &[vp8(), (b"XMP ", packet()), (b"XMP ", packet())])),
        ("an animated WebP without flags", webp(0x02, &[(b"ANMF", vec![0; 20])])),
        ("a HEIC with a long packet", heic(&[long_packet()], Place::InIdat)),
        ("a HEIC with XMP twice", heic(&[packet(), packet()], Place::InIdat)),
        ("a HEIC without items", b"\0\0\0\x10ftypheic\0\0\0\0\0\0\0\x08mdat".to_vec()),
    ] {
        assert_eq!(extract(&file).0.gps, None, "{case}");
        assert!(!is_complete(&file), "{case}");
    }
}

#[test]
fn metadata_with_a_position_is_complete() {
    let file = jpeg_with_xmp("exif:GPSLatitude='33,51.6S' exif:GPSLongitude='151,12,0E'");
    assert!(extract(&file).0.gps.is_some() && is_complete(&file));
}
