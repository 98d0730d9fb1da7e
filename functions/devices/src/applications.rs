//! SNS platform applications: one per platform that is set up.

use lambda::Error;
use store::aws::variable;

use crate::device::Platform;

/// The ARNs of the SNS platform applications, each empty where the platform is not set up.
#[derive(Clone, Debug)]
pub struct PlatformApplications {
    apple: String,
    google: String,
}

impl PlatformApplications {
    /// Reads the ARNs from `APPLE_PUSH_APPLICATION` and `GOOGLE_PUSH_APPLICATION`.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self::new(variable("APPLE_PUSH_APPLICATION")?, variable("GOOGLE_PUSH_APPLICATION")?))
    }

    /// Uses these ARNs.
    #[must_use]
    pub fn new(apple: String, google: String) -> Self {
        Self { apple, google }
    }

    /// The ARN of the application of a platform; `None` where the platform is not set up.
    pub(crate) fn arn(&self, platform: Platform) -> Option<&str> {
        let arn = match platform {
            Platform::Apns => &self.apple,
            Platform::Fcm => &self.google,
        };
        Some(arn.as_str()).filter(|arn| !arn.is_empty())
    }
}
