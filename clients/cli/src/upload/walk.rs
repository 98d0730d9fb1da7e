//! Finds the files of the paths that a person names.

use std::ffi::OsStr;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::item::Item;

/// A result of a walk.
#[derive(Debug)]
pub enum Found {
    /// A file.
    File(Item),
    /// A file or folder that cannot be read: its path and the reason.
    Unreadable(String, String),
    /// A hidden file or folder, which is not uploaded.
    Hidden,
    /// A folder below a named one, which is not read without `--recursive`.
    Folder,
    /// A file that an import leaves out: its path and the reason.
    Skipped(String, String),
}

/// Calls `found` with each file of `path`, in the order of their names, until it returns `false`.
/// Follows symbolic links, except into a folder that contains them. Named paths can be hidden.
pub fn walk(path: &Path, recursive: bool, found: &mut impl FnMut(Found) -> bool) {
    // Without `--recursive`, the folders at depth 1 are counted and not read.
    let mut entries = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let next = match entry {
            Ok(entry) if entry.depth() > 0 && is_hidden(entry.file_name()) => {
                skip_folder(&mut entries, &entry);
                Found::Hidden
            }
            Ok(entry) if entry.file_type().is_dir() => {
                if entry.depth() == 0 || recursive {
                    continue;
                }
                entries.skip_current_dir();
                Found::Folder
            }
            Ok(entry) => {
                let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
                Found::File(Item { bytes, ..Item::of_path(entry.path()) })
            }
            Err(error) => describe(path, &error),
        };
        if !found(next) {
            return;
        }
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn skip_folder(entries: &mut walkdir::IntoIter, entry: &DirEntry) {
    if entry.file_type().is_dir() {
        entries.skip_current_dir();
    }
}

fn describe(path: &Path, error: &walkdir::Error) -> Found {
    let name = error.path().unwrap_or(path).display().to_string();
    let reason = match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => {
            format!("The link leads back to {}, which contains it.", ancestor.display())
        }
        (None, Some(error)) => crate::failure::describe_file_error("read", Path::new(&name), error),
        (None, None) => format!("Cannot read {name}."),
    };
    Found::Unreadable(name, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    struct Folder(TempDir);

    impl Folder {
        fn new() -> Self {
            let new = tempfile::tempdir().unwrap();
            let path = new.path();
            for folder in ["sub/deep", ".hidden"] {
                fs::create_dir_all(path.join(folder)).unwrap();
            }
            for file in ["b.jpg", "a.jpg", ".secret.jpg", "sub/c.jpg", "sub/deep/d.jpg", ".hidden/e.jpg"] {
                fs::write(path.join(file), file).unwrap();
            }
            Self(new)
        }

        fn path(&self) -> &Path {
            self.0.path()
        }

        /// Returns what a walk finds, as texts relative to the folder.
        fn walk(&self, recursive: bool) -> Vec<String> {
            let mut all = Vec::new();
            let relative = |text: String| text.replace(&format!("{}/", self.path().display()), "");
            walk(self.path(), recursive, &mut |found| {
                all.push(match found {
                    Found::File(item) => relative(item.name),
                    Found::Unreadable(name, reason) => format!("! {}: {}", relative(name), relative(reason)),
                    Found::Hidden => "hidden".into(),
                    Found::Folder => "folder".into(),
                    Found::Skipped(..) => unreachable!("a walk skips no file"),
                });
                true
            });
            all
        }
    }

    #[test]
    fn finds_the_files_of_a_folder() {
        let folder = Folder::new();
        assert_eq!(folder.walk(false), ["hidden", "hidden", "a.jpg", "b.jpg", "folder"]);
        let all = ["hidden", "hidden", "a.jpg", "b.jpg", "sub/c.jpg", "sub/deep/d.jpg"];
        assert_eq!(folder.walk(true), all);
    }

    #[test]
    fn follows_links_but_no_loops() {
        let folder = Folder::new();
        let outside = Folder::new();
        symlink(outside.path().join("a.jpg"), folder.path().join("link.jpg")).unwrap();
        symlink(folder.path(), folder.path().join("sub/loop")).unwrap();
        symlink("nowhere", folder.path().join("broken")).unwrap();
        let all = folder.walk(true);
        assert!(all.contains(&"link.jpg".into()), "{all:?}");
        assert!(all.iter().any(|line| line.starts_with("! sub/loop: The link leads back to")), "{all:?}");
        assert!(all.iter().any(|line| line.starts_with("! broken: Cannot read broken")), "{all:?}");
        assert_eq!(all.len(), 9, "{all:?}");
    }

    #[test]
    fn a_named_file_can_be_hidden() {
        let folder = Folder::new();
        let mut names = Vec::new();
        walk(&folder.path().join(".secret.jpg"), false, &mut |found| {
            names.push(format!("{found:?}").contains(".secret.jpg"));
            true
        });
        assert_eq!(names, [true]);
    }
}
