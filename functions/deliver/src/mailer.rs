//! Sends e-mail by SES to the addresses of the user pool.

use aws_sdk_cognitoidentityprovider as cognito;
use aws_sdk_sesv2 as ses;
use domain::UserId;
use lambda::Error;
use ses::error::{ProvideErrorMetadata, SdkError};
use ses::operation::send_email::SendEmailError;
use ses::types::{Body, Content, Destination, Message, MessageHeader};
use store::aws::{Cloud, variable};

use crate::content::EmailContent;

/// The outcome of sending an e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// SES accepted the e-mail.
    Sent,
    /// The member has no confirmed address, or no enabled account.
    NoAddress,
    /// SES rejected the e-mail. A retry does not help.
    Rejected,
}

/// Sends e-mail from one address. Reads the address of a member for each e-mail and never stores
/// it.
#[derive(Clone, Debug)]
pub struct Mailer {
    ses: ses::Client,
    cognito: cognito::Client,
    user_pool_id: String,
    from: String,
}

impl Mailer {
    /// Creates a mailer with the sender address `MAIL_FROM` and the user pool `USER_POOL_ID`.
    /// Returns `None` if the address is empty.
    pub fn from_env(cloud: &Cloud) -> Result<Option<Self>, Error> {
        let (from, user_pool_id) = (variable("MAIL_FROM")?, variable("USER_POOL_ID")?);
        let config = cloud.config();
        Ok(Self::new(ses::Client::new(config), cognito::Client::new(config), user_pool_id, &from))
    }

    /// Creates a mailer with this sender address and user pool. Returns `None` if the address is
    /// empty.
    #[must_use]
    pub fn new(ses: ses::Client, cognito: cognito::Client, user_pool_id: String, from: &str) -> Option<Self> {
        let mailer = || Self { ses, cognito, user_pool_id, from: format!("Albumen <{from}>") };
        (!from.is_empty()).then(mailer)
    }

    /// Sends an e-mail to a member. Errors contain no addresses.
    pub async fn send(&self, recipient: UserId, email: &EmailContent) -> Result<MailOutcome, Error> {
        let Some(address) = self.find_address(recipient).await? else { return Ok(MailOutcome::NoAddress) };
        let content = ses::types::EmailContent::builder().simple(to_message(email)?).build();
        let request = self
            .ses
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(address).build())
            .content(content);
        match request.send().await {
            Ok(_) => Ok(MailOutcome::Sent),
            Err(SdkError::ServiceError(error)) => match error.err() {
                SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => {
                    Ok(MailOutcome::Rejected)
                }
                error => Err(format!("SES: {}", error.code().unwrap_or("an error without a code")).into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    /// Reads the confirmed address of a member with an enabled account. Lists users instead of
    /// using `AdminGetUser`, which would make the member a
    /// [billed active user](https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html#monthly-active-users)
    /// of the month.
    async fn find_address(&self, user: UserId) -> Result<Option<String>, Error> {
        let request = self.cognito.list_users().user_pool_id(&self.user_pool_id);
        let accounts = request.filter(format!("sub = \"{user}\"")).send().await?;
        let Some(account) = accounts.users().first().filter(|account| account.enabled) else {
            return Ok(None);
        };
        let attribute = |name| {
            let attribute = account.attributes().iter().find(|attribute| attribute.name() == name);
            attribute.and_then(|attribute| attribute.value())
        };
        let verified = attribute("email_verified") == Some("true");
        Ok(attribute("email").filter(|_| verified).map(str::to_owned))
    }
}

fn to_message(email: &EmailContent) -> Result<Message, Error> {
    let text = |data: &str| Content::builder().charset("UTF-8").data(data).build();
    // RFC 3834: prevents automatic replies, such as out-of-office messages.
    let automatic = MessageHeader::builder().name("Auto-Submitted").value("auto-generated").build()?;
    Ok(Message::builder()
        .subject(text(&email.subject)?)
        .body(Body::builder().text(text(&email.text)?).build())
        .headers(automatic)
        .build())
}
