//! Dates of phones and of cameras whose clock was never set, UTC offsets and time zones.

use super::builders::{
    ORDERS, Order, Value, exif_segment, iptc, iptc_segment, jpeg, png, tiff, xmp, xmp_segment,
};
use super::{Metadata, extract};

const MAKE: (u16, Value) = (0x010F, Value::Text("Acme"));
const MODIFIED: u16 = 0x0132;
const ORIGINAL: u16 = 0x9003;
const DIGITIZED: u16 = 0x9004;
const OFFSET: u16 = 0x9010;
const OFFSET_ORIGINAL: u16 = 0x9011;
const OFFSET_DIGITIZED: u16 = 0x9012;

/// Extracts the metadata of a JPEG with these values in its first and in its EXIF directory.
fn extract_from(main: Vec<(u16, Value)>, exif: Vec<(u16, Value)>) -> Metadata {
    let values = [vec![MAKE], main, vec![(0x8769, Value::Child(exif))]].concat();
    extract(&jpeg(&[exif_segment(&tiff(Order::Little, &values))])).0
}

fn original(text: &'static str) -> Option<String> {
    extract_from(vec![], vec![(ORIGINAL, Value::Text(text))]).taken_at
}

#[test]
fn reads_12_hour_times_of_phones() {
    for text in ["2018:10:10 02:15:38 pm", "2018:10:10 02:15:38下午", "2018:10:10 下午 02:15:38"] {
        assert_eq!(original(text).as_deref(), Some("2018-10-10T14:15:38"), "{text}");
    }
}

#[test]
fn reads_digits_of_other_scripts() {
    assert_eq!(original("٢٠١٨:١٠:١٠ ١٤:١٥:٣٨").as_deref(), Some("2018-10-10T14:15:38"));
    let exif = vec![
        (ORIGINAL, Value::Text("२०१८:१०:१० १४:१५:३८")),
        (0x9291, Value::Text("२५")),
        (OFFSET_ORIGINAL, Value::Text("+०५:३०")),
    ];
    let taken = extract_from(vec![], exif).taken_at;
    assert_eq!(taken.as_deref(), Some("2018-10-10T14:15:38.25+05:30"));
}

#[test]
fn a_placeholder_does_not_beat_a_real_date() {
    let real = Value::Text("2013:07:12 16:54:27");
    let placeholders = [
        "1970:01:01 00:00:00",
        "1970:01:01 08:00:00",
        "2002:12:08 12:00:00",
        "0000:00:00 00:00:00",
        "2000:01:01 00:00:00",
        "1980:01:01 00:00:00",
    ];
    for text in placeholders {
        for tag in [ORIGINAL, DIGITIZED] {
            let modified = (MODIFIED, real.clone());
            let taken = extract_from(vec![modified], vec![(tag, Value::Text(text))]).taken_at;
            assert_eq!(taken.as_deref(), Some("2013-07-12T16:54:27"), "{text}");
        }
        let both = vec![(ORIGINAL, Value::Text(text)), (DIGITIZED, real.clone())];
        assert_eq!(extract_from(vec![], both).taken_at.as_deref(), Some("2013-07-12T16:54:27"), "{text}");
    }
}

#[test]
fn a_placeholder_does_not_beat_dates_of_other_formats() {
    let exif =
        tiff(Order::Big, &[(0x8769, Value::Child(vec![(ORIGINAL, Value::Text("2000:01:01 00:00:00"))]))]);
    let packet = xmp("photoshop:DateCreated='2013-07-12T16:54:27'", "");
    let file = jpeg(&[exif_segment(&exif), xmp_segment(&packet)]);
    assert_eq!(extract(&file).0.taken_at.as_deref(), Some("2013-07-12T16:54:27"));
    // An archive dates the picture to a year.
    let file = jpeg(&[exif_segment(&exif), iptc_segment(&iptc(&[(55, b"19740101")]))]);
    assert_eq!(extract(&file).0.taken_at.as_deref(), Some("1974-01-01T00:00:00"));
}

#[test]
fn midnight_of_a_new_year_with_an_offset_is_real() {
    let exif = vec![(ORIGINAL, Value::Text("2019:01:01 00:00:00")), (OFFSET_ORIGINAL, Value::Text("+01:00"))];
    let taken = extract_from(vec![(MODIFIED, Value::Text("2019:05:01 10:11:12"))], exif).taken_at;
    assert_eq!(taken.as_deref(), Some("2019-01-01T00:00:00+01:00"));
}

#[test]
fn the_only_offset_counts_for_all_dates() {
    let date = (ORIGINAL, Value::Text("2023:06:24 19:27:33"));
    for tag in [OFFSET, OFFSET_ORIGINAL, OFFSET_DIGITIZED] {
        let metadata = extract_from(vec![], vec![date.clone(), (tag, Value::Text("+05:30"))]);
        assert_eq!(metadata.taken_at.as_deref(), Some("2023-06-24T19:27:33+05:30"), "{tag:x}");
    }
    let offsets = |modified, digitized| {
        let offsets = vec![(OFFSET, Value::Text(modified)), (OFFSET_DIGITIZED, Value::Text(digitized))];
        extract_from(vec![], [vec![date.clone()], offsets].concat()).taken_at
    };
    assert_eq!(offsets("+05:30", "+05:30").as_deref(), Some("2023-06-24T19:27:33+05:30"));
    // Two offsets that differ do not tell which one counts.
    assert_eq!(offsets("+05:30", "+02:00").as_deref(), Some("2023-06-24T19:27:33"));
    assert_eq!(offsets("   :  ", "+02:00").as_deref(), Some("2023-06-24T19:27:33+02:00"));
}

#[test]
fn an_offset_from_gps_time_is_preferred_to_that_of_another_date() {
    let exif = vec![(ORIGINAL, Value::Text("2018:07:16 17:52:22")), (OFFSET, Value::Text("+09:00"))];
    let gps = vec![(7, Value::Rational(vec![(15, 1), (52, 1), (20, 1)])), (29, Value::Text("2018:07:16"))];
    let values = [(0x8769, Value::Child(exif)), (0x8825, Value::Child(gps))];
    let taken = extract(&jpeg(&[exif_segment(&tiff(Order::Big, &values))])).0.taken_at;
    assert_eq!(taken.as_deref(), Some("2018-07-16T17:52:22+02:00"));
}

#[test]
fn keeps_local_time_and_offset() {
    // At this time it was still 2023 in UTC.
    let exif = vec![(ORIGINAL, Value::Text("2024:01:01 00:05:00")), (OFFSET_ORIGINAL, Value::Text("+09:00"))];
    let metadata = extract_from(vec![], exif);
    assert_eq!(metadata.taken_at.as_deref(), Some("2024-01-01T00:05:00+09:00"));
}

#[test]
fn reads_creation_times_of_png_in_every_format() {
    for (text, expected) in [
        ("Wed, 10 Oct 2018 14:15:38 +0200", "2018-10-10T14:15:38+02:00"),
        ("10 Oct 2018 14:15:38 GMT", "2018-10-10T14:15:38Z"),
        ("Wed Oct 10 14:15:38 2018", "2018-10-10T14:15:38"),
        ("2018-10-10T14:15:38+02:00", "2018-10-10T14:15:38+02:00"),
        ("2018:10:10 14:15:38", "2018-10-10T14:15:38"),
    ] {
        for keyword in ["Creation Time", "creation time"] {
            let chunk = format!("{keyword}\0{text}").into_bytes();
            let taken = extract(&png(&[(b"tEXt", chunk)])).0.taken_at;
            assert_eq!(taken.as_deref(), Some(expected), "{keyword}: {text}");
        }
    }
}

/// Builds a GPS directory with this reference of the altitude.
fn altitude(order: Order, reference: Value) -> Option<f64> {
    let degrees = |whole| Value::Rational(vec![(whole, 1), (30, 1), (0, 1)]);
    let gps = vec![
        (1, Value::Text("N")),
        (2, degrees(31)),
        (3, Value::Text("E")),
        (4, degrees(35)),
        (5, reference),
        (6, Value::Rational(vec![(4305, 10)])),
    ];
    let file = jpeg(&[exif_segment(&tiff(order, &[(0x8825, Value::Child(gps))]))]);
    extract(&file).0.gps.unwrap().altitude
}

#[test]
fn the_reference_of_the_altitude_can_have_any_type() {
    for order in ORDERS {
        let below = [
            Value::Byte(1),
            Value::Text("1"),
            Value::Text("\u{1}"),
            Value::Raw(b"1".to_vec()),
            Value::Short(vec![1]),
            Value::Long(1),
            Value::Byte(3),
        ];
        for reference in below {
            assert_eq!(altitude(order, reference.clone()), Some(-430.5), "{reference:?}");
        }
        for reference in [Value::Byte(0), Value::Text("0"), Value::Raw(vec![0, 0]), Value::Text("sea level")]
        {
            assert_eq!(altitude(order, reference.clone()), Some(430.5), "{reference:?}");
        }
    }
}

#[test]
fn a_position_without_hemispheres_is_north_and_east() {
    let position = |more: Vec<(u16, Value)>| {
        let latitude = Value::Rational(vec![(52, 1), (22, 1), (1200, 100)]);
        let longitude = Value::Rational(vec![(4, 1), (53, 1), (4200, 100)]);
        let gps = [vec![(2, latitude), (4, longitude)], more].concat();
        let file = jpeg(&[exif_segment(&tiff(Order::Little, &[(0x8825, Value::Child(gps))]))]);
        extract(&file).0.gps.map(|gps| (gps.latitude, gps.longitude))
    };
    assert_eq!(position(vec![]), Some((52.37, 4.895)));
    assert_eq!(position(vec![(1, Value::Text(" ")), (3, Value::Text(""))]), Some((52.37, 4.895)));
    // One hemisphere alone is a sign of damage.
    assert_eq!(position(vec![(1, Value::Text("N"))]), None);
    assert_eq!(position(vec![(1, Value::Text("X")), (3, Value::Text("E"))]), None);
}

#[test]
fn an_orientation_of_any_type_swaps_the_sides() {
    for order in ORDERS {
        for value in [
            Value::Short(vec![6]),
            Value::Short(vec![6, 1]),
            Value::Short(vec![6, 1, 1]),
            Value::Long(6),
            Value::Byte(6),
            Value::Text("6"),
            Value::Rational(vec![(6, 1)]),
            Value::SignedRational(6, 1),
        ] {
            let file = jpeg(&[exif_segment(&tiff(order, &[(0x0112, value.clone())]))]);
            let metadata = extract(&file).0;
            assert_eq!((metadata.width, metadata.height), (Some(450), Some(600)), "{value:?}");
        }
    }
}
