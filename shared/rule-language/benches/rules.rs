//! The processor time of rules, for 100,000 pictures each: `cargo bench -p rule-language`.
//!
//! Fails if a simple rule takes a second or more.

use std::fs;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use domain::{CameraFacts, ContentType, Picture, PictureId, PictureKey, TakenAt, UserId, Visibility};
use rule_language::{Budget, PictureFields, Rule};

const PICTURES: usize = 100_000;
/// The maximum for the first rule.
const MAX_TIME: Duration = Duration::from_secs(1);

/// Rules and their names. The first one is simple.
const RULES: [(&str, &str); 5] = [
    (
        "four conditions",
        "picture.camera == \"NIKON D850\" and picture.iso and picture.iso > 3200 and picture.year > 2020",
    ),
    (
        "texts",
        "picture.place is not None and 'norway' in picture.place.lower() and picture.lens is not None \
         and picture.lens.startswith(('NIKKOR', '85'))",
    ),
    ("a list", "picture.camera in ['NIKON Z 9', 'NIKON Z 8', 'NIKON D6', 'NIKON D5', 'NIKON D850']"),
    (
        "a function",
        "CAMERAS = {'NIKON D850', 'NIKON Z 9'}

def is_dark(picture):
    if picture.iso is None or picture.aperture is None:
        return False
    return picture.iso / picture.aperture > 1000

def rule(picture):
    if picture.camera not in CAMERAS:
        return False
    words = [word for word in (picture.place or '').lower().split(', ') if word]
    return is_dark(picture) or 'norway' in words",
    ),
    ("a loop", "sum(n % 7 for n in range(20)) == 57 and picture.year is not None"),
];

#[expect(clippy::print_stdout, reason = "this is a program")]
fn main() -> ExitCode {
    let start = processor_time();
    let pictures: Vec<PictureFields> = (0..PICTURES).map(|i| (&picture(i)).into()).collect();
    println!("{PICTURES} pictures, made in {:.0?}", processor_time() - start);
    let mut is_quick = true;
    for (i, (name, code)) in RULES.into_iter().enumerate() {
        let start = processor_time();
        let matches = count_matches(code, &pictures);
        let time = processor_time() - start;
        println!("{name:20} {:8.1} ms  {matches} match", time.as_secs_f64() * 1000.0);
        is_quick &= i > 0 || time < MAX_TIME;
    }
    if is_quick { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Parses a rule once and evaluates it for all pictures.
fn count_matches(code: &str, pictures: &[PictureFields]) -> String {
    let rule = match Rule::parse(code) {
        Ok(rule) => rule,
        Err(error) => return error.to_string(),
    };
    let mut count = 0;
    for picture in pictures {
        match rule.evaluate(picture, &mut Budget::default()) {
            Ok(matches) => count += usize::from(matches),
            Err(error) => return error.to_string(),
        }
    }
    count.to_string()
}

/// Returns the time that this thread was on a processor, or the time since the first call where the
/// system does not count it.
fn processor_time() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let start = *START;
    let counted = fs::read_to_string("/proc/self/schedstat").ok();
    let counted = counted.and_then(|text| text.split_whitespace().next()?.parse().ok());
    counted.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Makes a picture whose values depend on its number.
fn picture(i: usize) -> Picture {
    let key = PictureKey { owner_id: UserId(uuid::Uuid::nil()), picture_id: PictureId(uuid::Uuid::nil()) };
    let number = u32::try_from(i).unwrap_or_default();
    let camera = CameraFacts {
        camera: Some(if i.is_multiple_of(2) { "NIKON D850" } else { "Canon EOS 5D" }.into()),
        lens: Some(if i.is_multiple_of(3) { "85.0 mm f/1.8" } else { "NIKKOR Z 24-70" }.into()),
        iso: Some(100 + number % 6400),
        aperture: Some(1.8),
        ..CameraFacts::default()
    };
    let taken_at = format!("{}-06-01T12:00:00+02:00", 2010 + i % 17);
    Picture {
        caption: i.is_multiple_of(5).then(|| "A fjord in the morning".into()),
        place: (!i.is_multiple_of(4)).then(|| "Bergen, Norway".into()),
        metadata: Some(camera),
        taken_at: taken_at.parse::<TakenAt>().ok(),
        ..Picture::register(key, Visibility::Private, ContentType::Jpeg, 12_000_000)
    }
}
