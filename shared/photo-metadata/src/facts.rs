//! What is told of a picture.

use super::words::Words;

/// What a camera wrote into a picture. Everything is cleaned and bounded; what is not there, or makes no sense, is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// RFC 3339 UTC (`2014-05-01T08:11:12Z`) where the camera told its offset, or satellites did, else local time without
    /// one (`2014-05-01T10:11:12`).
    pub taken_at: Option<String>,
    /// The same moment by the camera's clock, with the offset where known: `2014-05-01T10:11:12+02:00`.
    pub taken_at_local: Option<String>,
    /// What others may see too.
    pub camera: CameraFacts,
    /// What its owner alone may see.
    pub gps: Option<Gps>,
    /// Who made the camera, in its own spelling.
    pub make: Option<String>,
    /// The camera, as its maker names it.
    pub model: Option<String>,
    /// EXIF's orientation, or XMP's, which nothing that shows pictures goes by: 1 to 8, upright is 1.
    pub orientation: Option<u8>,
    /// As displayed: upright (pixels).
    pub width: Option<u32>,
    /// As displayed: upright (pixels).
    pub height: Option<u32>,
    /// What people wrote, who may have meant it for themselves.
    pub words: Words,
}

/// How a picture was taken. Texts have at most 100 characters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CameraFacts {
    /// Make and model, the make not repeated: `Canon EOS 5D`.
    pub camera: Option<String>,
    /// Lens model.
    pub lens: Option<String>,
    /// Seconds as photographers write them: `1/250`, `2.5`.
    pub exposure: Option<String>,
    /// The f-number.
    pub aperture: Option<f64>,
    /// ISO speed.
    pub iso: Option<u32>,
    /// Millimetres.
    pub focal_length: Option<f64>,
}

/// Where a picture was taken (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gps {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// Metres above the sea.
    pub altitude: Option<f64>,
}
