//! The Secure Remote Password protocol of Cognito (`USER_SRP_AUTH`), which proves a password
//! without sending it.
//!
//! The values are those of [RFC 5054](https://www.rfc-editor.org/rfc/rfc5054) with SHA-256 and the
//! group of 3072 bits. Amplify, Amazon's library, defines the bytes of a number, and the proof:
//! <https://github.com/aws-amplify/amplify-js/tree/main/packages/auth/src/providers/cognito/utils/srp>

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U1024, U3072};
use jiff::Timestamp;
use ring::digest::{self, SHA256};
use ring::hmac::{self, HMAC_SHA256};
use ring::rand::{SecureRandom, SystemRandom};

/// The modulus of the group.
const MODULUS: Odd<U3072> = Odd::<U3072>::from_be_hex(concat!(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD",
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED",
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F",
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B",
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510",
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7",
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C",
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
));
const GENERATOR: U3072 = U3072::from_u8(2);
/// The context of the derived key, and the number of its first block (RFC 5869, 2.3).
const KEY_CONTEXT: &[u8] = b"Caldera Derived Key\x01";
const KEY_BYTES: usize = 16;
/// The bits of the client's secret number.
const SECRET_BITS: u32 = U1024::BITS;
/// The bits of the exponent of the session key: a product of two hashes, plus the secret number.
const EXPONENT_BITS: u32 = SECRET_BITS + 1;

/// One sign-in: the client's secret number and the public value that follows from it.
pub(super) struct Srp {
    secret: U1024,
    public: U3072,
}

/// The challenge of Cognito, and the user that answers it.
pub(super) struct Challenge<'a> {
    /// The id of the user pool, as in `eu-central-1_Ab3dEf`.
    pub(super) pool: &'a str,
    /// `USER_ID_FOR_SRP`.
    pub(super) user: &'a str,
    /// `SALT`.
    pub(super) salt: &'a str,
    /// `SRP_B`.
    pub(super) server: &'a str,
    /// `SECRET_BLOCK`, decoded.
    pub(super) secret_block: &'a [u8],
}

impl Srp {
    /// Begins a sign-in with a random secret number.
    pub(super) fn new() -> Option<Self> {
        let mut secret = [0; U1024::BYTES];
        SystemRandom::new().fill(&mut secret).ok()?;
        Some(Self::with_secret(U1024::from_be_slice(&secret)))
    }

    fn with_secret(secret: U1024) -> Self {
        Self { secret, public: number(&GENERATOR).pow(&secret).retrieve() }
    }

    /// Returns `SRP_A`.
    pub(super) fn public(&self) -> String {
        let digits = format!("{:x}", self.public);
        digits.trim_start_matches('0').to_owned()
    }

    /// Returns the proof of the password, `PASSWORD_CLAIM_SIGNATURE`, for this timestamp. Returns
    /// `None` if the challenge is invalid.
    pub(super) fn prove(
        &self,
        challenge: &Challenge<'_>,
        password: &str,
        timestamp: &str,
    ) -> Option<[u8; 32]> {
        let server = parse_hex(challenge.server)?;
        // A server could choose these values to learn about the password (RFC 5054, 2.5.3).
        let mixed = hash(&[&pad(&self.public), &pad(&server)]);
        if server == U3072::ZERO || server >= *MODULUS || mixed == U256::ZERO {
            return None;
        }
        let (_, pool) = challenge.pool.split_once('_')?;
        let identity = digest::digest(&SHA256, format!("{pool}{}:{password}", challenge.user).as_bytes());
        let private = hash(&[&pad(&parse_hex(challenge.salt)?), identity.as_ref()]);
        let session = self.session(&server, &mixed, &private);
        let extracted = hmac::sign(&key(&pad(&mixed.resize())), &pad(&session));
        let expanded = hmac::sign(&key(extracted.as_ref()), KEY_CONTEXT);
        let signed =
            [pool.as_bytes(), challenge.user.as_bytes(), challenge.secret_block, timestamp.as_bytes()]
                .concat();
        hmac::sign(&key(&expanded.as_ref()[..KEY_BYTES]), &signed).as_ref().try_into().ok()
    }

    /// Computes the value that only the server and the owner of the password can compute:
    /// `(B - k * g^x)^(a + u * x)`.
    fn session(&self, server: &U3072, mixed: &U256, private: &U256) -> U3072 {
        let multiplier = hash(&[&pad(MODULUS.as_ref()), &pad(&GENERATOR)]);
        let verifier = number(&GENERATOR).pow(private) * number(&multiplier.resize());
        let (mixed, private): (U3072, U3072) = (mixed.resize(), private.resize());
        let exponent = mixed.wrapping_mul(&private).wrapping_add(&self.secret.resize());
        (number(server) - verifier).pow_bounded_exp(&exponent, EXPONENT_BITS).retrieve()
    }
}

/// Formats a time as Cognito requires it, as in `Sun Nov 29 12:00:00 UTC 2026`.
pub(super) fn timestamp(time: Timestamp) -> String {
    time.strftime("%a %b %-d %H:%M:%S UTC %Y").to_string()
}

/// Returns a number of the group. The time of its operations does not depend on secrets.
fn number(value: &U3072) -> FixedMontyForm<{ U3072::LIMBS }> {
    const GROUP: FixedMontyParams<{ U3072::LIMBS }> = FixedMontyParams::new_vartime(MODULUS);
    FixedMontyForm::new(value, &GROUP)
}

fn key(secret: &[u8]) -> hmac::Key {
    hmac::Key::new(HMAC_SHA256, secret)
}

fn hash(parts: &[&[u8]]) -> U256 {
    U256::from_be_slice(digest::digest(&SHA256, &parts.concat()).as_ref())
}

/// Returns the bytes of a number, with a zero before a first bit that is set.
fn pad(value: &U3072) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let bytes: &[u8] = bytes.as_ref();
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
    let zero: &[u8] = if bytes[start] >= 0x80 { &[0] } else { &[] };
    [zero, &bytes[start..]].concat()
}

fn parse_hex(digits: &str) -> Option<U3072> {
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let digits = digits.trim_start_matches('0');
    let fits = is_hex && digits.len() <= 2 * U3072::BYTES;
    fits.then(|| U3072::from_be_hex(&format!("{digits:0>width$}", width = 2 * U3072::BYTES)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value of a server that knows the verifier of the password `correct horse Ä`.
    const SERVER: &str = concat!(
        "8f2a5adb4713eb32372b7ada463ca761a0324f60c9496be79c19470cf04b08104e274f1ffaf5190a1522fd955248706b",
        "650515cedde7c938b9a334f56fe948072e8db8583da56c5611ebdc7fe5210351ff8c4510630d1ab7c2ba179fea687ea3",
        "3a5c06bf8670f9a4922b1cda4c98f801f294f44b9d619e102c4fa6a404f4b7a42d8b2ebb4082759a74b622818aa0f90f",
        "7de07f00b162e22f5e3086b97bc3745d88e5177990fd4e8bef78b9d6136ce5e5a9466e4b05af0a6b6d8e320ac50edd1d",
        "9bb3a4e6739fadad19ec79d5d9ed21b5478699829991838c36c4640406f960cf33b476c3cedbbd33f1330efcf1eee9f8",
        "221fa04d34ebb9202c5999ddb2097f3d0a3bc70e937b621dbb8b7ae95170502041cb5e035d8873ed816a94c2c5c3d65d",
        "d5cb77dd80a40e78612a6f7566bf64a7f0a2ea396e646a6ca676cb32e607841d670897891014d64546dec36d6a739e20",
        "1aeed610400f603492cce25566ed27793b1703655da88a010bd1c2c6e3276d48ae02dee500433ea2145b9073535ca19b",
    );

    fn prove(server: &str, password: &str) -> Option<String> {
        let challenge = Challenge {
            pool: "eu-central-1_Ab3dEfGhI",
            user: "3f1c2b9e-0b1d-4a7b-9b57-0d6a3c1f2e4d",
            salt: "8f3a0c1d2e4b5a69788796a5b4c3d2e1",
            server,
            secret_block: b"secret block",
        };
        let srp = Srp::with_secret(U1024::from_be_slice(&[0x7c; U1024::BYTES]));
        let proof = srp.prove(&challenge, password, "Sun Nov 9 08:05:03 UTC 2026")?;
        Some(proof.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The proof is computed with Python's integers by the algorithm of Amplify.
    #[test]
    fn proves_the_password() {
        let proof = "692d1e00f4712bff752e87fe9404355dca9c6071c177e9b2890d24b0814f959c";
        assert_eq!(prove(SERVER, "correct horse Ä").unwrap(), proof);
        assert_ne!(prove(SERVER, "wrong horse").unwrap(), proof);
    }

    #[test]
    fn rejects_values_that_a_server_must_not_send() {
        let modulus = format!("{:x}", MODULUS.as_ref());
        for server in ["", "0", "00", modulus.as_str(), "xyz", &"f".repeat(1000)] {
            assert_eq!(prove(server, "correct horse Ä"), None, "{server:.20}");
        }
    }

    #[test]
    fn pads_numbers_with_a_first_bit_that_is_set() {
        for (digits, bytes) in
            [("7f", vec![0x7f]), ("80", vec![0, 0x80]), ("100", vec![1, 0]), ("0", vec![0])]
        {
            assert_eq!(pad(&parse_hex(digits).unwrap()), bytes, "{digits}");
        }
    }

    #[test]
    fn formats_a_time_as_cognito_does() {
        let time = "2026-11-09T08:05:03Z".parse().unwrap();
        assert_eq!(timestamp(time), "Mon Nov 9 08:05:03 UTC 2026");
    }
}
