//! Fingerprints of files and folders, to skip the steps whose input has not changed.
//!
//! As in `make` and Cargo, a file is unchanged while its path, length and modification time are:
//! reading all binaries would take longer. The hash is SipHash with fixed keys. Another Rust
//! release may compute other hashes, and then a step runs once more than needed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// The fingerprint of a text.
pub fn of_text(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The fingerprint of the content of a file.
pub fn of_content(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("Cannot read {}", path.display()))?;
    Ok(of_text(&text))
}

/// The fingerprint of a file, or of a folder with all files below it except those named in `skip`.
pub fn of_files(path: &Path, skip: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    add(path, skip, &mut hasher)?;
    Ok(format!("{:016x}", hasher.finish()))
}

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

/// Whether `file` holds `stamp`.
pub fn is_saved(file: &Path, stamp: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|old| old == stamp)
}

/// Writes `stamp` to `file`.
pub fn save(file: &Path, stamp: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, stamp).with_context(|| format!("Cannot write {}", file.display()))
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
        let stamp = || of_files(&folder, &["node_modules"]).unwrap();
        let first = stamp();
        assert_eq!(first, stamp());
        fs::write(folder.join("node_modules/x"), "x").unwrap();
        assert_eq!(first, stamp());
        fs::write(folder.join("src/a"), "12").unwrap();
        let second = stamp();
        assert_ne!(first, second);
        fs::rename(folder.join("src/a"), folder.join("src/b")).unwrap();
        assert_ne!(second, stamp());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn equal_texts_have_equal_fingerprints() {
        assert_eq!(of_text("a"), of_text("a"));
        assert_ne!(of_text("a"), of_text("b"));
    }
}
