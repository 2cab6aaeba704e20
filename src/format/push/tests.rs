use super::seal::{derived, sealed_with};
use super::*;
use crate::kernel::clock::Moment;
use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

fn b64(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

const PUBLIC: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

#[test]
fn the_example_of_the_standard_comes_out_byte_for_byte() {
    // RFC 8291 §5 and appendix A.
    let own = PrivateKey::from_private_key(&ECDH_P256, &b64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
    let keys = Keys::read(PUBLIC, AUTH).unwrap();
    let salt = b64("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
    let body = sealed_with(b"When I grow up, I want to be a watermelon", &keys, &own, salt).unwrap();
    let wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqK\
                  K6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
    assert_eq!(URL_SAFE_NO_PAD.encode(body), wanted);
}

/// Opens a sealed message as a browser does.
fn opened(body: &[u8], private: &PrivateKey, auth: &[u8]) -> Vec<u8> {
    let (salt, own) = (&body[..16], &body[21..86]);
    assert_eq!((&body[16..20], body[20]), ([0, 0, 16, 0].as_slice(), 65));
    let public = private.compute_public_key().unwrap();
    let info = [b"WebPush: info\0".as_slice(), public.as_ref(), own].concat();
    let input: [u8; 32] =
        agree(private, UnparsedPublicKey::new(&ECDH_P256, own), (), |secret| derived(auth, secret, &info).ok_or(()))
            .unwrap();
    let key: [u8; 16] = derived(salt, &input, b"Content-Encoding: aes128gcm\0").unwrap();
    let nonce: [u8; 12] = derived(salt, &input, b"Content-Encoding: nonce\0").unwrap();
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
    let mut inner = body[86..].to_vec();
    let plain = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut inner).unwrap();
    assert_eq!(plain.last(), Some(&2));
    plain[..plain.len() - 1].to_vec()
}

#[test]
fn what_is_sealed_for_a_browser_it_can_open() {
    let private = PrivateKey::generate(&ECDH_P256).unwrap();
    let keys = Keys { p256dh: private.compute_public_key().unwrap().as_ref().to_vec(), auth: vec![7; 16] };
    for length in [0, 1, 100, PLAIN] {
        let plain: Vec<u8> = (0..length).map(|at| at as u8).collect();
        let body = sealed(&plain, &keys).unwrap();
        assert!(body.len() <= 4096);
        assert_eq!(opened(&body, &private, &keys.auth), plain);
        assert_ne!(sealed(&plain, &keys).unwrap(), body, "a fresh key and salt each time");
    }
    assert_eq!(sealed(&vec![0; PLAIN + 1], &keys), Err(PushFormatError::Length));
}

#[test]
fn only_keys_of_a_browser_are_taken() {
    assert!(Keys::read(&format!("{PUBLIC}="), &format!("{AUTH}==")).is_ok(), "padded, as some write them");
    let off_the_curve = URL_SAFE_NO_PAD.encode([4; 65]);
    let infinity = URL_SAFE_NO_PAD.encode([0; 65]);
    for (public, auth) in [
        ("", AUTH),
        (PUBLIC, ""),
        (AUTH, PUBLIC),
        (off_the_curve.as_str(), AUTH),
        (infinity.as_str(), AUTH),
        ("?", "?"),
        (&"A".repeat(100_000), AUTH),
    ] {
        assert_eq!(Keys::read(public, auth), Err(PushFormatError::Keys), "{public:.20} {auth}");
    }
}

#[test]
fn the_token_names_service_time_and_contact_and_is_signed_by_the_key_that_goes_with_it() {
    let kept = Vapid::fresh().unwrap();
    let vapid = Vapid::read(&kept).unwrap();
    let now = Moment::from_millis(1_800_000_000_000);
    let said = vapid.authorization("https://push.test", "mailto:postmaster@example.org", now).unwrap();
    let (token, key) = said.strip_prefix("vapid t=").unwrap().split_once(", k=").unwrap();
    assert_eq!(key, vapid.public());
    assert_eq!((b64(key).len(), b64(key)[0]), (65, 4));
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = signed.split_once('.').unwrap();
    let read = |part: &str| serde_json::from_slice::<serde_json::Value>(&b64(part)).unwrap();
    assert_eq!(read(head), serde_json::json!({ "typ": "JWT", "alg": "ES256" }));
    let claims = read(claims);
    assert_eq!(
        (claims["aud"].as_str(), claims["sub"].as_str()),
        (Some("https://push.test"), Some("mailto:postmaster@example.org"))
    );
    assert_eq!(claims["exp"], 1_800_000_000 + 12 * 3600);
    Verifier::new(&ECDSA_P256_SHA256_FIXED, b64(key)).verify(signed.as_bytes(), &b64(signature)).unwrap();
    assert_eq!(Vapid::read(&kept).unwrap().public(), vapid.public(), "a restored office keeps its subscriptions");
    assert!(Vapid::read(&crate::kernel::secret::Secret::new("x".to_owned())).is_err());
}
