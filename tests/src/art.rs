//! Generates landscapes with a sky, a sun or moon, and ridges that fade with distance. Some have a
//! lake.

use image::{Rgb, RgbImage};

/// The parameters of a landscape. Equal parameters give equal pictures.
#[derive(Clone, Copy, Debug)]
pub struct Landscape {
    /// Seed for the ridges, the position of the sun and the colours.
    pub number: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Strength of simulated sensor noise, 0 to 255. It makes the file size realistic.
    pub grain: u8,
}

/// Colours of a time of day: top of the sky, horizon, sun, nearest ridge.
type Palette = [[u8; 3]; 4];

const PALETTES: [Palette; 8] = [
    [[38, 60, 110], [250, 190, 130], [255, 236, 190], [38, 34, 58]],
    [[84, 150, 214], [214, 234, 246], [255, 252, 232], [28, 66, 58]],
    [[52, 32, 88], [240, 112, 96], [255, 214, 150], [30, 18, 44]],
    [[8, 12, 36], [44, 62, 108], [236, 240, 255], [4, 8, 20]],
    [[196, 132, 84], [248, 220, 168], [255, 248, 220], [104, 48, 32]],
    [[120, 158, 168], [226, 232, 226], [250, 250, 244], [40, 62, 66]],
    [[16, 34, 62], [70, 190, 160], [220, 255, 240], [8, 22, 32]],
    [[110, 90, 160], [250, 204, 214], [255, 240, 236], [58, 44, 86]],
];
/// Number of ridges. The farthest has index 0.
const RIDGES: usize = 5;

/// Returns a pseudo-random number from 0 to 1. Uses the finaliser of MurmurHash3.
fn random(number: u32, index: u32) -> f32 {
    let mut bits = number.wrapping_mul(0x9E37_79B9) ^ index.wrapping_mul(0x85EB_CA6B);
    for factor in [0x85EB_CA6B_u32, 0xC2B2_AE35] {
        bits = (bits ^ (bits >> 15)).wrapping_mul(factor);
    }
    (bits >> 8) as f32 / (1 << 24) as f32
}

fn mix(one: [u8; 3], other: [u8; 3], part: f32) -> [u8; 3] {
    let part = part.clamp(0.0, 1.0);
    std::array::from_fn(|i| (f32::from(one[i]) * (1.0 - part) + f32::from(other[i]) * part) as u8)
}

impl Landscape {
    /// Renders the landscape.
    pub fn paint(self) -> RgbImage {
        let [top, horizon, sun, near] = PALETTES[self.number as usize % PALETTES.len()];
        let skylines: Vec<Vec<u32>> = (0..RIDGES).map(|ridge| self.skyline(ridge)).collect();
        let ridges: [[u8; 3]; RIDGES] = std::array::from_fn(|ridge| {
            mix(horizon, near, 0.25 + 0.75 * (ridge as f32 + 1.0) / RIDGES as f32)
        });
        let sky: Vec<[u8; 3]> = (0..self.height)
            .map(|y| mix(top, horizon, (y as f32 / self.height as f32 * 1.7).powf(1.2)))
            .collect();
        // A lake replaces the near ridges.
        let (ridges_shown, shore) = match self.number.is_multiple_of(3) {
            true => (2, self.height * 3 / 5),
            false => (RIDGES, self.height),
        };
        let mut picture = RgbImage::new(self.width, self.height);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            // A lake mirrors the picture above its shore, darkened.
            let (source_y, darkness) =
                if y > shore { (shore - (y - shore).min(shore), 0.35) } else { (y, 0.0) };
            let ridge = (0..ridges_shown).rev().find(|ridge| source_y >= skylines[*ridge][x as usize]);
            let colour = match ridge {
                Some(ridge) => ridges[ridge],
                None => mix(sky[source_y as usize], sun, self.glow(x, source_y)),
            };
            *pixel = Rgb(self.add_grain(mix(colour, near, darkness), x, y));
        }
        picture
    }

    /// Returns the y coordinate of the top of a ridge for each column. The top is a sum of five
    /// waves.
    fn skyline(self, ridge: usize) -> Vec<u32> {
        let random = |index: u32| random(self.number, 16 * ridge as u32 + index);
        let base = 0.4 + 0.42 * ridge as f32 / RIDGES as f32 + 0.08 * random(0);
        let wave = |x: f32, octave: u32| {
            let length = (1.0 + random(octave)) * 1.9_f32.powi(octave as i32);
            (x * length + random(octave + 8) * 6.3).sin() / 1.9_f32.powi(octave as i32)
        };
        let rise =
            |x: u32| (1..6).map(|octave| wave(x as f32 / self.height as f32 * 2.0, octave)).sum::<f32>();
        (0..self.width)
            .map(|x| ((base - (0.06 + 0.05 * random(7)) * rise(x)) * self.height as f32) as u32)
            .collect()
    }

    /// Returns the share of sunlight at a point in the sky, 0 to 1.
    fn glow(self, x: u32, y: u32) -> f32 {
        let size = self.height as f32;
        let (sun_x, sun_y) = (
            (0.2 + 0.6 * random(self.number, 90)) * self.width as f32,
            (0.18 + 0.22 * random(self.number, 91)) * size,
        );
        let (across, down) = (x as f32 - sun_x, y as f32 - sun_y);
        let distance = (across * across + down * down).sqrt() / size;
        if distance < 0.045 { 1.0 } else { 0.55 * (1.0 - (distance - 0.045) / 0.6).max(0.0).powi(3) }
    }

    fn add_grain(self, colour: [u8; 3], x: u32, y: u32) -> [u8; 3] {
        if self.grain == 0 {
            return colour;
        }
        let grain = (random(x, y) - 0.5) * f32::from(self.grain);
        colour.map(|channel| (f32::from(channel) + grain) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_determine_the_picture() {
        let paint = |number| Landscape { number, width: 60, height: 40, grain: 8 }.paint();
        assert_eq!(paint(3), paint(3));
        assert_ne!(paint(3), paint(11), "same palette, different number");
        for number in 0..16 {
            let colours: std::collections::BTreeSet<_> =
                paint(number).pixels().map(|pixel| pixel.0).collect();
            assert!(colours.len() > 50, "{number}");
        }
    }
}
