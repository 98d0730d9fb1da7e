//! Sessions of visitors who gave the password of a share link.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Link;
use jiff::{SignedDuration, Timestamp};
use ring::hmac;

/// The maximum validity of a session.
pub const LINK_SESSION_VALIDITY: SignedDuration = SignedDuration::from_hours(12);
/// The length of the end of a session, in seconds since the epoch.
const END_BYTES: usize = size_of::<i64>();

/// Signs and verifies sessions with HMAC-SHA256. No table contains them.
///
/// The signature covers the hashes of the token and of the password, so that a session ends when
/// the owner replaces the token or changes the password.
#[derive(Clone, Debug)]
pub struct LinkSessions(hmac::Key);

impl LinkSessions {
    /// Creates the key from random bytes.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Creates a session of a link, and returns it with its end: after 12 hours, or when the link
    /// expires.
    #[must_use]
    pub fn create(&self, link: &Link, now: Timestamp) -> (String, Timestamp) {
        let until = now.saturating_add(LINK_SESSION_VALIDITY).unwrap_or(Timestamp::MAX);
        let until = link.expires_at.map_or(until, |expires_at| until.min(expires_at));
        let end = until.as_second().to_be_bytes();
        let tag = hmac::sign(&self.0, &message(link, end));
        let session = URL_SAFE_NO_PAD.encode([&end, tag.as_ref()].concat());
        (session, Timestamp::from_second(until.as_second()).unwrap_or(until))
    }

    /// Returns `true` if the session belongs to the link, its current token and its current
    /// password, and has not ended.
    #[must_use]
    pub fn verify(&self, link: &Link, session: &str, now: Timestamp) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(session) else { return false };
        let Some((end, tag)) = bytes.split_first_chunk::<END_BYTES>() else { return false };
        let is_signed = hmac::verify(&self.0, &message(link, *end), tag).is_ok();
        is_signed && i64::from_be_bytes(*end) > now.as_second()
    }
}

/// Returns the signed message. The hash of the password comes last, because only its length varies.
fn message(link: &Link, end: [u8; END_BYTES]) -> Vec<u8> {
    let password = link.password_hash.as_deref().unwrap_or_default();
    let (id, token) = (link.link_id.0.as_bytes(), link.secret_hash.as_str().as_bytes());
    [b"link session", &id[..], token, &end, password.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{AlbumId, LinkId, LinkRights, LinkTarget, LinkToken, UserId};
    use uuid::Uuid;

    fn link() -> Link {
        let token = LinkToken::new(LinkId::new(), [1; 16]);
        Link {
            link_id: token.link_id,
            owner_id: UserId(Uuid::nil()),
            target: LinkTarget::Album(AlbumId::new()),
            name: None,
            secret_hash: token.secret_hash(),
            expires_at: None,
            password_hash: Some("$argon2id$1".into()),
            rights: LinkRights::default(),
            review: false,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_session_is_valid_for_its_link_token_and_password_only() {
        let (sessions, link, now) = (LinkSessions::new(&[7; 32]), link(), Timestamp::UNIX_EPOCH);
        let (session, _) = sessions.create(&link, now);
        assert!(sessions.verify(&link, &session, now));
        let renamed = Link { name: Some("Oslo".into()), ..link.clone() };
        assert!(sessions.verify(&renamed, &session, now));
        let replaced = LinkToken::new(link.link_id, [2; 16]).secret_hash();
        for other in [
            Link { link_id: LinkId::new(), ..link.clone() },
            Link { secret_hash: replaced, ..link.clone() },
            Link { password_hash: Some("$argon2id$2".into()), ..link.clone() },
            Link { password_hash: None, ..link.clone() },
        ] {
            assert!(!sessions.verify(&other, &session, now));
        }
        assert!(!LinkSessions::new(&[8; 32]).verify(&link, &session, now));
    }

    #[test]
    fn a_session_ends_after_twelve_hours_or_with_the_link() {
        let (sessions, now) = (LinkSessions::new(&[7; 32]), Timestamp::UNIX_EPOCH);
        let hour = SignedDuration::from_hours(1);
        for (expires_at, expected) in [(None, 12), (Some(now + hour), 1), (Some(now + hour * 20), 12)] {
            let link = Link { expires_at, ..link() };
            let (session, until) = sessions.create(&link, now);
            assert_eq!(until, now + hour * expected);
            assert!(sessions.verify(&link, &session, until - SignedDuration::from_secs(1)));
            assert!(!sessions.verify(&link, &session, until));
        }
    }

    #[test]
    fn a_changed_session_is_invalid() {
        let (sessions, link, now) = (LinkSessions::new(&[7; 32]), link(), Timestamp::UNIX_EPOCH);
        let (session, _) = sessions.create(&link, now);
        for place in 0..session.len() {
            let mut changed = session.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert!(!sessions.verify(&link, std::str::from_utf8(&changed).unwrap(), now), "{place}");
        }
        for invalid in ["", "é", "AAAA", &session[..20], &format!("{session}A")] {
            assert!(!sessions.verify(&link, invalid, now), "{invalid}");
        }
    }
}
