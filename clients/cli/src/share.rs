//! `albumen share`

use client::Session;
use jiff::{Timestamp, ToSpan, Zoned, civil::Date};
use reqwest::Method;
use serde_json::{Value, json};

use crate::Outcome;
use crate::account::{self, login::read_password};
use crate::album;
use crate::failure::Failure;
use crate::output::Output;
use crate::picture::PictureName;

/// Arguments of `share`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The id of a picture, or the id or title of an album
    #[arg(value_name = "PICTURE|ALBUM")]
    target: String,
    /// A name for the link, which only you see
    #[arg(long)]
    name: Option<String>,
    /// When the link ends: a date as in `2026-12-31` (the end of that day), a time as in
    /// `2026-12-31T18:00:00Z`, or a number of days as in `7d`
    #[arg(long, value_name = "WHEN", value_parser = parse_end)]
    expires: Option<Timestamp>,
    /// Require the password in the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    /// Let visitors download originals
    #[arg(long)]
    download: bool,
    /// Let visitors send pictures to the album
    #[arg(long)]
    upload: bool,
    /// Show the pictures of visitors only after you approved them
    #[arg(long, requires = "upload")]
    review: bool,
}

/// Runs the command.
///
/// # Errors
/// Returns a failure if the picture or album does not exist, or if the site rejects the link.
pub async fn run(arguments: Arguments, output: &Output) -> Result<Outcome, Failure> {
    let password = arguments.password_stdin.then(read_password).transpose()?;
    let session = account::session(output).await?;
    let mut link = target(&session, &arguments.target).await?;
    if arguments.upload && link.get("albumId").is_none() {
        return Err(Failure::Usage(
            "Visitors can only send pictures to an album. Leave out `--upload`.".into(),
        ));
    }
    let Arguments { name, expires, download, upload, review, .. } = arguments;
    for (field, value) in [
        ("name", name.map(Value::from)),
        ("expiresAt", expires.map(|time| time.to_string().into())),
        ("password", password.map(Value::from)),
        ("download", download.then_some(true.into())),
        ("upload", upload.then_some(true.into())),
        ("review", review.then_some(true.into())),
    ] {
        if let Some(value) = value {
            link[field] = value;
        }
    }
    let link = session.call(Method::POST, "/links", Some(&link)).await?.ok()?;
    output.line(link["url"].as_str().unwrap_or_default())?;
    output.record(&link)?;
    Ok(Outcome::Complete)
}

/// Finds what to share: a picture if the name is that of one, or else an album.
async fn target(session: &Session, name: &str) -> Result<Value, Failure> {
    if let Ok(picture) = PictureName::parse(name) {
        let answer = session.call(Method::GET, &picture.path(session), None).await?;
        if answer.code != 404 {
            answer.ok()?;
            return Ok(json!({"ownerId": picture.owner(session), "pictureId": picture.id}));
        }
    }
    Ok(json!({"albumId": album::find(session, name).await?["id"]}))
}

/// Parses the end of a link. A date means the end of that day where the person is.
fn parse_end(text: &str) -> Result<Timestamp, String> {
    let expected =
        || "use a date as in 2026-12-31, a time as in 2026-12-31T18:00:00Z, or days as in 7d".to_owned();
    if let Some(days) = text.strip_suffix('d') {
        let days: u16 = days.parse().map_err(|_| expected())?;
        let end = Zoned::now().checked_add(i64::from(days).days()).map_err(|_| expected())?;
        return Ok(seconds(end.timestamp()));
    }
    if let Ok(date) = text.parse::<Date>()
        && !text.contains(['T', ' '])
    {
        let end = date.tomorrow().and_then(|next| next.to_zoned(jiff::tz::TimeZone::system()));
        return Ok(seconds(end.map_err(|_| expected())?.timestamp()));
    }
    text.parse().map_err(|_| expected())
}

fn seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_end_of_a_link() {
        assert_eq!(parse_end("2026-12-31T18:00:00Z").unwrap().to_string(), "2026-12-31T18:00:00Z");
        let end = parse_end("2026-12-31").unwrap().to_zoned(jiff::tz::TimeZone::system());
        assert_eq!(end.strftime("%F %T").to_string(), "2027-01-01 00:00:00");
        let week = Timestamp::now().duration_until(parse_end("7d").unwrap()).as_hours();
        assert!((7 * 24 - 2..=7 * 24 + 2).contains(&week), "{week}");
        for text in ["", "d", "-1d", "soon", "2026-13-01", "2026-12-31T18:00:00", "99999d9"] {
            assert!(parse_end(text).is_err(), "{text}");
        }
    }
}
