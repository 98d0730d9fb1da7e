//! Tags with the names of the standards (EXIF 3.0, 4.6; TIFF 6.0; XMP part 3, 2.4).

pub(super) const IMAGE_WIDTH: u16 = 0x0100;
pub(super) const IMAGE_LENGTH: u16 = 0x0101;
pub(super) const IMAGE_DESCRIPTION: u16 = 0x010E;
pub(super) const MAKE: u16 = 0x010F;
pub(super) const MODEL: u16 = 0x0110;
pub(super) const ORIENTATION: u16 = 0x0112;
pub(super) const DATE_TIME: u16 = 0x0132;
pub(super) const XMP: u16 = 0x02BC;
pub(super) const RATING: u16 = 0x4746;
/// The first tag of the EXIF directory. The first directory contains the lower tags, and also
/// `EXIF`, `GPS` and `IPTC`.
pub(super) const FIRST_EXIF_TAG: u16 = 0x8000;
pub(super) const EXPOSURE_TIME: u16 = 0x829A;
pub(super) const F_NUMBER: u16 = 0x829D;
pub(super) const IPTC: u16 = 0x83BB;
pub(super) const EXIF: u16 = 0x8769;
pub(super) const GPS: u16 = 0x8825;
pub(super) const PHOTOGRAPHIC_SENSITIVITY: u16 = 0x8827;
pub(super) const STANDARD_OUTPUT_SENSITIVITY: u16 = 0x8831;
pub(super) const RECOMMENDED_EXPOSURE_INDEX: u16 = 0x8832;
pub(super) const ISO_SPEED: u16 = 0x8833;
pub(super) const DATE_TIME_ORIGINAL: u16 = 0x9003;
pub(super) const DATE_TIME_DIGITIZED: u16 = 0x9004;
pub(super) const OFFSET_TIME: u16 = 0x9010;
pub(super) const OFFSET_TIME_ORIGINAL: u16 = 0x9011;
pub(super) const OFFSET_TIME_DIGITIZED: u16 = 0x9012;
pub(super) const SHUTTER_SPEED_VALUE: u16 = 0x9201;
pub(super) const APERTURE_VALUE: u16 = 0x9202;
pub(super) const FOCAL_LENGTH: u16 = 0x920A;
pub(super) const MAKER_NOTE: u16 = 0x927C;
pub(super) const SUB_SEC_TIME: u16 = 0x9290;
pub(super) const SUB_SEC_TIME_ORIGINAL: u16 = 0x9291;
pub(super) const SUB_SEC_TIME_DIGITIZED: u16 = 0x9292;
pub(super) const PIXEL_X_DIMENSION: u16 = 0xA002;
pub(super) const PIXEL_Y_DIMENSION: u16 = 0xA003;
pub(super) const LENS_SPECIFICATION: u16 = 0xA432;
pub(super) const LENS_MODEL: u16 = 0xA434;
pub(super) const GPS_LATITUDE_REF: u16 = 1;
pub(super) const GPS_LATITUDE: u16 = 2;
pub(super) const GPS_LONGITUDE_REF: u16 = 3;
pub(super) const GPS_LONGITUDE: u16 = 4;
pub(super) const GPS_ALTITUDE_REF: u16 = 5;
pub(super) const GPS_ALTITUDE: u16 = 6;
pub(super) const GPS_TIME_STAMP: u16 = 7;
pub(super) const GPS_DATE_STAMP: u16 = 29;
