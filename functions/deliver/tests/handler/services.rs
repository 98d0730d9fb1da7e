//! Fakes of SNS, SES and the user pool.

use aws_sdk_cognitoidentityprovider::operation::list_users::ListUsersOutput;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, UserType};
use aws_sdk_sesv2::operation::send_email::{SendEmailError, SendEmailOutput};
use aws_sdk_sesv2::types::error::{MessageRejected, TooManyRequestsException};
use aws_sdk_sns::operation::delete_endpoint::DeleteEndpointOutput;
use aws_sdk_sns::operation::publish::{PublishError, PublishInput, PublishOutput};
use aws_sdk_sns::types::error::{EndpointDisabledException, InvalidParameterException, NotFoundException};
use aws_smithy_mocks::{MockResponse, Rule, mock};

use crate::fixture::{Account, Fault, Fixture, client};

pub fn publish(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(aws_sdk_sns::Client::publish).then_compute_response(move |request| {
        let mut state = fixture.state();
        let arn = request.target_arn().unwrap().to_owned();
        if let Some(fault) = state.faults.get(&arn) {
            return MockResponse::Error(publish_error(*fault));
        }
        state.pushes.push((arn, parse_message(request)));
        MockResponse::Output(PublishOutput::builder().build())
    })
}

/// Creates a rule that records deleted endpoints.
pub fn delete_endpoint(fixture: &Fixture) -> Rule {
    let fixture = fixture.clone();
    mock!(aws_sdk_sns::Client::delete_endpoint).then_compute_response(move |request| {
        fixture.state().deleted_endpoints.push(request.endpoint_arn().unwrap().to_owned());
        MockResponse::Output(DeleteEndpointOutput::builder().build())
    })
}

/// Parses a message as SNS does.
fn parse_message(request: &PublishInput) -> serde_json::Value {
    assert_eq!(request.message_structure(), Some("json"));
    let attributes = request.message_attributes().unwrap();
    assert_eq!(attributes["AWS.SNS.MOBILE.APNS.PUSH_TYPE"].string_value(), Some("alert"));
    assert!(attributes["AWS.SNS.MOBILE.APNS.COLLAPSE_ID"].string_value().unwrap().len() <= 64);
    serde_json::from_str(request.message().unwrap()).unwrap()
}

/// Returns the [error of SNS](https://docs.aws.amazon.com/sns/latest/api/API_Publish.html) for a
/// fault.
fn publish_error(fault: Fault) -> PublishError {
    let invalid = |reason: &str| {
        let meta =
            aws_sdk_sns::error::ErrorMetadata::builder().code("InvalidParameter").message(reason).build();
        let error = InvalidParameterException::builder().message(reason).meta(meta);
        PublishError::InvalidParameterException(error.build())
    };
    match fault {
        Fault::Disabled => {
            PublishError::EndpointDisabledException(EndpointDisabledException::builder().build())
        }
        Fault::NotFound => PublishError::NotFoundException(NotFoundException::builder().build()),
        Fault::NoEndpoint => {
            invalid("Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified")
        }
        Fault::TooLong => invalid("Invalid parameter: Message too long"),
        _ => PublishError::generic(aws_sdk_sns::error::ErrorMetadata::builder().code("Throttled").build()),
    }
}

pub fn ses(fixture: &Fixture) -> aws_sdk_sesv2::Client {
    let fixture = fixture.clone();
    let send = mock!(aws_sdk_sesv2::Client::send_email).then_compute_response(move |request| {
        assert_eq!(request.from_email_address(), Some("Albumen <albumen@example.com>"));
        let message = request.content().unwrap().simple().unwrap();
        assert!(message.body().unwrap().html().is_none());
        assert_eq!(message.headers()[0].name(), "Auto-Submitted");
        let text = message.body().unwrap().text().unwrap();
        assert_eq!(text.charset(), Some("UTF-8"));
        let [address] = request.destination().unwrap().to_addresses() else {
            panic!("one address per e-mail")
        };
        let mut state = fixture.state();
        match state.faults.get(address) {
            Some(Fault::Rejected) => MockResponse::Error(SendEmailError::MessageRejected(
                MessageRejected::builder().message("Email address is not verified.").build(),
            )),
            Some(_) => MockResponse::Error(SendEmailError::TooManyRequestsException(
                TooManyRequestsException::builder().build(),
            )),
            None => {
                let subject = message.subject().unwrap().data().to_owned();
                state.emails.push((address.clone(), subject, text.data().to_owned()));
                MockResponse::Output(SendEmailOutput::builder().build())
            }
        }
    });
    client!(aws_sdk_sesv2, &[send])
}

/// Returns a client of a user pool. It lists users, because the request for a single user would
/// make them an active user of the month, which AWS bills.
pub fn cognito(fixture: &Fixture) -> aws_sdk_cognitoidentityprovider::Client {
    let fixture = fixture.clone();
    let list =
        mock!(aws_sdk_cognitoidentityprovider::Client::list_users).then_compute_output(move |request| {
            assert_eq!(request.user_pool_id(), Some("us-east-1_AbCdEfGhI"));
            let id = request.filter().unwrap().strip_prefix("sub = \"").unwrap().strip_suffix('"').unwrap();
            let account = fixture.state().accounts.get(&id.parse().unwrap()).map(output);
            ListUsersOutput::builder().set_users(Some(account.into_iter().collect())).build()
        });
    client!(aws_sdk_cognitoidentityprovider, &[list])
}

fn output(account: &Account) -> UserType {
    let verified = account.verified.to_string();
    let attributes = [("email", account.email.as_str()), ("email_verified", &verified)];
    let attributes =
        attributes.map(|(name, value)| AttributeType::builder().name(name).value(value).build().unwrap());
    UserType::builder()
        .username("the sub")
        .enabled(account.enabled)
        .set_attributes(Some(attributes.into()))
        .build()
}
