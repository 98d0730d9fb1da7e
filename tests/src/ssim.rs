//! Structural similarity of two pictures.

/// Side of the window in pixels.
const WINDOW: usize = 7;
const PIXELS: f64 = (WINDOW * WINDOW) as f64;
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);

/// Sums over the pixels of a window in two pictures.
#[derive(Clone, Copy, Default)]
struct Sums {
    a: u32,
    b: u32,
    aa: u32,
    bb: u32,
    ab: u32,
}

/// Returns the mean structural similarity of two 8-bit channels, 1 if they are equal, or NaN if a
/// side is shorter than the window.
///
/// Implements Wang et al., "Image quality assessment", 2004
/// (<https://doi.org/10.1109/TIP.2003.819861>), with equal weights over every square of 7 × 7
/// pixels, the default of scikit-image. The crate `image-compare` does not divide variances by the
/// number of pixels, which makes it sixty times as sensitive in flat areas. `dssim` is under the
/// AGPL.
pub fn ssim(a: &[u8], b: &[u8], width: usize) -> f64 {
    let height = a.len() / width;
    let (mut total, mut windows) = (0.0, 0_u32);
    let mut columns = vec![Sums::default(); width];
    for row in 0..height {
        for (x, column) in columns.iter_mut().enumerate() {
            column.add(a[row * width + x], b[row * width + x]);
            if row >= WINDOW {
                let removed = (row - WINDOW) * width + x;
                column.remove(a[removed], b[removed]);
            }
        }
        if row + 1 < WINDOW {
            continue;
        }
        for window in columns.windows(WINDOW) {
            total += window.iter().fold(Sums::default(), |sum, column| sum.and(column)).similarity();
            windows += 1;
        }
    }
    total / f64::from(windows)
}

impl Sums {
    fn of(a: u8, b: u8) -> Self {
        let (a, b) = (u32::from(a), u32::from(b));
        Self { a, b, aa: a * a, bb: b * b, ab: a * b }
    }

    fn and(self, other: &Self) -> Self {
        Self {
            a: self.a + other.a,
            b: self.b + other.b,
            aa: self.aa + other.aa,
            bb: self.bb + other.bb,
            ab: self.ab + other.ab,
        }
    }

    fn add(&mut self, a: u8, b: u8) {
        *self = self.and(&Self::of(a, b));
    }

    fn remove(&mut self, a: u8, b: u8) {
        let removed = Self::of(a, b);
        self.a -= removed.a;
        self.b -= removed.b;
        self.aa -= removed.aa;
        self.bb -= removed.bb;
        self.ab -= removed.ab;
    }

    /// Returns the similarity of the window, with sample variances.
    fn similarity(self) -> f64 {
        let [a, b, aa, bb, ab] =
            [self.a, self.b, self.aa, self.bb, self.ab].map(|sum| f64::from(sum) / PIXELS);
        let sample = PIXELS / (PIXELS - 1.0);
        let (var_a, var_b, covar) = (sample * (aa - a * a), sample * (bb - b * b), sample * (ab - a * b));
        ((2.0 * a * b + C1) * (2.0 * covar + C2)) / ((a * a + b * b + C1) * (var_a + var_b + C2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 24;

    fn picture(value: impl Fn(usize, usize) -> usize) -> Vec<u8> {
        (0..WIDTH * 16).map(|at| value(at % WIDTH, at / WIDTH) as u8).collect()
    }

    /// The expected values come from scikit-image 0.26.
    #[test]
    fn agrees_with_scikit_image() {
        let busy = picture(|x, y| (x * 7 + y * 13) % 256);
        let darker = picture(|x, y| (x * 7 + y * 13) % 256 / 2 + x * y % 32);
        assert!((ssim(&busy, &darker, WIDTH) - 0.685_772_732_9).abs() < 1e-9);
        let flat = picture(|_, _| 101);
        let nearly = picture(|x, y| 100 + (x * x + 3 * y) % 5);
        assert!((ssim(&nearly, &flat, WIDTH) - 0.966_393_836_4).abs() < 1e-9);
    }

    #[test]
    fn equal_pictures_have_similarity_one() {
        let busy = picture(|x, y| (x * 7 + y * 13) % 256);
        assert!((ssim(&busy, &busy, WIDTH) - 1.0).abs() < 1e-12);
    }
}
