//! Damage: what a bad disk, a broken transfer or a bad mind may do to a file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use fastrand::Rng;
use store::Error;

use crate::png;

/// Values that break arithmetic more often than others.
const EXTREMES: [u8; 6] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];
/// Most kinds of damage to one file.
const MAX_DAMAGES: usize = 3;
/// Most bytes changed by one kind of damage.
const MAX_CHANGES: usize = 24;
/// Beginning of a file that tells its type, in bytes: seven of eight variants keep it, or half of all would end there.
const SIGNATURE: usize = 12;

/// All variants of the files below a folder: first each as it is, then damaged ones without end.
pub struct Variants {
    folder: PathBuf,
    files: Vec<PathBuf>,
    seed: u64,
}

impl Variants {
    /// # Errors
    /// The folder cannot be read, or nothing is in it.
    pub fn of(folder: &Path, seed: u64) -> Result<Self, Error> {
        let mut files = Vec::new();
        find(folder, &mut files)?;
        files.sort();
        match files.is_empty() {
            false => Ok(Self { folder: folder.into(), files, seed }),
            true => Err(format!("{} has no files", folder.display()).into()),
        }
    }

    /// How many files there are; so many variants are whole.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// The path of the file that variant `number` is made of, below the folder.
    pub fn name(&self, number: usize) -> String {
        let file = &self.files[number % self.files.len()];
        file.strip_prefix(&self.folder).unwrap_or(file).display().to_string()
    }

    /// The bytes of variant `number`.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn bytes(&self, number: usize) -> io::Result<Vec<u8>> {
        let mut bytes = fs::read(&self.files[number % self.files.len()])?;
        if number >= self.files.len() {
            // Neighbouring seeds give unlike numbers: the generator mixes them.
            let mut rng = Rng::with_seed(self.seed.wrapping_mul(1 << 32).wrapping_add(number as u64));
            damage_all(&mut bytes, &mut rng);
        }
        Ok(bytes)
    }
}

fn find(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { find(&path, found)? } else { found.push(path) }
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
        png::mend(bytes);
    }
}

fn damage(bytes: &mut Vec<u8>, rng: &mut Rng) {
    if bytes.is_empty() {
        return;
    }
    match rng.u8(0..8) {
        0 => bytes.truncate(position(bytes.len(), rng)),
        1 => flip_bits(bytes, rng),
        2 => change(bytes, rng, |rng| rng.u8(..)),
        3 => change(bytes, rng, extreme),
        4 => set_field(bytes, rng),
        5 => bytes.splice(range(bytes.len(), rng), []).for_each(drop),
        6 => duplicate(bytes, rng),
        _ => {
            let value = extreme(rng);
            let part = range(bytes.len(), rng);
            bytes[part].fill(value);
        }
    }
}

/// Somewhere; half of the time near the beginning, where headers are (evenly by order of magnitude).
fn position(length: usize, rng: &mut Rng) -> usize {
    if rng.bool() {
        rng.usize(0..length)
    } else {
        ((length as f64).powf(rng.f64()) as usize - 1).min(length - 1)
    }
}

fn range(length: usize, rng: &mut Rng) -> std::ops::Range<usize> {
    let start = position(length, rng);
    let most = (length - start) as f64;
    start..start + (most.powf(rng.f64()) as usize).clamp(1, length - start)
}

fn extreme(rng: &mut Rng) -> u8 {
    EXTREMES[rng.usize(..EXTREMES.len())]
}

fn flip_bits(bytes: &mut [u8], rng: &mut Rng) {
    for _ in 0..rng.usize(1..=MAX_CHANGES) {
        let at = position(bytes.len(), rng);
        bytes[at] ^= 1 << rng.u8(0..8);
    }
}

fn change(bytes: &mut [u8], rng: &mut Rng, value: fn(&mut Rng) -> u8) {
    for _ in 0..rng.usize(1..=MAX_CHANGES) {
        let at = position(bytes.len(), rng);
        bytes[at] = value(rng);
    }
}

/// A length, a count or an offset that is nonsense: one, two, four or eight bytes, all the same or one and nothing else.
fn set_field(bytes: &mut [u8], rng: &mut Rng) {
    let at = position(bytes.len(), rng);
    let end = (at + (1 << rng.u8(0..4))).min(bytes.len());
    let field = &mut bytes[at..end];
    field.fill(extreme(rng));
    if rng.bool()
        && let Some(last) = field.last_mut()
    {
        *last = rng.u8(..);
    }
}

/// A part comes twice: right after itself, or somewhere else.
fn duplicate(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let part = bytes[range(bytes.len(), rng)].to_vec();
    let at = position(bytes.len(), rng);
    bytes.splice(at..at, part);
}
