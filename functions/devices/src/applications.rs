//! The SNS platform applications, one for each platform that is set up.

use lambda::Error;
use store::aws::variable;

use crate::device::Platform;

/// The ARNs of the SNS platform applications. The ARN is empty for a platform that is not set up.
#[derive(Clone, Debug)]
pub struct PlatformApplications {
    apple: String,
    google: String,
}

impl PlatformApplications {
    /// Reads the ARNs from the environment variables `APPLE_PUSH_APPLICATION` and
    /// `GOOGLE_PUSH_APPLICATION`.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self::new(variable("APPLE_PUSH_APPLICATION")?, variable("GOOGLE_PUSH_APPLICATION")?))
    }

    /// Creates the applications from their ARNs.
    #[must_use]
    pub fn new(apple: String, google: String) -> Self {
        Self { apple, google }
    }

    /// Returns the ARN of a platform's application, or `None` if the platform is not set up.
    pub(crate) fn arn(&self, platform: Platform) -> Option<&str> {
        let arn = match platform {
            Platform::Apns => &self.apple,
            Platform::Fcm => &self.google,
        };
        Some(arn.as_str()).filter(|arn| !arn.is_empty())
    }
}
