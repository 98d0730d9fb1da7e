//! Damages files like a bad disk, a broken transfer or an attacker.

use std::path::{Path, PathBuf};
use std::{fs, io};

use fastrand::Rng;
use store::Error;

use crate::png;

/// Values that are likely to break arithmetic.
const EXTREMES: [u8; 6] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];
/// Maximum number of damages to one file.
const MAX_DAMAGES: usize = 3;
/// Maximum number of bytes changed by one damage.
const MAX_CHANGES: usize = 24;
/// Length of the start of a file that determines its format, in bytes. Seven of eight variants
/// have an undamaged start. Otherwise, half of all variants would not be recognised.
const SIGNATURE: usize = 12;

/// All variants of the files below a folder: first each file undamaged, then an unlimited number of
/// damaged ones.
pub struct Variants {
    folder: PathBuf,
    files: Vec<PathBuf>,
    seed: u64,
}

impl Variants {
    /// Finds the files below a folder.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be read or contains no files.
    pub fn find(folder: &Path, seed: u64) -> Result<Self, Error> {
        let mut files = Vec::new();
        find_files(folder, &mut files)?;
        files.sort();
        match files.is_empty() {
            false => Ok(Self { folder: folder.into(), files, seed }),
            true => Err(format!("{} has no files", folder.display()).into()),
        }
    }

    /// Returns the number of files, which is also the number of undamaged variants.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// Returns the path of the variant's file, relative to the folder.
    pub fn name(&self, index: usize) -> String {
        let file = &self.files[index % self.files.len()];
        file.strip_prefix(&self.folder).unwrap_or(file).display().to_string()
    }

    /// Returns the bytes of a variant.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub fn bytes(&self, index: usize) -> io::Result<Vec<u8>> {
        let mut bytes = fs::read(&self.files[index % self.files.len()])?;
        if index >= self.files.len() {
            // Consecutive seeds give unrelated numbers, because the generator mixes them.
            let mut rng = Rng::with_seed(self.seed.wrapping_mul(1 << 32).wrapping_add(index as u64));
            damage_all(&mut bytes, &mut rng);
        }
        Ok(bytes)
    }
}

fn find_files(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { find_files(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

fn damage_all(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let signature: Vec<u8> = bytes.iter().take(SIGNATURE).copied().collect();
    for _ in 0..rng.usize(1..=MAX_DAMAGES) {
        damage(bytes, rng);
    }
    if rng.u8(0..8) > 0 {
        let kept = signature.len().min(bytes.len());
        bytes[..kept].copy_from_slice(&signature[..kept]);
    }
    if rng.bool() {
        png::correct_checksums(bytes);
    }
}

fn damage(bytes: &mut Vec<u8>, rng: &mut Rng) {
    if bytes.is_empty() {
        return;
    }
    match rng.u8(0..8) {
        0 => bytes.truncate(random_position(bytes.len(), rng)),
        1 => flip_bits(bytes, rng),
        2 => change_bytes(bytes, rng, |rng| rng.u8(..)),
        3 => change_bytes(bytes, rng, extreme),
        4 => set_field(bytes, rng),
        5 => bytes.splice(random_range(bytes.len(), rng), []).for_each(drop),
        6 => duplicate(bytes, rng),
        _ => {
            let value = extreme(rng);
            let part = random_range(bytes.len(), rng);
            bytes[part].fill(value);
        }
    }
}

/// Returns a random position. Half of the positions have a uniformly distributed logarithm, so
/// that many are in the headers at the start.
fn random_position(length: usize, rng: &mut Rng) -> usize {
    if rng.bool() {
        rng.usize(0..length)
    } else {
        ((length as f64).powf(rng.f64()) as usize - 1).min(length - 1)
    }
}

fn random_range(length: usize, rng: &mut Rng) -> std::ops::Range<usize> {
    let start = random_position(length, rng);
    let max = (length - start) as f64;
    start..start + (max.powf(rng.f64()) as usize).clamp(1, length - start)
}

fn extreme(rng: &mut Rng) -> u8 {
    EXTREMES[rng.usize(..EXTREMES.len())]
}

fn flip_bits(bytes: &mut [u8], rng: &mut Rng) {
    for _ in 0..rng.usize(1..=MAX_CHANGES) {
        let at = random_position(bytes.len(), rng);
        bytes[at] ^= 1 << rng.u8(0..8);
    }
}

fn change_bytes(bytes: &mut [u8], rng: &mut Rng, value: fn(&mut Rng) -> u8) {
    for _ in 0..rng.usize(1..=MAX_CHANGES) {
        let at = random_position(bytes.len(), rng);
        bytes[at] = value(rng);
    }
}

/// Overwrites a field of one, two, four or eight bytes with an extreme value. Half of the time, its
/// last byte is random.
fn set_field(bytes: &mut [u8], rng: &mut Rng) {
    let at = random_position(bytes.len(), rng);
    let end = (at + (1 << rng.u8(0..4))).min(bytes.len());
    let field = &mut bytes[at..end];
    field.fill(extreme(rng));
    if rng.bool()
        && let Some(last) = field.last_mut()
    {
        *last = rng.u8(..);
    }
}

/// Inserts a copy of a part of the file at a random position.
fn duplicate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let part = bytes[random_range(bytes.len(), rng)].to_vec();
    let at = random_position(bytes.len(), rng);
    bytes.splice(at..at, part);
}
