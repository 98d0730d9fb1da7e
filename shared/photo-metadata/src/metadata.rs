//! The public result types.

/// The metadata of one picture.
///
/// All values are cleaned and bounded. A missing or implausible value is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// The local time when the picture was taken, with the UTC offset if known (RFC 3339):
    /// `2014-05-01T10:11:12+02:00` or `2014-05-01T10:11:12`. With `Z` if the file has only UTC.
    pub taken_at: Option<String>,
    /// Camera, lens and exposure settings.
    pub camera: CameraFacts,
    /// The position of the camera.
    pub gps: Option<Gps>,
    /// Camera manufacturer, as stored.
    pub make: Option<String>,
    /// Camera model, as stored.
    pub model: Option<String>,
    /// The orientation stored in EXIF or else in XMP: 1 to 8, where 1 is upright.
    ///
    /// Like viewers, `width` and `height` ignore an orientation from XMP, and in HEIC and AVIF also
    /// one from EXIF.
    pub orientation: Option<u8>,
    /// The width of the displayed picture, in pixels.
    pub width: Option<u32>,
    /// The height of the displayed picture, in pixels.
    pub height: Option<u32>,
    /// Title, caption, keywords and rating.
    pub description: Description,
}

/// Camera, lens and exposure settings. Texts have at most 100 characters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CameraFacts {
    /// Make and model without repetition: `Canon EOS 5D`.
    pub camera: Option<String>,
    /// Lens model.
    pub lens: Option<String>,
    /// Exposure time in seconds, as photographers write it: `1/250`, `2.5`.
    pub exposure: Option<String>,
    /// F-number.
    pub aperture: Option<f64>,
    /// ISO speed.
    pub iso: Option<u32>,
    /// Focal length in millimetres.
    pub focal_length: Option<f64>,
}

/// A position (WGS 84).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gps {
    /// Degrees, positive in the north.
    pub latitude: f64,
    /// Degrees, positive in the east.
    pub longitude: f64,
    /// Metres above sea level.
    pub altitude: Option<f64>,
}

/// The texts and the rating that people or their programs add to a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// At most 200 characters.
    pub title: Option<String>,
    /// At most 2000 characters.
    pub caption: Option<String>,
    /// At most 50 distinct keywords of at most 64 characters each.
    pub keywords: Vec<String>,
    /// Stars: 0 to 5.
    pub rating: Option<u8>,
}

impl Description {
    /// Fills empty fields from `fallback`.
    pub(super) fn or(self, fallback: Self) -> Self {
        Self {
            title: self.title.or(fallback.title),
            caption: self.caption.or(fallback.caption),
            keywords: if self.keywords.is_empty() { fallback.keywords } else { self.keywords },
            rating: self.rating.or(fallback.rating),
        }
    }
}
