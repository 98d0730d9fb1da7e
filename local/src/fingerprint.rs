//! Fingerprints of files and folders. `cargo dev` skips a step if the fingerprint of its input has
//! not changed.
//!
//! As in `make` and Cargo, a file counts as unchanged if its path, length and modification time are
//! unchanged, because reading all binaries would take longer. The hash is SipHash with fixed keys.
//! If another Rust release computes other hashes, each step runs once more.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// Returns the fingerprint of a text.
pub fn of_text(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Returns the fingerprint of the content of a file.
pub fn of_content(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("Cannot read {}", path.display()))?;
    Ok(of_text(&text))
}

/// Returns the fingerprint of a file, or of a folder with all files below it except those named in
/// `skip`.
pub fn of_files(path: &Path, skip: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    add(path, skip, &mut hasher)?;
    Ok(format!("{:016x}", hasher.finish()))
}

/// Adds a file, or all files of a folder, to a hash.
fn add(path: &Path, skip: &[&str], hasher: &mut DefaultHasher) -> Result<()> {
    let metadata = fs::metadata(path).with_context(|| format!("Cannot read {}", path.display()))?;
    path.hash(hasher);
    if !metadata.is_dir() {
        metadata.len().hash(hasher);
        metadata.modified()?.hash(hasher);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?.collect::<std::io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if !skip.iter().any(|name| entry.file_name() == **name) {
            add(&entry.path(), skip, hasher)?;
        }
    }
    Ok(())
}

/// Returns `true` if `fingerprint` is the content of `file`.
pub fn is_saved(file: &Path, fingerprint: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|saved| saved == fingerprint)
}

/// Writes `fingerprint` to `file`.
pub fn save(file: &Path, fingerprint: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, fingerprint).with_context(|| format!("Cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_of_a_folder_changes_with_each_file_that_is_not_skipped() {
        let folder = std::env::temp_dir().join(format!("albumen-stamp-{}", std::process::id()));
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::create_dir_all(folder.join("node_modules")).unwrap();
        fs::write(folder.join("src/a"), "1").unwrap();
        let fingerprint = || of_files(&folder, &["node_modules"]).unwrap();
        let first = fingerprint();
        assert_eq!(first, fingerprint());
        fs::write(folder.join("node_modules/x"), "x").unwrap();
        assert_eq!(first, fingerprint());
        fs::write(folder.join("src/a"), "12").unwrap();
        let second = fingerprint();
        assert_ne!(first, second);
        fs::rename(folder.join("src/a"), folder.join("src/b")).unwrap();
        assert_ne!(second, fingerprint());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn equal_texts_have_equal_fingerprints() {
        assert_eq!(of_text("a"), of_text("a"));
        assert_ne!(of_text("a"), of_text("b"));
    }
}
