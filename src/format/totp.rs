//! Passwords that last half a minute, as apps for it make them. RFC 6238 with the values that every app knows: SHA-1, six
//! digits, steps of 30 seconds.

use crate::kernel::clock::Moment;
use aws_lc_rs::hmac;

/// Seconds of one step.
const STEP: i64 = 30;
/// Steps that a device's clock may be off, either way.
const DRIFT: i64 = 1;
/// Steps that a used one may lie ahead of the clock: if it lies further, the clock was wrong then and was set back.
pub const AHEAD: i64 = 20;
/// Bytes of a secret. RFC 4226 §4 asks for 20.
pub const SECRET: usize = 20;

/// The digits of a step. RFC 4226 §5.3.
#[must_use]
pub fn digits(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 15);
    let four = bytes.get(offset..offset + 4).and_then(|four| <[u8; 4]>::try_from(four).ok()).unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// The step whose digits these are, where it is one of now and not before `after`.
#[must_use]
pub fn step_of(secret: &[u8], given: &str, now: Moment, after: i64) -> Option<i64> {
    let this = now.millis().div_euclid(1000 * STEP);
    let steps = this - DRIFT..=this + DRIFT;
    let after = if after > this + AHEAD { i64::MIN } else { after };
    steps.filter(|step| *step > after).find(|step| crate::kernel::secret::same(&digits(secret, *step), given))
}

/// A secret as apps take it when it is typed. RFC 4648 §6, without padding.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    for five in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + five.len()].copy_from_slice(five);
        let bits = u64::from_be_bytes(block);
        for place in 0..(five.len() * 8).div_ceil(5) {
            let index = (bits >> (35 - 5 * place)) & 31;
            text.push(char::from(LETTERS[usize::try_from(index).unwrap_or(0)]));
        }
    }
    text
}

/// The address that an app reads off a picture: the format of Google's authenticator, which all know.
#[must_use]
pub fn address(company: &str, account: &str, secret: &[u8]) -> String {
    let safe =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let (company, account) = (safe(company), safe(account));
    format!("otpauth://totp/{company}:{account}?secret={}&issuer={company}", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"12345678901234567890";

    #[test]
    fn the_digits_are_those_of_the_standard() {
        // RFC 6238, appendix B, cut to six digits.
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(digits(SEED, seconds / STEP), expected);
        }
    }

    #[test]
    fn a_step_is_taken_once_and_clocks_may_differ_a_little() {
        let now = Moment::from_millis(1_111_111_109_000);
        let this = 1_111_111_109 / STEP;
        for step in this - 1..=this + 1 {
            assert_eq!(step_of(SEED, &digits(SEED, step), now, 0), Some(step));
        }
        assert_eq!(step_of(SEED, &digits(SEED, this), now, this), None, "used before");
        assert_eq!(step_of(SEED, &digits(SEED, this + 2), now, 0), None);
        for wrong in ["", "081805", "08180", "0818044", "٠٨١٨٠٤"] {
            assert_eq!(step_of(SEED, wrong, now, 0), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_spelled_as_the_standard_has_it() {
        // RFC 4648 §10, without padding.
        for (bytes, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
        let address = address("Müller & Sons", "anna@example.org", SEED);
        assert!(
            address.starts_with("otpauth://totp/M%C3%BCller%20%26%20Sons:anna%40example.org?secret=GEZD"),
            "{address}"
        );
    }
}
