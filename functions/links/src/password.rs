//! Hashes and verifies the passwords of links with argon2id.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use lambda::Error;
use lambda::http::ApiError;

use crate::random_bits;

/// The maximum length of a password in characters.
pub const MAX_PASSWORD_CHARS: usize = 200;

/// The memory of a hash in KiB: the minimum that OWASP recommends for two iterations and one thread
/// (Password Storage Cheat Sheet, "Argon2id").
const MEMORY: u32 = 19 * 1024;
/// The number of iterations.
const ITERATIONS: u32 = 2;
/// The number of threads.
const PARALLELISM: u32 = 1;

fn argon2id() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY, ITERATIONS, PARALLELISM, None).map_err(|error| error.to_string())?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Returns `true` if a link can have the password.
fn has_valid_length(password: &str) -> bool {
    (1..=MAX_PASSWORD_CHARS).contains(&password.chars().count())
}

/// Hashes a password with a random salt. Returns the PHC string, which contains the parameters.
///
/// Runs on the thread of the caller: an instance of a function handles one request at a time.
///
/// # Errors
/// Returns [`ApiError::Invalid`] if the password is empty or too long.
pub fn hash_password(password: &str) -> Result<String, ApiError> {
    if !has_valid_length(password) {
        let notes = format!("password must have 1 to {MAX_PASSWORD_CHARS} characters");
        return Err(ApiError::Invalid(notes));
    }
    let hash = argon2id()?.hash_password_with_salt(password.as_bytes(), &random_bits()?);
    Ok(hash.map_err(|error| Error::from(error.to_string()))?.to_string())
}

/// Returns `true` if the password has this hash. The hash contains its parameters, so that links of
/// earlier versions keep their passwords.
pub fn verify_password(password: &str, hash: &str) -> Result<bool, Error> {
    if !has_valid_length(password) {
        return Ok(false);
    }
    let hash = PasswordHash::new(hash).map_err(|error| error.to_string())?;
    Ok(argon2id()?.verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_verifies_its_password_only() {
        let hash = hash_password("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_password("correct horse", &hash).unwrap());
        for wrong in ["", "Correct horse", "correct horse ", &"x".repeat(MAX_PASSWORD_CHARS + 1)] {
            assert!(!verify_password(wrong, &hash).unwrap(), "{wrong}");
        }
        assert!(verify_password("x", "not a hash").is_err());
    }

    #[test]
    fn equal_passwords_have_different_hashes() {
        assert_ne!(hash_password("a").unwrap(), hash_password("a").unwrap());
    }

    #[test]
    fn a_hash_keeps_its_parameters() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let hash = weak.hash_password_with_salt(b"old", &[1; 16]).unwrap().to_string();
        assert!(verify_password("old", &hash).unwrap() && !verify_password("new", &hash).unwrap());
    }

    #[test]
    fn the_length_of_a_password_is_bounded() {
        assert!(hash_password(&"é".repeat(MAX_PASSWORD_CHARS)).is_ok());
        for wrong in [String::new(), "é".repeat(MAX_PASSWORD_CHARS + 1)] {
            let error = hash_password(&wrong).unwrap_err();
            assert_eq!(error.to_string(), "Invalid input: password must have 1 to 200 characters");
        }
    }
}
