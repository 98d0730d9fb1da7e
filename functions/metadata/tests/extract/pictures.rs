//! Real pictures from the folder `ALBUMEN_PICTURES`. The expected values come from ExifTool 12.57.

use std::path::PathBuf;

use super::extract;
use photo_metadata::Metadata;

fn pictures() -> Option<PathBuf> {
    let folder = std::env::var_os("ALBUMEN_PICTURES").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: set ALBUMEN_PICTURES to test real pictures");
    }
    folder
}

/// Extracts the metadata of a picture. Asserts that the extraction reads at most 256 KiB.
fn metadata(picture: &std::path::Path) -> Metadata {
    let (metadata, bytes_read, _) = extract(&std::fs::read(picture).unwrap());
    assert!(bytes_read <= 256 * 1024, "{}: {bytes_read}", picture.display());
    metadata
}

/// File, camera, exposure, aperture, ISO, focal length (mm).
type Camera = (&'static str, &'static str, Option<&'static str>, f64, u32, f64);

#[rustfmt::skip]
const CAMERAS: [Camera; 10] = [
    ("photos/canon-a2500.jpg", "Canon PowerShot A2500", Some("1/20"), 2.8, 100, 5.0),
    ("photos/leica-t.jpg", "LEICA T (Typ 701)", Some("1/50"), 3.5, 100, 18.0),
    ("photos/nikon-d90.jpg", "NIKON D90", Some("1/10"), 3.2, 250, 24.0),
    ("photos/oppo-r7.jpg", "OPPO R7plusf", Some("1/1279"), 2.2, 100, 3.46),
    ("place/empty_gps.jpg", "motorola moto g(9) plus", Some("1/40"), 1.8, 234, 5.53),
    ("place/mongolels.jpg", "Canon EOS 500D", Some("1/250"), 11.0, 200, 40.0),
    ("everyday/prairie_falcon.jpg", "Canon EOS R5", Some("1/4000"), 7.1, 1000, 500.0),
    ("formats/cmyk.jpg", "Canon EOS 300D DIGITAL", Some("1/640"), 5.6, 400, 55.0),
    ("formats/IMG_2682.heic", "Apple iPhone 7", Some("1/887"), 1.8, 20, 3.99),
    ("formats/denali.webp", "Canon EOS 7D", Some("1/400"), 11.0, 200, 60.0),
];

/// File, date taken, width and height as displayed (pixels).
type Date = (&'static str, Option<&'static str>, u32, u32);

#[rustfmt::skip]
const DATES: [Date; 16] = [
    ("photos/canon-a2500.jpg", Some("2016-04-02T14:25:01"), 4608, 3456),
    ("photos/leica-t.jpg", Some("2014-04-24T12:18:42"), 3264, 4928),
    ("photos/nikon-d90.jpg", Some("2011-04-25T01:55:30"), 4288, 2848),
    // The camera time is 17:52:22 and the GPS time 15:52:22.
    ("photos/oppo-r7.jpg", Some("2018-07-16T17:52:22+02:00"), 3120, 4160),
    ("place/date-priority-test.jpg", Some("2023-02-02T02:00:00"), 100, 100),
    ("place/datetimeoriginal-gps.jpg", Some("2025-12-01T11:30:00"), 150, 100),
    ("place/empty_gps.jpg", Some("2025-06-01T16:59:26.02346"), 4640, 3472),
    // From XMP.
    ("place/gps-datetime.jpg", Some("2023-11-15T12:30:00Z"), 100, 100),
    ("place/mongolels.jpg", Some("2009-08-29T13:18:08.17"), 950, 634),
    // From XMP. The GPS time is 21:15:33.
    ("place/thompson-springs.jpg", Some("2022-01-10T15:15:44.31"), 150, 103),
    ("formats/IMG_2682.heic", Some("2019-03-21T11:04:22.348-05:00"), 4032, 3024),
    ("formats/8bit-sRGB.avif", None, 1617, 1080),
    ("place/time-created.jpg", None, 100, 100),
    ("everyday/prairie_falcon.jpg", Some("2022-03-31T11:31:56.18"), 800, 533),
    ("formats/denali.webp", Some("2010-08-13T21:00:01.85"), 600, 315),
    ("formats/alpha.png", None, 1024, 768),
];

#[test]
fn reads_cameras() {
    let Some(folder) = pictures() else { return };
    for (file, name, exposure, aperture, iso, focal_length) in CAMERAS {
        let camera = metadata(&folder.join(file)).camera;
        assert_eq!(camera.camera.as_deref(), Some(name), "{file}");
        assert_eq!(camera.exposure.as_deref(), exposure, "{file}");
        assert_eq!((camera.aperture, camera.iso), (Some(aperture), Some(iso)), "{file}");
        assert_eq!(camera.focal_length, Some(focal_length), "{file}");
    }
    let lens = metadata(&folder.join("formats/denali.webp")).camera.lens;
    assert_eq!(lens.as_deref(), Some("EF28-80mm f/3.5-5.6 USM"));
}

#[test]
fn reads_dates_and_sizes() {
    let Some(folder) = pictures() else { return };
    for (file, taken_at, width, height) in DATES {
        let metadata = metadata(&folder.join(file));
        assert_eq!(metadata.taken_at.as_deref(), taken_at, "{file}");
        assert_eq!((metadata.width, metadata.height), (Some(width), Some(height)), "{file}");
    }
}

#[test]
fn reads_gps_positions() {
    let Some(folder) = pictures() else { return };
    for (file, expected) in [
        ("photos/oppo-r7.jpg", Some((60.267_463_7, 8.771_132_4, Some(0.0)))),
        ("place/thompson-springs.jpg", Some((39.115, -108.400_968_3, Some(1483.9)))),
        ("formats/IMG_2682.heic", Some((41.220_3, -96.071_625, Some(351.27)))),
        ("place/gps-datetime.jpg", Some((37.7749, -122.4194, None))),
        ("place/datetimeoriginal-gps.jpg", Some((39.0, -108.0, None))),
        ("place/empty_gps.jpg", None),
        ("photos/leica-t.jpg", None),
        ("photos/nikon-d90.jpg", None),
    ] {
        let place = metadata(&folder.join(file)).gps.map(|gps| (gps.latitude, gps.longitude, gps.altitude));
        assert_eq!(place, expected, "{file}");
    }
}

#[test]
fn reads_descriptions() {
    let Some(folder) = pictures() else { return };
    let description = metadata(&folder.join("everyday/prairie_falcon.jpg")).description;
    assert_eq!(description.title.as_deref(), Some("Prairie falcon female with eggs"));
    assert!(
        description.caption.unwrap().starts_with("Adult female prairie falcon flying from a nest on one")
    );
    assert_eq!(description.keywords[..2], ["SFAN", "PINN"]);
    assert_eq!(description.rating, Some(0));
    // The camera wrote the placeholder "SONY DSC".
    assert_eq!(metadata(&folder.join("everyday/el_torcal_rocks.jpg")).description.caption, None);
}

#[test]
fn reads_orientations() {
    let Some(folder) = pictures() else { return };
    for orientation in 1..=8 {
        for (shape, displayed) in [("Landscape", (600, 450)), ("Portrait", (450, 600))] {
            let metadata = metadata(&folder.join(format!("orientation/{shape}_{orientation}.jpg")));
            assert_eq!(metadata.orientation, Some(orientation));
            assert_eq!(metadata.width.zip(metadata.height), Some(displayed), "{shape} {orientation}");
        }
    }
}

#[test]
fn reads_at_most_256_kib_of_every_picture() {
    let Some(folder) = pictures() else { return };
    let mut count = 0;
    for group in
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
    {
        for picture in std::fs::read_dir(group).unwrap() {
            metadata(&picture.unwrap().path());
            count += 1;
        }
    }
    assert!(count > 50, "only {count} pictures");
}
