//! Pictures for HDR displays: PQ and HLG (ITU-R BT.2100), declared by code points or by an ICC
//! profile.

use crate::heif::file_builder::{CodedPicture, make_box};
use crate::heif::{PLAIN_AVIF, PLAIN_HEIC};
use crate::pictures;
use crate::png::encoder::{self, Kind};
use crate::{decoded, rendered};
use moxcms::{ColorProfile, ToneReprCurve};

/// The same picture in four files: a red, a green, a blue and a yellow quarter, with diffuse white
/// of 203 cd/m² in the centre.
const PQ: [(&str, &[u8]); 4] = [
    ("code points in AVIF", include_bytes!("nclx-pq.avif")),
    ("profile and code points in AVIF", include_bytes!("nclx-and-icc-pq.avif")),
    ("code points in PNG", include_bytes!("cicp-pq.png")),
    ("profile in JPEG", include_bytes!("icc-pq.jpg")),
];

/// Returns the colour at a place of the large rendition, in shares of its sides.
fn colour(bytes: &[u8], (x, y): (f64, f64)) -> [u8; 3] {
    let seen = decoded(&rendered(bytes).large);
    let at = |side: u32, share: f64| (f64::from(side) * share) as u32;
    let [red, green, blue, _] = seen.get_pixel(at(seen.width(), x), at(seen.height(), y)).0;
    [red, green, blue]
}

#[track_caller]
fn assert_near(name: &str, seen: [u8; 3], expected: [u8; 3]) {
    let is_near = seen.iter().zip(expected).all(|(seen, expected)| seen.abs_diff(expected) <= 8);
    assert!(is_near, "{name}: {seen:?} is not {expected:?}");
}

#[test]
fn pq_has_the_same_colours_in_every_format() {
    for (name, bytes) in PQ {
        assert_near(name, colour(bytes, (0.5, 0.5)), [191, 191, 191]);
        assert_near(name, colour(bytes, (0.1, 0.1)), [185, 45, 30]);
    }
}

/// Creates a profile with these curves and the primaries of BT.2020, without code points.
fn profile(curve: impl Fn(f64) -> f64) -> ColorProfile {
    let mut profile = ColorProfile::new_bt2020();
    let samples = (0..1024).map(|step| (curve(f64::from(step) / 1023.0) * 65_535.0).round() as u16);
    let curve = Some(ToneReprCurve::Lut(samples.collect()));
    (profile.red_trc, profile.green_trc, profile.blue_trc) = (curve.clone(), curve.clone(), curve);
    profile.cicp = None;
    profile
}

/// PQ with 1 for 10,000 cd/m² (ITU-R BT.2100, table 4).
fn pq(sample: f64) -> f64 {
    let power = sample.powf(32.0 / 2523.0);
    ((power - 0.835_937_5).max(0.0) / (18.851_562_5 - 18.6875 * power)).powf(16_384.0 / 2610.0)
}

/// The light of the scene for an HLG sample (ITU-R BT.2100, table 5).
fn hlg(sample: f64) -> f64 {
    if sample <= 0.5 {
        sample * sample / 3.0
    } else {
        (((sample - 0.559_910_73) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
    }
}

/// Builds a file of each format of a single grey with this profile.
fn one_of_each_with_profile(grey: u8, profile: &ColorProfile) -> Vec<(&'static str, Vec<u8>)> {
    let icc = profile.encode().unwrap();
    let picture = pictures::plain(64, 64, [grey, grey, grey, 255]);
    let webp = pictures::lossy_webp(&picture);
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&icc, 6);
    let iccp = [b"icc\0\0".as_slice(), &compressed].concat();
    let kind = Kind { colour: 2, depth: 8, interlaced: false };
    let png = encoder::png(kind, (64, 64), &[(b"iCCP", iccp)], |_, _| vec![u16::from(grey); 3]);
    vec![
        ("JPEG", pictures::with_profile(&pictures::jpeg(&picture), &icc)),
        ("PNG", png),
        ("WebP", pictures::webp_with_chunk(&webp, 0x20, *b"ICCP", &icc)),
    ]
}

#[test]
fn a_pq_profile_is_tone_mapped_with_and_without_code_points() {
    // Of 255, PQ has 148 for 203 cd/m², and 192 for 1,000 cd/m².
    for (grey, expected) in [(0, 0), (148, 191), (192, 255), (255, 255)] {
        for (name, bytes) in one_of_each_with_profile(grey, &profile(pq)) {
            assert_near(name, colour(&bytes, (0.5, 0.5)), [expected; 3]);
        }
    }
    for (name, bytes) in one_of_each_with_profile(148, &ColorProfile::new_bt2020_pq()) {
        assert_near(name, colour(&bytes, (0.5, 0.5)), [191; 3]);
    }
}

/// The picture has diffuse colours, so PQ makes its white brighter and its other colours darker.
#[test]
fn heif_with_a_pq_profile_has_the_colours_of_pq_code_points() {
    let nclx = make_box(b"colr", &[b"nclx".as_slice(), &[0, 9, 0, 16, 0, 6, 0x80]].concat());
    let sdr = make_box(b"colr", &[b"nclx".as_slice(), &[0, 1, 0, 13, 0, 6, 0x80]].concat());
    let icc = profile(pq).encode().unwrap();
    let icc = make_box(b"colr", &[b"prof".as_slice(), &icc].concat());
    for coded in [PLAIN_HEIC, PLAIN_AVIF].map(CodedPicture::of) {
        let seen = |properties: &[Vec<u8>]| {
            let bytes = coded.file(64, 64, properties).bytes();
            [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].map(|place| colour(&bytes, place))
        };
        let by_code_points = seen(std::slice::from_ref(&nclx));
        assert_ne!(by_code_points, seen(std::slice::from_ref(&sdr)));
        for properties in [vec![icc.clone(), nclx.clone()], vec![sdr.clone(), icc.clone()]] {
            for (seen, expected) in seen(&properties).into_iter().zip(by_code_points) {
                assert_near("profile", seen, expected);
            }
        }
    }
}

#[test]
fn hlg_is_shown_as_on_a_display_without_hdr() {
    // HLG has 75 % for diffuse white, which is 191 of 255 like the diffuse white of PQ.
    let system_gamma = |sample: f64| hlg(sample).powf(1.2);
    for grey in [60, 128, 191, 255] {
        for profile in [profile(hlg), profile(system_gamma), ColorProfile::new_bt2020_hlg()] {
            for (name, bytes) in one_of_each_with_profile(grey, &profile) {
                assert_near(name, colour(&bytes, (0.5, 0.5)), [grey; 3]);
            }
        }
        let kind = Kind { colour: 2, depth: 8, interlaced: false };
        let cicp = encoder::png(kind, (64, 64), &[(b"cICP", vec![9, 18, 0, 1])], |_, _| vec![grey.into(); 3]);
        assert_near("code points", colour(&cicp, (0.5, 0.5)), [grey; 3]);
    }
}

#[test]
fn a_grey_pq_profile_is_tone_mapped() {
    let mut grey = ColorProfile::new_gray_with_gamma(2.2);
    let samples = (0..1024).map(|step| (pq(f64::from(step) / 1023.0) * 65_535.0).round() as u16);
    grey.gray_trc = Some(ToneReprCurve::Lut(samples.collect()));
    let picture = image::DynamicImage::ImageLuma8(image::GrayImage::from_pixel(64, 64, image::Luma([148])));
    let jpeg = pictures::encoded(&picture, image::ImageFormat::Jpeg);
    let bytes = pictures::with_profile(&jpeg, &grey.encode().unwrap());
    assert_near("grey", colour(&bytes, (0.5, 0.5)), [191; 3]);
}

#[test]
fn curves_of_other_profiles_are_not_tone_mapped() {
    // A gamma of 2.2 and a steep curve.
    for (gamma, expected) in [(2.2, 148), (3.4, 104)] {
        for (name, bytes) in one_of_each_with_profile(148, &profile(|sample| sample.powf(gamma))) {
            assert_near(name, colour(&bytes, (0.5, 0.5)), [expected; 3]);
        }
    }
}
