//! XMP and IPTC: descriptions, and fields that EXIF lacks.

use photo_metadata::{CameraFacts, Description, Gps, Metadata};

use super::builders::{
    Order, Value, exif_segment, iptc, iptc_segment, jpeg, photoshop, png, tiff, webp, xmp, xmp_segment,
};
use super::extract;

const ELEMENTS: &str = r#"
    <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Tide &amp; &lt;wind&gt; &#x2014; evening</rdf:li>
        <rdf:li xml:lang="de">Ebbe</rdf:li></rdf:Alt></dc:title>
    <dc:description><rdf:Alt><rdf:li xml:lang="x-default">The Müritz,
        at <![CDATA[five]]></rdf:li></rdf:Alt></dc:description>
    <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li> sea </rdf:li><rdf:li>dogs</rdf:li><rdf:li/></rdf:Bag></dc:subject>
    <xmpMM:History xmlns:xmpMM="x"><rdf:Seq><rdf:li dc:title="no"><rdf:Description><dc:title>no</dc:title>
        </rdf:Description></rdf:li></rdf:Seq></xmpMM:History>"#;

fn packet() -> String {
    xmp("xmp:Rating='3'", ELEMENTS)
}

fn description() -> Description {
    Description {
        title: Some("Tide & <wind> — evening".into()),
        caption: Some("The Müritz, at five".into()),
        keywords: vec!["sea".into(), "dogs".into()],
        rating: Some(3),
    }
}

fn extract_description(file: &[u8]) -> Description {
    extract(file).0.description
}

fn iptc_records() -> Vec<u8> {
    let sets: [(u8, &[u8]); 5] =
        [(5, b"Title"), (25, b"a"), (25, "b\u{FC}".as_bytes()), (120, b"Caption"), (105, b"Headline")];
    iptc(&sets)
}

#[test]
fn reads_xmp_in_every_container() {
    let packet = packet();
    let itxt = |is_compressed: u8, text: &[u8]| {
        [b"XML:com.adobe.xmp\0", &[is_compressed, 0, 0, 0][..], text].concat()
    };
    let compressed = itxt(1, &miniz_oxide::deflate::compress_to_vec_zlib(packet.as_bytes(), 6));
    let pixels = || (b"IDAT", vec![0; 200_000]);
    for file in [
        jpeg(&[xmp_segment(&packet)]),
        // A segment without the usual prefix.
        jpeg(&[(0xE1, packet.clone().into_bytes())]),
        png(&[(b"iTXt", itxt(0, packet.as_bytes())), pixels()]),
        png(&[pixels(), (b"tEXt", b"date:create\x002020".to_vec()), (b"iTXt", compressed)]),
        webp(0x04, &[(b"VP8 ", vec![0; 500_000]), (b"XMP ", packet.clone().into_bytes())]),
        tiff(Order::Little, &[(0x02BC, Value::Raw(packet.clone().into_bytes()))]),
    ] {
        assert_eq!(extract_description(&file), description(), "{}", file[..16].escape_ascii());
    }
}

#[test]
fn reads_iptc_in_jpeg_png_and_tiff() {
    let iptc = iptc_records();
    let digits: String = photoshop(&iptc).iter().map(|byte| format!("{byte:02x}")).collect();
    let profile = format!("Raw profile type iptc\0\niptc\n  100\n{digits}\n").into_bytes();
    for file in [
        jpeg(&[iptc_segment(&iptc)]),
        png(&[(b"tEXt", profile)]),
        tiff(Order::Big, &[(0x83BB, Value::Raw(iptc.clone()))]),
    ] {
        let Description { title, caption, keywords, rating } = extract_description(&file);
        assert_eq!((title.as_deref(), caption.as_deref(), rating), (Some("Title"), Some("Caption"), None));
        assert_eq!(keywords, ["a", "bü"]);
    }
}

#[test]
fn prefers_the_caption_of_xmp_to_iptc_and_iptc_to_exif() {
    let exif = exif_segment(&tiff(
        Order::Little,
        &[(0x010E, Value::Text("Described by EXIF")), (0x4746, Value::Short(vec![5]))],
    ));
    let caption = |segments: &[(u8, Vec<u8>)]| {
        let description = extract_description(&jpeg(segments));
        (description.caption.unwrap(), description.rating)
    };
    let (iptc, xmp) = (iptc_segment(&iptc_records()), xmp_segment(&packet()));
    assert_eq!(caption(std::slice::from_ref(&exif)), ("Described by EXIF".into(), Some(5)));
    assert_eq!(caption(&[exif.clone(), iptc.clone()]), ("Caption".into(), Some(5)));
    assert_eq!(caption(&[exif, iptc, xmp]), ("The Müritz, at five".into(), Some(3)));
}

const CAMERA: &str = r#"tiff:Make="Canon" tiff:Model="EOS R5" aux:Lens="RF 50mm" exif:ExposureTime="1/250" exif:FNumber="28/10"
    exif:FocalLength="50/1" exif:GPSLatitude="33,51.6S" exif:GPSLongitude="151,12,0E" exif:GPSAltitude="125/10"
    exif:GPSAltitudeRef="1" photoshop:DateCreated="2014-05-01T10:11:12+02:00""#;

#[test]
fn uses_xmp_only_for_fields_that_exif_lacks() {
    let iso = "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>400</rdf:li></rdf:Seq></exif:ISOSpeedRatings>";
    let packet = xmp_segment(&xmp(CAMERA, iso));
    let xmp_only = extract(&jpeg(std::slice::from_ref(&packet))).0;
    let camera = CameraFacts {
        camera: Some("Canon EOS R5".into()),
        lens: Some("RF 50mm".into()),
        exposure: Some("1/250".into()),
        aperture: Some(2.8),
        iso: Some(400),
        focal_length: Some(50.0),
    };
    assert_eq!(xmp_only.camera, camera);
    assert_eq!(xmp_only.gps, Some(Gps { latitude: -33.86, longitude: 151.2, altitude: Some(-12.5) }));
    assert_eq!(xmp_only.taken_at.as_deref(), Some("2014-05-01T10:11:12+02:00"));
    let exif = vec![(0x829D, Value::Short(vec![4])), (0x9003, Value::Text("2013:05:01 10:11:12"))];
    let exif = exif_segment(&tiff(Order::Big, &[(0x0110, Value::Text("M")), (0x8769, Value::Child(exif))]));
    let combined = extract(&jpeg(&[exif, packet])).0;
    assert_eq!(
        (combined.model.as_deref(), combined.camera.aperture, combined.camera.iso),
        (Some("M"), Some(4.0), Some(400))
    );
    assert_eq!(combined.taken_at.as_deref(), Some("2013-05-01T10:11:12"));
}

#[test]
fn prefers_the_capture_date_to_the_scan_date() {
    let scanned = vec![(0x9004, Value::Text("2019:05:01 10:11:12"))];
    let exif = exif_segment(&tiff(Order::Big, &[(0x8769, Value::Child(scanned))]));
    let taken = iptc_segment(&iptc(&[(55, b"19740501")]));
    assert_eq!(
        extract(&jpeg(std::slice::from_ref(&exif))).0.taken_at.as_deref(),
        Some("2019-05-01T10:11:12")
    );
    assert_eq!(extract(&jpeg(&[exif, taken])).0.taken_at.as_deref(), Some("1974-05-01T00:00:00"));
}

#[test]
fn reads_gps_time_and_orientation_from_xmp() {
    let attributes = "exif:GPSTimeStamp='2023-11-15T12:30:00Z' exif:GPSLatitude='-33.86' exif:GPSLongitude='151.2' tiff:Orientation='6'";
    let metadata = extract(&jpeg(&[xmp_segment(&xmp(attributes, ""))])).0;
    assert_eq!(metadata.taken_at.as_deref(), Some("2023-11-15T12:30:00Z"));
    assert_eq!(metadata.gps, Some(Gps { latitude: -33.86, longitude: 151.2, altitude: None }));
    // Browsers ignore the orientation in XMP.
    assert_eq!((metadata.orientation, metadata.width, metadata.height), (Some(6), Some(600), Some(450)));
}

#[test]
fn uses_the_date_of_iptc_as_a_fallback() {
    let taken =
        |time: &[u8]| extract(&jpeg(&[iptc_segment(&iptc(&[(55, b"20140501"), (60, time)]))])).0.taken_at;
    assert_eq!(taken(b"101112+0200").as_deref(), Some("2014-05-01T10:11:12+02:00"));
    // Programs write the offset +0000 if they do not know the offset.
    assert_eq!(taken(b"101112+0000").as_deref(), Some("2014-05-01T10:11:12"));
    assert_eq!(taken(b"991112+0000"), None);
    assert_eq!(taken(b"").as_deref(), Some("2014-05-01T00:00:00"));
    let with_separators: [(u8, &[u8]); 2] = [(55, b"2014-05-01"), (60, b"10:11:12-05:00")];
    let taken_at = extract(&jpeg(&[iptc_segment(&iptc(&with_separators))])).0.taken_at;
    assert_eq!(taken_at.as_deref(), Some("2014-05-01T10:11:12-05:00"));
}

#[test]
fn identifies_properties_by_namespace_not_by_prefix() {
    let rdf = r#"<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description"#;
    let title = |uri| {
        let packet = format!(
            "{rdf} xmlns:d='{uri}'><d:title><r:Alt><r:li>T1</r:li></r:Alt></d:title></r:Description></r:RDF>"
        );
        extract_description(&jpeg(&[xmp_segment(&packet)])).title
    };
    assert_eq!(title("http://purl.org/dc/elements/1.1/").as_deref(), Some("T1"));
    assert_eq!(title("http://example.com/"), None);
}

#[test]
fn reads_a_truncated_packet_up_to_its_end() {
    let packet = packet();
    let cut = &packet[..packet.find("<rdf:li> sea").unwrap()];
    let extracted = extract_description(&jpeg(&[xmp_segment(cut)]));
    assert_eq!(extracted, Description { keywords: vec!["sea".into()], ..description() });
}

#[test]
fn does_not_expand_entities() {
    let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>"#;
    let elements = "<dc:title>x&b;&f;y</dc:title>";
    let packet = format!("{bomb}{}", xmp("photoshop:Headline='&b;z'", elements));
    assert_eq!(extract_description(&jpeg(&[xmp_segment(&packet)])).title.as_deref(), Some("xy"));
}

#[test]
fn ignores_blank_descriptions() {
    let packet = xmp("xmp:Rating='-1'", "<dc:title> </dc:title><dc:subject><rdf:Bag/></dc:subject>");
    let file =
        jpeg(&[xmp_segment(&packet), iptc_segment(&iptc(&[(120, b"SONY DSC"), (25, b"  "), (5, b"\0\0")]))]);
    assert_eq!(extract(&file).0, Metadata { width: Some(600), height: Some(450), ..Metadata::default() });
}
