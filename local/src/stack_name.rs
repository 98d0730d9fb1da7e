//! Names of stacks on AWS.

use anyhow::{Result, bail, ensure};

/// The maximum length of the name of a stack. A bucket is called `STACK-media-ACCOUNT-REGION`,
/// which can have 63 characters, and the names of regions have at most 14.
/// `local/python/template_tests/test_names.py` compares all names with their limits.
pub const MAX_STACK_NAME: usize = 29;

/// Prefixes of bucket names that
/// [S3 reserves](https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
const RESERVED_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];

/// Checks the name of a stack, because CloudFormation would fail only when it creates the buckets.
///
/// # Errors
/// Returns an error with a message for the developer if a bucket of the stack cannot have its name.
pub fn validate_stack_name(name: &str) -> Result<()> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ensure!(
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(is_allowed)
            && name.len() <= MAX_STACK_NAME,
        "A stack cannot be called `{name}`, because its name is a part of bucket names: use at most \
         {MAX_STACK_NAME} lower-case letters, digits and hyphens, and begin with a letter."
    );
    if let Some(prefix) = RESERVED_PREFIXES.iter().find(|prefix| name.starts_with(**prefix)) {
        bail!("A stack cannot be called `{name}`, because S3 reserves bucket names with `{prefix}`.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_names_that_buckets_can_have() {
        for name in ["albumen", "a", "photos-2", "a--b", "a-", &"a".repeat(29)] {
            validate_stack_name(name).unwrap();
        }
    }

    #[test]
    fn refuses_names_that_buckets_cannot_have() {
        for name in ["", "Albumen", "photoS", "2photos", "-a", "a_b", "a.b", "a b", "ä", &"a".repeat(30)] {
            let error = validate_stack_name(name).unwrap_err().to_string();
            assert_eq!(
                error,
                format!(
                    "A stack cannot be called `{name}`, because its name is a part of bucket names: use at most 29 \
                     lower-case letters, digits and hyphens, and begin with a letter."
                )
            );
        }
        for name in ["xn--photos", "sthree-photos", "amzn-s3-demo-photos"] {
            let error = validate_stack_name(name).unwrap_err().to_string();
            assert!(error.contains("S3 reserves"), "{error}");
        }
    }
}
