//! The list prices of AWS in us-east-1, in US dollars, as of November 2026, from the public pages
//! of AWS. Prices change: compare them with the pages before you decide anything.

/// A billed resource. The unit is in the comment, or one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// A read request unit of DynamoDB, on demand.
    ReadUnit,
    /// A write request unit of DynamoDB, on demand.
    WriteUnit,
    /// A GB of rows for a month.
    TableStorage,
    /// A GB of rows in tables with point-in-time recovery, for a month.
    TableRecovery,
    /// A PUT, POST, COPY or LIST request to S3. DELETE is free.
    S3Write,
    /// A GET or HEAD request to S3.
    S3Read,
    /// A GB in S3 Standard, or in the tier *Frequent Access* of Intelligent-Tiering, for a month.
    S3Storage,
    /// A GB of originals in Intelligent-Tiering for a month that nobody has opened for 90 days.
    S3Archive,
    /// An object in Intelligent-Tiering for a month.
    S3Monitoring,
    /// The transition of an object to Intelligent-Tiering.
    S3Transition,
    /// An invocation of Lambda.
    Invocation,
    /// A GB-second of Lambda on arm64.
    GigabyteSecond,
    /// A request to SQS of up to 64 KB.
    Queue,
    /// A message to a topic of SNS of up to 64 KB. The deliveries to queues are free.
    Topic,
    /// A call of a REST API.
    Call,
    /// A message of a WebSocket API, in either direction, of up to 32 KB.
    LiveMessage,
    /// A minute of a WebSocket connection.
    LiveMinute,
    /// A GB written to CloudWatch Logs.
    Log,
    /// An alarm of CloudWatch for a month.
    Alarm,
    /// A GB from AWS to the internet, from S3 or API Gateway.
    Transfer,
    /// A GB from CloudFront to the internet. From S3 to CloudFront it is free.
    SiteTransfer,
    /// A request to CloudFront by HTTPS.
    SiteRequest,
    /// A user of Cognito who is active in the month, plan `LITE`.
    ActiveUser,
}

/// The price of an item: the amounts up to which each price applies, per month, and the price of
/// one unit. The first amounts without a price are the part of the free tier that does not expire.
type Tiers = &'static [(f64, f64)];

const ALL: f64 = f64::INFINITY;
const MILLION: f64 = 1e6;

impl Item {
    /// Returns the tiers of the price.
    fn tiers(self) -> Tiers {
        match self {
            // https://aws.amazon.com/dynamodb/pricing/on-demand/
            Self::ReadUnit => &[(ALL, 0.125 / MILLION)],
            Self::WriteUnit => &[(ALL, 0.625 / MILLION)],
            Self::TableStorage => &[(25.0, 0.0), (ALL, 0.25)],
            Self::TableRecovery => &[(ALL, 0.20)],
            // https://aws.amazon.com/s3/pricing/
            Self::S3Write => &[(ALL, 0.005 / 1e3)],
            Self::S3Read => &[(ALL, 0.0004 / 1e3)],
            Self::S3Storage => &[(50e3, 0.023), (500e3, 0.022), (ALL, 0.021)],
            Self::S3Archive => &[(ALL, 0.004)],
            Self::S3Monitoring => &[(ALL, 0.0025 / 1e3)],
            Self::S3Transition => &[(ALL, 0.01 / 1e3)],
            // https://aws.amazon.com/lambda/pricing/
            Self::Invocation => &[(MILLION, 0.0), (ALL, 0.20 / MILLION)],
            Self::GigabyteSecond => &[(400e3, 0.0), (ALL, 0.000_013_333_4)],
            // https://aws.amazon.com/sqs/pricing/, https://aws.amazon.com/sns/pricing/
            Self::Queue => &[(MILLION, 0.0), (ALL, 0.40 / MILLION)],
            Self::Topic => &[(MILLION, 0.0), (ALL, 0.50 / MILLION)],
            // https://aws.amazon.com/api-gateway/pricing/
            Self::Call => &[(333.0 * MILLION, 3.50 / MILLION), (ALL, 2.80 / MILLION)],
            Self::LiveMessage => &[(1e9, 1.00 / MILLION), (ALL, 0.80 / MILLION)],
            Self::LiveMinute => &[(ALL, 0.25 / MILLION)],
            // https://aws.amazon.com/cloudwatch/pricing/
            Self::Log => &[(5.0, 0.0), (ALL, 0.50)],
            Self::Alarm => &[(10.0, 0.0), (ALL, 0.10)],
            // https://aws.amazon.com/ec2/pricing/on-demand/, Data Transfer
            Self::Transfer => &[(100.0, 0.0), (10.1e3, 0.09), (50.1e3, 0.085), (150.1e3, 0.07), (ALL, 0.05)],
            // https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/, United States and Europe
            Self::SiteTransfer => {
                &[(1_024.0, 0.0), (10.24e3, 0.085), (51.2e3, 0.08), (153.6e3, 0.06), (ALL, 0.04)]
            }
            Self::SiteRequest => &[(10.0 * MILLION, 0.0), (ALL, 1.00 / MILLION)],
            // https://aws.amazon.com/cognito/pricing/
            Self::ActiveUser => &[(10e3, 0.0), (100e3, 0.0055), (MILLION, 0.0046), (ALL, 0.003_25)],
        }
    }

    /// Returns the name of the service, by which reports add up.
    pub fn service(self) -> &'static str {
        match self {
            Self::ReadUnit | Self::WriteUnit | Self::TableStorage | Self::TableRecovery => "DynamoDB",
            Self::S3Write | Self::S3Read => "S3 requests",
            Self::S3Storage | Self::S3Archive | Self::S3Monitoring | Self::S3Transition => "S3 storage",
            Self::Invocation | Self::GigabyteSecond => "Lambda",
            Self::Queue | Self::Topic => "SQS, SNS",
            Self::Call | Self::LiveMessage | Self::LiveMinute => "API Gateway",
            Self::Log | Self::Alarm => "CloudWatch",
            Self::Transfer => "Transfer",
            Self::SiteTransfer | Self::SiteRequest => "CloudFront",
            Self::ActiveUser => "Cognito",
        }
    }

    /// Returns the price of an amount in a month, with the free tier that does not expire.
    pub fn dollars(self, amount: f64) -> f64 {
        let mut from = 0.0;
        let mut sum = 0.0;
        for (until, price) in self.tiers() {
            sum += (amount.min(*until) - from).max(0.0) * price;
            from = *until;
        }
        sum
    }

    /// Returns the price of an amount at the first price that is not zero.
    pub fn list_dollars(self, amount: f64) -> f64 {
        let price = self.tiers().iter().map(|(_, price)| *price).find(|price| *price > 0.0);
        amount * price.unwrap_or_default()
    }
}
