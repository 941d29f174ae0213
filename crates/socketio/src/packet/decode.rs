//! Text of a client to a packet, strictly.
//!
//! The parser crate that encodes ours is not used in this direction: it takes an acknowledgement id
//! that overflows for none, ignores what follows a DISCONNECT, and reads the clock. The property
//! tests hold both against each other.

use serde_json::Value;

use super::{AckId, Args, Body, DecodeError, Packet, json, outline, placeholder};
use crate::config::JsonLimits;

/// Bytes of a namespace with its query.
const MAX_NAMESPACE: usize = 1_024;

/// Names of events that clients of Socket.IO give a meaning of their own
/// (<https://socket.io/docs/v4/emit-cheatsheet/#reserved-events>).
const RESERVED: [&str; 6] =
    ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

/// A packet, and how many attachments have yet to follow it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The packet, without its attachments.
    pub packet: Packet,
    /// The number of attachments it announced, at most what was allowed.
    pub attachments: usize,
}

/// Reads the text of one Socket.IO packet.
///
/// # Errors
/// See [`DecodeError`]; nothing is left of a packet that is refused.
pub fn decode(
    text: &str,
    max_attachments: usize,
    limits: JsonLimits,
) -> Result<Decoded, DecodeError> {
    let mut rest = text;
    let kind = take_char(&mut rest)?;
    let attachments = match kind {
        '5' | '6' => take_attachments(&mut rest)?,
        _ => 0,
    };
    if attachments > max_attachments {
        return Err(DecodeError::TooManyAttachments);
    }
    let (namespace, query) = take_namespace(&mut rest)?;
    let body = match kind {
        '0' => Body::Connect { auth: auth(rest, limits)?, query },
        '1' if rest.is_empty() => Body::Disconnect,
        '1' => return Err(DecodeError::Payload),
        '2' | '5' => {
            let ack = take_ack(&mut rest)?;
            match args(rest, attachments, limits) {
                Ok(mut args) => Body::Event { name: take_name(&mut args)?, args, ack },
                Err(DecodeError::Json | DecodeError::Payload) if outline::is_event(rest) => {
                    Body::Unreadable { name: outline::name(rest), ack }
                }
                Err(error) => return Err(error),
            }
        }
        '3' | '6' => {
            let id = take_ack(&mut rest)?.ok_or(DecodeError::AckId)?;
            Body::Ack { id, args: args(rest, attachments, limits)? }
        }
        _ => return Err(DecodeError::Type),
    };
    Ok(Decoded { packet: Packet { namespace, body }, attachments })
}

fn take_char(rest: &mut &str) -> Result<char, DecodeError> {
    let mut chars = rest.chars();
    let first = chars.next().ok_or(DecodeError::Type)?;
    *rest = chars.as_str();
    Ok(first)
}

/// The digits that the text begins with.
fn take_digits<'a>(rest: &mut &'a str) -> &'a str {
    let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after;
    digits
}

fn take_attachments(rest: &mut &str) -> Result<usize, DecodeError> {
    let digits = take_digits(rest);
    *rest = rest.strip_prefix('-').ok_or(DecodeError::AttachmentCount)?;
    digits.parse().map_err(|_| DecodeError::AttachmentCount)
}

/// The namespace and its query. Some clients leave the comma out at the end of a packet.
fn take_namespace(rest: &mut &str) -> Result<(String, Option<String>), DecodeError> {
    if !rest.starts_with('/') {
        return Ok(("/".to_owned(), None));
    }
    let (full, after) = rest.split_once(',').unwrap_or((rest, ""));
    if full.len() > MAX_NAMESPACE {
        return Err(DecodeError::Namespace);
    }
    *rest = after;
    Ok(match full.split_once('?') {
        Some((name, query)) => (name.to_owned(), Some(query.to_owned())),
        None => (full.to_owned(), None),
    })
}

fn take_ack(rest: &mut &str) -> Result<Option<AckId>, DecodeError> {
    match take_digits(rest) {
        "" => Ok(None),
        digits => {
            let id = digits.parse().ok().and_then(AckId::new);
            id.map(Some).ok_or(DecodeError::AckId)
        }
    }
}

fn auth(
    text: &str,
    limits: JsonLimits,
) -> Result<Option<serde_json::Map<String, Value>>, DecodeError> {
    if text.is_empty() {
        return Ok(None);
    }
    json::check(text, limits)?;
    serde_json::from_str(text).map(Some).map_err(|_| DecodeError::Payload)
}

fn args(text: &str, attachments: usize, limits: JsonLimits) -> Result<Args, DecodeError> {
    json::check(text, limits)?;
    let values: Vec<Value> = serde_json::from_str(text).map_err(|_| DecodeError::Payload)?;
    // Without attachments a placeholder is an object like others.
    if attachments > 0 && !placeholder::name_each_once(&values, attachments) {
        return Err(DecodeError::Placeholder);
    }
    Ok(values.into())
}

fn take_name(args: &mut Args) -> Result<String, DecodeError> {
    match args.values.first() {
        Some(Value::String(name)) if !RESERVED.contains(&name.as_str()) => {}
        _ => return Err(DecodeError::Payload),
    }
    match args.values.remove(0) {
        Value::String(name) => Ok(name),
        _ => Err(DecodeError::Payload),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(text: &str) -> Result<Decoded, DecodeError> {
        decode(text, 2, JsonLimits::default())
    }

    fn packet(namespace: &str, body: Body) -> Result<Decoded, DecodeError> {
        Ok(Decoded { packet: Packet { namespace: namespace.into(), body }, attachments: 0 })
    }

    #[test]
    fn connects_with_and_without_payload() {
        assert_eq!(read("0"), packet("/", Body::Connect { auth: None, query: None }));
        let auth = json!({"token": "123"}).as_object().cloned();
        assert_eq!(
            read(r#"0/custom,{"token":"123"}"#),
            packet("/custom", Body::Connect { auth, query: None })
        );
        assert_eq!(
            read("0/custom?token=1,"),
            packet("/custom", Body::Connect { auth: None, query: Some("token=1".into()) })
        );
    }

    #[test]
    fn events_and_acknowledgements() {
        let event = Body::Event {
            name: "e".into(),
            args: vec![json!(1), json!({"3": [true]})].into(),
            ack: AckId::new(456),
        };
        assert_eq!(read(r#"2456["e",1,{"3":[true]}]"#), packet("/", event.clone()));
        assert_eq!(read(r#"2/n,456["e",1,{"3":[true]}]"#), packet("/n", event));
        assert_eq!(read(r#"30[]"#), packet("/", Body::Ack { id: AckId(0), args: Args::default() }));
        assert_eq!(read("1/n,"), packet("/n", Body::Disconnect));
        assert_eq!(read("1/n"), packet("/n", Body::Disconnect));
    }

    #[test]
    fn refuses_what_no_client_sends() {
        use DecodeError::*;
        for (text, error) in [
            ("", Type),
            ("abc", Type),
            ("é", Type),
            ("4{}", Type),
            ("7", Type),
            ("0[]", Payload),
            ("0\"x\"", Payload),
            ("1x", Payload),
            ("2{}", Payload),
            ("2[]", Payload),
            ("2[1]", Payload),
            ("2", Payload),
            (r#"2["disconnect"]"#, Payload),
            (r#"2["e"]x"#, Payload),
            (r#"2abc["e"]"#, Payload),
            (r#"29999999999999999999["e"]"#, AckId),
            (r#"29007199254740992["e"]"#, AckId),
            ("3[]", AckId),
            (r#"5["e"]"#, AttachmentCount),
            (r#"5-["e"]"#, AttachmentCount),
            (r#"599999999999999999999-["e"]"#, AttachmentCount),
            (r#"510000-["e"]"#, TooManyAttachments),
            (r#"51-["e"]"#, Placeholder),
            (
                r#"52-["e",{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}]"#,
                Placeholder,
            ),
        ] {
            assert_eq!(read(text), Err(error), "{text}");
        }
        assert_eq!(read(&format!("0/{},", "n".repeat(2_000))), Err(Namespace));
        let open = format!("2[\"e\",{}", "[".repeat(50_000));
        assert_eq!(read(&open), Err(Json));
    }

    #[test]
    fn an_event_with_arguments_that_are_not_taken_is_one_nevertheless() {
        let unreadable = |name: Option<&str>, ack| {
            let ack = AckId::new(ack);
            packet("/", Body::Unreadable { name: name.map(str::to_owned), ack })
        };
        let deep = format!("27[\"e\",{}{}]", "[".repeat(50_000), "]".repeat(50_000));
        assert_eq!(read(&deep), unreadable(Some("e"), 7));
        assert_eq!(read(r#"28["e",{"a":"\ud800"}]"#), unreadable(Some("e"), 8));
        assert_eq!(read(r#"29["\udc00",1]"#), unreadable(None, 9));
        for text in [r#"2["e","\ud800""#, r#"2{"a":"\ud800"}"#, r#"2[1,"\ud800"]"#] {
            assert_eq!(read(text), Err(DecodeError::Payload), "{text}");
        }
    }
}
