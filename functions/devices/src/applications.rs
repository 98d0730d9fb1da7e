//! The SNS platform applications, through which push_endpoints of one platform are reached.

use lambda::Error;
use store::aws::variable;

use crate::device::Platform;

/// The platform applications that were set up.
#[derive(Clone, Debug)]
pub struct Applications {
    apple: String,
    google: String,
}

impl Applications {
    /// Those whose ARNs are in `APPLE_PUSH_APPLICATION` and `GOOGLE_PUSH_APPLICATION`, which are empty where a platform is not set
    /// up.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self::new(variable("APPLE_PUSH_APPLICATION")?, variable("GOOGLE_PUSH_APPLICATION")?))
    }

    /// Applications with these ARNs.
    #[must_use]
    pub fn new(apple: String, google: String) -> Self {
        Self { apple, google }
    }

    /// The ARN of a platform's application, if it is set up.
    pub(crate) fn of(&self, platform: Platform) -> Option<&str> {
        let arn = match platform {
            Platform::Apns => &self.apple,
            Platform::Fcm => &self.google,
        };
        Some(arn.as_str()).filter(|arn| !arn.is_empty())
    }
}
