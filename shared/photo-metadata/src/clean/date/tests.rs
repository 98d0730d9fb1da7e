use super::*;

fn format(text: &str) -> Option<String> {
    parse(text).map(|taken| taken.format())
}

#[test]
fn parses_dates_of_cameras_and_programs() {
    for (text, expected) in [
        ("2014:05:01 10:11:12", "2014-05-01T10:11:12"),
        ("2014-05-01 10:11:12", "2014-05-01T10:11:12"),
        ("2014/05/01 10:11:12", "2014-05-01T10:11:12"),
        ("2014:05:01 10:11", "2014-05-01T10:11:00"),
        ("2023-09-27T14:32:53+02:00", "2023-09-27T14:32:53+02:00"),
        ("2023-09-27T14:32:53.25Z", "2023-09-27T14:32:53.25Z"),
        ("2016:12:31 23:59:60", "2016-12-31T23:59:59"),
        ("2002: 4:21  0:30:33", "2002-04-21T00:30:33"),
        ("2007:6:5 4:42:32", "2007-06-05T04:42:32"),
        ("2012:05:01 24:15:00", "2012-05-01T00:15:00"),
        ("2014:05:01 10:11:12,5 +0200", "2014-05-01T10:11:12.5+02:00"),
        ("2014:05:01 10:11:12 PM", "2014-05-01T22:11:12"),
        ("2014:05:01 12:11:12 AM", "2014-05-01T00:11:12"),
        ("2014:05:01 10:11:  ", "2014-05-01T10:11:00"),
        ("２０１４:05:01 10:11:12", "2014-05-01T10:11:12"),
        ("٢٠١٨:١٠:١٠ ١٤:١٥:٣٨", "2018-10-10T14:15:38"),
        ("२०१८-१०-१० १४:१५:३८.२५+०५:३०", "2018-10-10T14:15:38.25+05:30"),
        ("Thu, 01 May 2014 10:11:12 +0200", "2014-05-01T10:11:12+02:00"),
        ("2561:10:10 14:15:38", "2018-10-10T14:15:38"),
        ("๒๕๖๑:๑๐:๑๐ ๐๒:๑๕:๓๘ หลังเที่ยง", "2018-10-10T14:15:38"),
        ("2014:05:01 10:11:12 GMT", "2014-05-01T10:11:12Z"),
        ("2014:05:01 10:11:12 GMT+02:00", "2014-05-01T10:11:12+02:00"),
        // The time is unknown.
        ("2014:05:01", "2014-05-01T00:00:00"),
        ("2014-05-01   :  :  ", "2014-05-01T00:00:00"),
    ] {
        assert_eq!(format(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn rejects_impossible_dates() {
    for text in [
        "",
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2014:13:01 10:11:12",
        "2014:02:30 10:11:12",
        "2014:05:01 25:11:12",
        "2014:05:01 10:61:12",
        "2014:05",
        "2014:05:01Z",
        "2014:05:01 noon",
        "2014:05:01 10:11:75",
        "20140501 101112",
        "0001:01:01 00:00:00",
        "9999:01:01 00:00:00",
        "-014:05:01 10:11:12",
        "2014:05:-1 10:11:12",
        "yesterday at noon",
    ] {
        assert_eq!(format(text), None, "{text}");
    }
}

#[test]
fn prefers_a_time_on_the_date_of_the_first_candidate() {
    let first_of =
        |candidates: [&str; 3]| first(candidates.into_iter().filter_map(parse)).map(|taken| taken.format());
    let (day, other_day, moment) = ("2014:05:01", "2014:05:02 10:11:12", "2014:05:01 13:14:15");
    assert_eq!(first_of(["", other_day, moment]).as_deref(), Some("2014-05-02T10:11:12"));
    assert_eq!(first_of([day, other_day, moment]).as_deref(), Some("2014-05-01T13:14:15"));
    assert_eq!(first_of([day, other_day, ""]).as_deref(), Some("2014-05-01T00:00:00"));
    assert_eq!(first_of([moment, day, ""]).as_deref(), Some("2014-05-01T13:14:15"));
    assert_eq!(first_of(["", "", ""]), None);
}

#[test]
fn converts_fractions_of_a_second() {
    assert_eq!(nanoseconds("18"), Some(180_000_000));
    assert_eq!(nanoseconds("023460"), Some(23_460_000));
    assert_eq!(nanoseconds("12345678901234"), Some(123_456_789));
    assert_eq!(nanoseconds("00 "), Some(0));
    assert_eq!(nanoseconds(""), None);
    assert_eq!(nanoseconds("-1"), None);
    assert_eq!(nanoseconds("½"), None);
}

#[test]
fn parses_offsets() {
    let minutes = |text| match zone(text)? {
        Zone::Utc => None,
        Zone::Offset(offset) => Some(offset.seconds() / 60),
    };
    assert_eq!(minutes("+02:00"), Some(120));
    assert_eq!(minutes("-07:30"), Some(-450));
    assert_eq!(minutes("+0545"), Some(345));
    assert_eq!(minutes("-03"), Some(-180));
    assert_eq!(minutes("+2:00"), Some(120));
    assert_eq!(minutes("+00:00"), Some(0));
    assert_eq!(["Z", "z", "UTC", "GMT"].map(zone), [Some(Zone::Utc); 4]);
    for junk in ["", "   :  ", "+25:00", "+02:61", "-13:00", "02:00", "+-1:00", "+é"] {
        assert_eq!(minutes(junk), None, "{junk}");
    }
}

#[test]
fn an_offset_of_zero_differs_from_utc() {
    assert_eq!(format("2014:01:01 10:11:12+00:00").as_deref(), Some("2014-01-01T10:11:12+00:00"));
    assert_eq!(format("2014:01:01 10:11:12Z").as_deref(), Some("2014-01-01T10:11:12Z"));
}

#[test]
fn parses_gps_times() {
    let at = |time: &[f64]| gps_time("2022:01:10", time).map(|time| time.format());
    assert_eq!(at(&[21.0, 15.0, 33.519]).as_deref(), Some("2022-01-10T21:15:33.519Z"));
    assert_eq!(at(&[21.0, 15.0]), None);
    assert_eq!(at(&[f64::NAN, 15.0, 0.0]), None);
    assert_eq!(at(&[25.0, 15.0, 0.0]), None);
    let on = |date| gps_time(date, &[9.0, 54.0, 28.0]).map(|time| time.format());
    assert_eq!(on("2008:05:08 09:54:28").as_deref(), Some("2008-05-08T09:54:28Z"));
    assert_eq!(gps_time("", &[1.0, 2.0, 3.0]), None);
}

#[test]
fn derives_only_offsets_in_use_from_gps_times() {
    let offset = |local, gps_time| {
        let [local, gps_time] = [local, gps_time].map(|text| parse(text).unwrap().local);
        offset_from_gps_time(local, gps_time).map(|offset| offset.seconds() / 60)
    };
    assert_eq!(offset("2018:07:16 17:52:22", "2018:07:16 15:52:22"), Some(120));
    assert_eq!(offset("2019:03:21 11:04:22", "2019:03:21 16:04:21"), Some(-300));
    assert_eq!(offset("2019:03:21 05:45:00", "2019:03:20 23:59:58"), Some(345));
    assert_eq!(offset("2019:03:21 11:04:22", "2019:03:21 15:44:21"), None);
    assert_eq!(offset("2019:03:21 11:04:22", "1999:08:07 15:04:22"), None);
}

#[test]
fn converts_12_hour_times_in_every_language() {
    for text in [
        "2018:10:10 02:15:38 PM",
        "2018:10:10 02:15:38 pm",
        "2018:10:10 2:15:38 p.m.",
        "2018:10:10 2:15:38 p. m.",
        "2018:10:10 2:15:38\u{202F}PM",
        "2018:10:10 02:15:38PM",
        "2018:10:10 PM 02:15:38",
        "2018:10:10 02:15:38下午",
        "2018:10:10 下午2:15:38",
        "2018:10:10 下午 2:15:38",
        "2018:10:10下午2:15:38",
        "2018:10:10 午後2:15:38",
        "2018:10:10 오후 2:15:38",
        "2018:10:10 02:15:38 م",
        "٢٠١٨:١٠:١٠ ٠٢:١٥:٣٨ م",
        "2018:10:10 02:15:38 μ.μ.",
        "2018:10:10 02:15:38 अपराह्न",
        "2018:10:10 02:15:38 หลังเที่ยง",
        "2018:10:10 02:15:38 ÖS",
        "2018:10:10 ÖS 02:15:38",
        "2018:10:10 02:15:38 du.",
        "2018:10:10 02:15:38 CH",
        "2018:10:10 14:15:38 PM",
        "2018:10:10 14:15:38 下午",
    ] {
        assert_eq!(format(text).as_deref(), Some("2018-10-10T14:15:38"), "{text}");
    }
    for (text, expected) in [
        ("2018:10:10 上午12:15:38", "2018-10-10T00:15:38"),
        ("2018:10:10 오전 9:15:38", "2018-10-10T09:15:38"),
        ("2018:10:10 中午12:15:38", "2018-10-10T12:15:38"),
        ("2018:10:10 中午1:15:38", "2018-10-10T13:15:38"),
        ("2018:10:10 凌晨3:15:38", "2018-10-10T03:15:38"),
        ("2018:10:10 晚上11:15:38", "2018-10-10T23:15:38"),
        ("2018:10:10 12:15:38 a.m.", "2018-10-10T00:15:38"),
        ("2018:10:10 12:15:38 p.m.", "2018-10-10T12:15:38"),
        ("2018:10:10 02:15:38 PM +0200", "2018-10-10T14:15:38+02:00"),
        ("2018:10:10 02:15:38 下午+08:00", "2018-10-10T14:15:38+08:00"),
        ("2018:10:10 02:15:38 PM GMT+02:00", "2018-10-10T14:15:38+02:00"),
    ] {
        assert_eq!(format(text).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(format("2018:10:10 sometime 2:15:38"), None);
}

#[test]
fn recognises_placeholders_of_devices() {
    let is_placeholder = |text| parse(text).unwrap().is_placeholder();
    for text in [
        "1970:01:01 00:00:00",
        "1970:01:01 03:00:12",
        "1969:12:31 19:00:00",
        "1904:01:01 00:00:00",
        "1980:01:01 00:12:34",
        "1980:01:06 00:00:00",
        "2000:01:01 00:00:00",
        "2008:01:01 00:00:00",
        "2002:12:08 12:00:00",
    ] {
        assert!(is_placeholder(text), "{text}");
    }
    for text in [
        "1970:01:01",
        "1974:01:01",
        "2000:01:01 00:00:01",
        "2019:01:01 00:00:00.25",
        "2019:01:01 00:00:00+01:00",
        "2002:12:08 12:00:01",
        "2002:12:08 15:00:00",
        "2014:05:01 00:00:00",
    ] {
        assert!(!is_placeholder(text), "{text}");
    }
}

#[test]
fn a_placeholder_is_the_last_resort() {
    let first_of =
        |candidates: [&str; 3]| first(candidates.into_iter().filter_map(parse)).map(|taken| taken.format());
    let (placeholder, real) = ("1970:01:01 00:00:00", "2013:07:12 16:54:27");
    assert_eq!(first_of([placeholder, "2002:12:08 12:00:00", real]).as_deref(), Some("2013-07-12T16:54:27"));
    assert_eq!(first_of([placeholder, "2013:07:12", real]).as_deref(), Some("2013-07-12T16:54:27"));
    assert_eq!(first_of(["", placeholder, ""]).as_deref(), Some("1970-01-01T00:00:00"));
}
