//! EXIF values.

use photo_metadata::{CameraFacts, Description, Gps};

use super::builders::{ORDERS, Order, Value, exif_segment, jpeg, tiff};
use super::{Metadata, extract};

fn extract_exif(order: Order, values: &[(u16, Value)]) -> Metadata {
    extract(&jpeg(&[exif_segment(&tiff(order, values))])).0
}

fn extract_little_endian(values: &[(u16, Value)]) -> Metadata {
    extract_exif(Order::Little, values)
}

/// Extracts the capture time from these values of the EXIF and GPS directories.
fn taken_at(exif: Vec<(u16, Value)>, gps: Vec<(u16, Value)>) -> Option<String> {
    extract_little_endian(&[(0x8769, Value::Child(exif)), (0x8825, Value::Child(gps))]).taken_at
}

fn degrees(values: [(u32, u32); 3]) -> Value {
    Value::Rational(values.to_vec())
}

fn complete_exif() -> Vec<(u16, Value)> {
    let exif = vec![
        (0x829A, Value::Rational(vec![(1, 250)])),
        (0x829D, Value::Rational(vec![(28, 10)])),
        (0x8827, Value::Short(vec![400])),
        (0x9003, Value::Text("2014:05:01 10:11:12")),
        (0x9011, Value::Text("+02:00")),
        (0x920A, Value::Rational(vec![(50, 1)])),
        (0x9291, Value::Text("250")),
        (0xA434, Value::Text("EF50mm f/1.8 II")),
    ];
    let gps = vec![
        (1, Value::Text("S")),
        (2, degrees([(33, 1), (51, 1), (36, 1)])),
        (3, Value::Text("E")),
        (4, degrees([(151, 1), (12, 1), (0, 1)])),
        (5, Value::Byte(1)),
        (6, Value::Rational(vec![(125, 10)])),
    ];
    vec![
        (0x010F, Value::Text("Canon")),
        (0x0110, Value::Text("Canon EOS 5D")),
        (0x0112, Value::Short(vec![6])),
        (0x8769, Value::Child(exif)),
        (0x8825, Value::Child(gps)),
    ]
}

#[test]
fn reads_all_fields_in_both_byte_orders() {
    let expected = Metadata {
        taken_at: Some("2014-05-01T10:11:12.25+02:00".into()),
        camera: CameraFacts {
            camera: Some("Canon EOS 5D".into()),
            lens: Some("EF50mm f/1.8 II".into()),
            exposure: Some("1/250".into()),
            aperture: Some(2.8),
            iso: Some(400),
            focal_length: Some(50.0),
        },
        gps: Some(Gps { latitude: -33.86, longitude: 151.2, altitude: Some(-12.5) }),
        make: Some("Canon".into()),
        model: Some("Canon EOS 5D".into()),
        orientation: Some(6),
        width: Some(450),
        height: Some(600),
        description: Description::default(),
    };
    for order in ORDERS {
        assert_eq!(extract_exif(order, &complete_exif()), expected, "{order:?}");
    }
}

#[test]
fn returns_only_the_size_without_exif() {
    let (metadata, ..) = extract(&jpeg(&[]));
    assert_eq!(metadata, Metadata { width: Some(600), height: Some(450), ..Metadata::default() });
}

#[test]
fn prefers_the_original_date() {
    let original = (0x9003, Value::Text("2014:05:01 10:11:12"));
    let digitized = (0x9004, Value::Text("2015:05:01 10:11:12"));
    let placeholder = (0x9003, Value::Text("0000:00:00 00:00:00"));
    let modified = (0x0132, Value::Text("2016:05:01 10:11:12"));
    let gps =
        vec![(7, Value::Rational(vec![(21, 1), (15, 1), (33519, 1000)])), (29, Value::Text("2022:01:10"))];
    let both = taken_at(vec![original, digitized.clone()], vec![]);
    assert_eq!(both.as_deref(), Some("2014-05-01T10:11:12"));
    assert_eq!(
        taken_at(vec![placeholder.clone(), digitized], vec![]).as_deref(),
        Some("2015-05-01T10:11:12")
    );
    assert_eq!(
        taken_at(vec![placeholder, modified.clone()], gps).as_deref(),
        Some("2022-01-10T21:15:33.519Z")
    );
    let make = (0x010F, Value::Text("samsung"));
    assert_eq!(
        extract_little_endian(&[make, modified.clone()]).taken_at.as_deref(),
        Some("2016-05-01T10:11:12")
    );
    // Without a make, an editor wrote the date of the last change.
    assert_eq!(extract_little_endian(&[modified]).taken_at, None);
}

#[test]
fn treats_a_date_without_a_time_as_midnight() {
    let day = vec![(0x9003, Value::Text("2014:05:01   :  :  "))];
    assert_eq!(taken_at(day, vec![]).as_deref(), Some("2014-05-01T00:00:00"));
}

#[test]
fn reads_the_date_in_the_maker_note_of_a_trail_camera() {
    let note = [&b"\x01\xF1\x03\0"[..], &[0; 18], &[40, 0, 29, 0, 9, 0, 7, 0, 4, 0, 0xDD, 7]].concat();
    assert_eq!(taken_at(vec![(0x927C, Value::Raw(note))], vec![]).as_deref(), Some("2013-07-04T09:29:40"));
}

#[test]
fn follows_a_directory_pointer_of_signed_type() {
    let date = vec![(0x9003, Value::Text("2014:05:01 10:11:12"))];
    let mut exif = tiff(Order::Little, &[(0x8769, Value::Child(date))]);
    let entry = exif.windows(4).position(|entry| entry == [0x69, 0x87, 4, 0]).unwrap();
    exif[entry + 2] = 9;
    assert_eq!(extract(&jpeg(&[exif_segment(&exif)])).0.taken_at.as_deref(), Some("2014-05-01T10:11:12"));
}

#[test]
fn prefers_the_standard_directory_of_a_value() {
    let make = |main: &'static str, exif: &'static str| {
        extract_little_endian(&[
            (0x010F, Value::Text(main)),
            (0x8769, Value::Child(vec![(0x010F, Value::Text(exif))])),
        ])
        .make
    };
    assert_eq!(make("Canon", "Nikon").as_deref(), Some("Canon"));
    assert_eq!(make("  ", "Nikon").as_deref(), Some("Nikon"));
}

#[test]
fn make_and_model_keep_inner_spaces() {
    let metadata = extract_little_endian(&[
        (0x010F, Value::Text("SAMSUNG TECHWIN CO., LTD.    ")),
        (0x0110, Value::Text(" VLUU L730  / Samsung L730\t")),
    ]);
    assert_eq!(metadata.make.as_deref(), Some("SAMSUNG TECHWIN CO., LTD."));
    assert_eq!(metadata.model.as_deref(), Some("VLUU L730  / Samsung L730"));
    assert_eq!(metadata.camera.camera.as_deref(), Some("SAMSUNG TECHWIN VLUU L730 / Samsung L730"));
}

#[test]
fn derives_the_offset_from_gps_time_unless_stored() {
    let original = (0x9003, Value::Text("2018:07:16 17:52:22"));
    let gps = vec![(7, degrees([(15, 1), (52, 1), (20, 1)])), (29, Value::Text("2018:07:16"))];
    assert_eq!(taken_at(vec![original.clone()], gps.clone()).as_deref(), Some("2018-07-16T17:52:22+02:00"));
    let offset = (0x9011, Value::Text("+03:00"));
    assert_eq!(taken_at(vec![original, offset], gps).as_deref(), Some("2018-07-16T17:52:22+03:00"));
}

#[test]
fn ignores_an_offset_of_spaces() {
    let values = vec![(0x9003, Value::Text("2014:05:01 10:11:12")), (0x9011, Value::Text("   :  "))];
    assert_eq!(taken_at(values, vec![]).as_deref(), Some("2014-05-01T10:11:12"));
}

#[test]
fn ignores_implausible_values() {
    let exif = vec![
        (0x829A, Value::Rational(vec![(1, 0)])),
        (0x829D, Value::Rational(vec![(0, 0)])),
        (0x8827, Value::Short(vec![0])),
        (0x9003, Value::Text("2014:13:41 10:11:12")),
        (0x920A, Value::Rational(vec![(0, 1)])),
        (0xA434, Value::Text("----")),
    ];
    let zero = || degrees([(0, 1), (0, 1), (0, 1)]);
    let gps = vec![(1, Value::Text("N")), (2, zero()), (3, Value::Text("E")), (4, zero())];
    let metadata = extract_little_endian(&[
        (0x010F, Value::Raw(b"\0\0\0\0\0\0".to_vec())),
        (0x0110, Value::Text("      ")),
        (0x0112, Value::Short(vec![9])),
        (0x8769, Value::Child(exif)),
        (0x8825, Value::Child(gps)),
    ]);
    assert_eq!(metadata, Metadata { width: Some(600), height: Some(450), ..Metadata::default() });
}

#[test]
fn uses_alternative_fields() {
    let exif = vec![
        (0x8827, Value::Short(vec![65535])),
        (0x8832, Value::Long(102_400)),
        (0x9201, Value::SignedRational(8, 1)),
        (0x9202, Value::Rational(vec![(6, 1)])),
        (0xA432, Value::Rational(vec![(24, 1), (70, 1), (28, 10), (28, 10)])),
    ];
    let CameraFacts { lens, exposure, aperture, iso, .. } =
        extract_little_endian(&[(0x8769, Value::Child(exif))]).camera;
    assert_eq!(lens.as_deref(), Some("24-70mm f/2.8"));
    assert_eq!((exposure.as_deref(), aperture, iso), (Some("1/256"), Some(8.0), Some(102_400)));
}

#[test]
fn accepts_unusual_value_types_and_truncates_long_values() {
    let metadata = extract_little_endian(&[
        (0x0110, Value::Raw("é".repeat(5000).into_bytes())),
        (0x0112, Value::Long(8)),
        (0x8769, Value::Child(vec![(0x829D, Value::Short(vec![4]))])),
    ]);
    assert_eq!(metadata.model.unwrap().chars().count(), 100);
    assert_eq!((metadata.orientation, metadata.camera.aperture), (Some(8), Some(4.0)));
}
