//! Recognises frames that show nothing. Many animations fade in from an empty, a black or a white
//! frame.

/// The maximum value of all channels of a colour that counts as black.
const MAX_BLACK: u8 = 16;
/// The minimum value of all channels of a colour that counts as white.
const MIN_WHITE: u8 = 239;

/// A colour of a frame that shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Transparent,
    Black,
    White,
}

impl Tone {
    /// Returns the tone of a colour, or `None` for all other colours.
    pub(super) fn of(channels: [u8; 3], alpha: u8) -> Option<Self> {
        if alpha == 0 {
            Some(Tone::Transparent)
        } else if channels.iter().all(|channel| *channel <= MAX_BLACK) {
            Some(Tone::Black)
        } else if channels.iter().all(|channel| *channel >= MIN_WHITE) {
            Some(Tone::White)
        } else {
            None
        }
    }

    /// Returns the colour of this tone.
    pub(super) fn colour(self) -> [u8; 4] {
        match self {
            Tone::Transparent => [0; 4],
            Tone::Black => [0, 0, 0, 255],
            Tone::White => [255; 4],
        }
    }
}

/// Returns `true` if all pixels have the same tone. `channels` is 3, or 4 with alpha.
pub(super) fn is_blank(pixels: &[u8], channels: usize) -> bool {
    let tone = |pixel: &[u8]| Tone::of([pixel[0], pixel[1], pixel[2]], *pixel.get(3).unwrap_or(&255));
    let mut tones = pixels.chunks_exact(channels).map(tone);
    match tones.next() {
        Some(Some(first)) => tones.all(|tone| tone == Some(first)),
        _ => false,
    }
}
