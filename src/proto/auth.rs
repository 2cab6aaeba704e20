//! SASL as far as passwords go: PLAIN and LOGIN.
//!
//! Not here: who may use which mechanism (the servers), whether the password is right (`services::signin`).

use crate::kernel::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A name and a password as a program sent them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who signs in: a login or an address, as it was typed.
    pub name: String,
    /// The password.
    pub password: Secret,
}

/// Why an answer in an exchange could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SaslError {
    /// Not base64 as RFC 4648 §4 has it.
    #[error("the answer is not base64")]
    Base64,
    /// Base64 of something that the mechanism does not say.
    #[error("the answer does not fit the mechanism")]
    Shape,
    /// One person asks to act as another.
    #[error("nobody may act for somebody else")]
    OtherIdentity,
}

/// The first question of LOGIN: `Username:` in base64.
pub const LOGIN_ASKS_NAME: &str = "VXNlcm5hbWU6";
/// The second question of LOGIN: `Password:` in base64.
pub const LOGIN_ASKS_PASSWORD: &str = "UGFzc3dvcmQ6";

/// Reads the one message of PLAIN: `[authzid] NUL authcid NUL passwd`, in base64. RFC 4616 §2.
///
/// # Errors
/// Where it is no base64, has another shape, or asks to act as somebody else.
pub fn plain(answer: &str) -> Result<Credentials, SaslError> {
    let text = text(answer)?;
    let mut parts = text.splitn(3, '\0');
    let (Some(acting_as), Some(name), Some(password)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(SaslError::Shape);
    };
    if name.is_empty() || password.is_empty() || password.contains('\0') {
        return Err(SaslError::Shape);
    }
    if !acting_as.is_empty() && acting_as != name {
        return Err(SaslError::OtherIdentity);
    }
    Ok(Credentials { name: name.to_owned(), password: Secret::new(password.to_owned()) })
}

/// Reads one answer of LOGIN, the name or the password. draft-murchison-sasl-login §2.
///
/// # Errors
/// Where it is no base64, or holds nothing or a NUL.
pub fn login_word(answer: &str) -> Result<String, SaslError> {
    let word = text(answer)?;
    if word.is_empty() || word.contains('\0') { Err(SaslError::Shape) } else { Ok(word) }
}

fn text(answer: &str) -> Result<String, SaslError> {
    let bytes = STANDARD.decode(answer.as_bytes()).map_err(|_| SaslError::Base64)?;
    String::from_utf8(bytes).map_err(|_| SaslError::Shape)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn coded(text: &str) -> String {
        STANDARD.encode(text)
    }

    #[test]
    fn plain_gives_name_and_password() {
        let read = plain(&coded("\0anna\0correct horse")).unwrap();
        assert_eq!((read.name.as_str(), read.password.reveal()), ("anna", "correct horse"));
        assert_eq!(plain(&coded("anna\0anna\0x")).unwrap().name, "anna");
    }

    #[test]
    fn plain_refuses_what_is_not_plain() {
        for (answer, why) in [
            ("", SaslError::Shape),
            ("not base64!", SaslError::Base64),
            ("AGFubmEAeA", SaslError::Base64), // the padding is missing
            (&coded("anna"), SaslError::Shape),
            (&coded("\0anna"), SaslError::Shape),
            (&coded("\0anna\0"), SaslError::Shape),
            (&coded("\0\0x"), SaslError::Shape),
            (&coded("\0anna\0x\0y"), SaslError::Shape),
            (&coded("bob\0anna\0x"), SaslError::OtherIdentity),
            ("AP9hAHg=", SaslError::Shape), // not UTF-8
        ] {
            assert_eq!(plain(answer), Err(why), "{answer:?}");
        }
    }

    #[test]
    fn login_asks_for_name_and_password() {
        assert_eq!(login_word(LOGIN_ASKS_NAME).as_deref(), Ok("Username:"));
        assert_eq!(login_word(LOGIN_ASKS_PASSWORD).as_deref(), Ok("Password:"));
        assert_eq!(login_word(""), Err(SaslError::Shape));
    }

    proptest! {
        #[test]
        fn every_name_and_password_comes_through_plain(name in "[^\0]{1,40}", password in "[^\0]{1,40}") {
            let read = plain(&coded(&format!("\0{name}\0{password}"))).unwrap();
            prop_assert_eq!((read.name.as_str(), read.password.reveal()), (name.as_str(), password.as_str()));
        }

        #[test]
        fn no_answer_makes_it_panic(answer in any::<String>()) {
            let _ = plain(&answer);
            let _ = login_word(&answer);
        }
    }
}
