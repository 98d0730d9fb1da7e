//! What fuzzing begins with: `tests/fuzz`, see `docs/testing.md`.

use super::damage::one_of_each;

#[test]
#[ignore = "writes into the folder that ALBUMEN_SEEDS names"]
fn seeds() {
    let folder =
        std::env::var_os("ALBUMEN_SEEDS").map(std::path::PathBuf::from).expect("ALBUMEN_SEEDS is a folder");
    std::fs::create_dir_all(&folder).unwrap();
    for (number, file) in one_of_each(60).into_iter().enumerate() {
        std::fs::write(folder.join(format!("made-{number}")), file).unwrap();
    }
}
