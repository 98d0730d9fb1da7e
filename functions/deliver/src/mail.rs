//! E-mail: SES, to the addresses with which people sign in.

use aws_sdk_cognitoidentityprovider as cognito;
use aws_sdk_sesv2 as ses;
use cognito::operation::admin_get_user::AdminGetUserError;
use domain::UserId;
use lambda::Error;
use ses::error::{ProvideErrorMetadata, SdkError};
use ses::operation::send_email::SendEmailError;
use ses::types::{Body, Content, Destination, EmailContent, Message, MessageHeader};
use store::aws::{Cloud, variable};

use crate::news::Email;

/// What became of an e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailed {
    /// It is on its way.
    Sent,
    /// The person has no address that was ever confirmed, or no account.
    NoAddress,
    /// SES does not take it, now or later.
    Refused,
}

/// E-mail that is sent from one address. Addresses are read when they are needed and never kept.
#[derive(Clone, Debug)]
pub struct Mail {
    ses: ses::Client,
    cognito: cognito::Client,
    pool: String,
    from: String,
}

impl Mail {
    /// E-mail from the address that `MAIL_FROM` names, to the people of the user pool that `USER_POOL_ID` names. `None` where
    /// there is no such address.
    ///
    /// # Errors
    /// A variable is not set.
    pub fn from_env(cloud: &Cloud) -> Result<Option<Self>, Error> {
        let (from, pool) = (variable("MAIL_FROM")?, variable("USER_POOL_ID")?);
        let config = cloud.config();
        Ok(Self::new(ses::Client::new(config), cognito::Client::new(config), pool, &from))
    }

    /// E-mail from that address, to the people of that user pool. `None` where `from` is empty.
    #[must_use]
    pub fn new(ses: ses::Client, cognito: cognito::Client, pool: String, from: &str) -> Option<Self> {
        (!from.is_empty()).then(|| Self { ses, cognito, pool, from: format!("Albumen <{from}>") })
    }

    /// Sends an e-mail to somebody.
    ///
    /// # Errors
    /// Cognito's and SES's, without what they say of addresses.
    pub async fn send(&self, to: UserId, email: &Email) -> Result<Mailed, Error> {
        let Some(address) = self.address(to).await? else { return Ok(Mailed::NoAddress) };
        let request = self
            .ses
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(address).build())
            .content(EmailContent::builder().simple(message(email)?).build());
        match request.send().await {
            Ok(_) => Ok(Mailed::Sent),
            Err(SdkError::ServiceError(error)) => match error.err() {
                SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => {
                    Ok(Mailed::Refused)
                }
                error => Err(format!("SES: {}", error.code().unwrap_or("an error without a name")).into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Where somebody gets e-mail. People sign in by e-mail, so their user name is the `sub`.
    async fn address(&self, user: UserId) -> Result<Option<String>, Error> {
        let request = self.cognito.admin_get_user().user_pool_id(&self.pool).username(user.to_string());
        let account = match request.send().await {
            Ok(account) if account.enabled => account,
            Ok(_) => return Ok(None),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), AdminGetUserError::UserNotFoundException(_)) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let attribute = |name| {
            let found = account.user_attributes().iter().find(|attribute| attribute.name() == name);
            found.and_then(|attribute| attribute.value())
        };
        let verified = attribute("email_verified") == Some("true");
        Ok(attribute("email").filter(|_| verified).map(str::to_owned))
    }
}

fn message(email: &Email) -> Result<Message, Error> {
    let text = |data: &str| Content::builder().charset("UTF-8").data(data).build();
    // RFC 3834: keeps programs that answer for people who are away from answering.
    let automatic = MessageHeader::builder().name("Auto-Submitted").value("auto-generated").build()?;
    Ok(Message::builder()
        .subject(text(&email.subject)?)
        .body(Body::builder().text(text(&email.text)?).build())
        .headers(automatic)
        .build())
}
