//! Parses and evaluates any text as a rule, twice, and asserts that the results are equal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rule_language::{Budget, PictureFields, Rule, RuleError};

fuzz_target!(|code: &str| {
    let first = evaluate(code);
    if let Err(error) = &first {
        assert!(error.line >= 1 && error.column >= 1 && error.message.ends_with(['.', '?']), "{error}");
    }
    assert_eq!(first, evaluate(code), "evaluation is deterministic");
});

fn evaluate(code: &str) -> Result<bool, RuleError> {
    let picture = PictureFields {
        id: "01926f3e-0000-7000-8000-000000000000".into(),
        caption: Some("Fjord, früh am Morgen".into()),
        camera: Some("NIKON D850".into()),
        lens: None,
        iso: Some(6400),
        aperture: Some(1.8),
        exposure: Some(0.004),
        focal_length: Some(85.0),
        width: Some(6000),
        height: Some(4000),
        taken: Some("2023-06-01T05:30:00+02:00".into()),
        year: Some(2023),
        month: Some(6),
        day: Some(1),
        hour: Some(5),
        place: Some("Bergen, Norway".into()),
        latitude: None,
        longitude: None,
        content_type: "image/jpeg".into(),
        bytes: 12_345_678,
        visibility: "friends".into(),
    };
    Rule::parse(code)?.evaluate(&picture, &mut Budget::default())
}
