//! What has changed since last time: fingerprints of files and folders.
//!
//! A file is taken as unchanged while its path, length and time of modification are, as `make` and Cargo do: reading a
//! hundred megabytes of binaries would cost more than it tells. SipHash with fixed keys is the same from run to run;
//! another Rust release may give other numbers, and then one step is done once more than needed.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// Fingerprint of any text.
pub fn of_text(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Fingerprint of what a file holds.
pub fn of_content(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("{} can not be read", path.display()))?;
    Ok(of_text(&text))
}

/// Fingerprint of a file or, with all below it, a folder; names in `skip` are left out.
pub fn of_files(path: &Path, skip: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    add(path, skip, &mut hasher)?;
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(path: &Path, skip: &[&str], hasher: &mut DefaultHasher) -> Result<()> {
    let about = fs::metadata(path).with_context(|| format!("{} can not be read", path.display()))?;
    path.hash(hasher);
    if !about.is_dir() {
        about.len().hash(hasher);
        about.modified()?.hash(hasher);
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

/// Whether `stamp` is what was remembered in `file`.
pub fn is_remembered(file: &Path, stamp: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|old| old == stamp)
}

/// Remembers `stamp` in `file`.
pub fn remember(file: &Path, stamp: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, stamp).with_context(|| format!("{} can not be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_changes_with_each_file_but_not_with_skipped_ones() {
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
    fn text_has_one_stamp() {
        assert_eq!(of_text("a"), of_text("a"));
        assert_ne!(of_text("a"), of_text("b"));
    }
}
