//! Our packets to text, by the parser crate.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};
use socketioxide_core::packet::{Packet as Coded, PacketData};
use socketioxide_core::parser::Parse;
use socketioxide_core::{Str, Value as Encoded};
use socketioxide_parser_common::CommonParser;

use super::{AckId, Args, placeholder};
use crate::request::ProtocolVersion;

/// Why an event of ours can't be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The placeholders in the values don't name each attachment once.
    #[error("placeholders and attachments differ")]
    Placeholder,
}

/// The text of an event, without its attachments.
pub(crate) fn event(
    namespace: &str,
    name: &str,
    args: &Args,
    ack: Option<AckId>,
) -> Result<String, EncodeError> {
    let name = Value::from(name).to_string();
    let values = args.values.iter().map(Value::to_string);
    let mut coded =
        Coded::event(namespace.to_owned(), value(std::iter::once(name).chain(values), args)?);
    if let Some(id) = ack {
        coded.inner.set_ack_id(number(id));
    }
    Ok(text(coded))
}

/// The text of an acknowledgement, without its attachments.
pub(crate) fn reply(namespace: &str, id: AckId, args: &Args) -> Result<String, EncodeError> {
    let values = value(args.values.iter().map(Value::to_string), args)?;
    Ok(text(Coded::ack(namespace.to_owned(), values, number(id))))
}

/// The text that tells a client it has joined. Clients of Socket.IO 4 are told no id.
pub(crate) fn connect(namespace: &str, protocol: ProtocolVersion, id: &str) -> String {
    let payload = (protocol == ProtocolVersion::V4)
        .then(|| Encoded::Str(Str::from(json!({ "sid": id }).to_string()), None));
    text(Coded::connect(namespace.to_owned(), payload))
}

/// The text that refuses a client. The parser crate knows neither the additional data nor the form
/// of Socket.IO 4, where the payload is the bare message: this takes its head and adds them.
pub(crate) fn connect_error(
    namespace: &str,
    protocol: ProtocolVersion,
    message: &str,
    data: Option<&Value>,
) -> String {
    let payload = match (protocol, data) {
        // These clients have one value for it; what programs read comes first.
        (ProtocolVersion::V3, Some(Value::Object(data))) => {
            let mut members = data.clone();
            members.entry("message").or_insert_with(|| message.into());
            Value::Object(members)
        }
        (ProtocolVersion::V3, _) => Value::from(message),
        (ProtocolVersion::V4, None) => json!({ "message": message }),
        (ProtocolVersion::V4, Some(data)) => {
            let mut members = Map::new();
            members.insert("message".into(), message.into());
            members.insert("data".into(), data.clone());
            Value::Object(members)
        }
    };
    match namespace {
        "/" => format!("4{payload}"),
        _ => format!("4{namespace},{payload}"),
    }
}

/// The text that puts a client out of a namespace.
pub(crate) fn disconnect(namespace: &str) -> String {
    text(Coded::disconnect(namespace.to_owned()))
}

fn value(items: impl Iterator<Item = String>, args: &Args) -> Result<Encoded, EncodeError> {
    let count = args.attachments.len();
    if count > 0 && !placeholder::name_each_once(&args.values, count) {
        return Err(EncodeError::Placeholder);
    }
    let joined = format!("[{}]", items.collect::<Vec<_>>().join(","));
    let attachments: VecDeque<_> = args.attachments.iter().cloned().collect();
    Ok(Encoded::Str(Str::from(joined), (count > 0).then_some(attachments)))
}

/// Exact: an [`AckId`] has at most 53 bits.
fn number(id: AckId) -> i64 {
    i64::try_from(id.get()).unwrap_or(i64::MAX)
}

/// The parser crate panics on packets that hold bytes for text: none is built here.
fn text(coded: Coded) -> String {
    debug_assert!(!matches!(&coded.inner, PacketData::Event(Encoded::Bytes(_), _)));
    match CommonParser.encode(coded) {
        Encoded::Str(text, _) => text.into(),
        Encoded::Bytes(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    #[test]
    fn events_have_the_form_of_the_protocol() {
        let args: Args = vec![json!(1), json!({"3": [true]})].into();
        assert_eq!(event("/", "e", &args, None).unwrap(), r#"2["e",1,{"3":[true]}]"#);
        assert_eq!(event("/n", "e", &args, AckId::new(7)).unwrap(), r#"2/n,7["e",1,{"3":[true]}]"#);
        assert_eq!(reply("/", AckId(456), &args).unwrap(), r#"3456[1,{"3":[true]}]"#);
    }

    #[test]
    fn attachments_are_counted_and_named() {
        let hole = json!({"_placeholder": true, "num": 0});
        let args = Args { values: vec![hole], attachments: vec![Bytes::from_static(b"x")] };
        let text = event("/n", "e", &args, AckId::new(7)).unwrap();
        assert_eq!(text, r#"51-/n,7["e",{"_placeholder":true,"num":0}]"#);
        let unnamed = Args { values: vec![], attachments: vec![Bytes::new()] };
        assert_eq!(event("/", "e", &unnamed, None), Err(EncodeError::Placeholder));
    }

    #[test]
    fn refusals_differ_by_protocol() {
        let data = json!({"code": 1});
        assert_eq!(
            connect_error("/x", ProtocolVersion::V4, "Invalid namespace", None),
            r#"4/x,{"message":"Invalid namespace"}"#
        );
        let full = connect_error("/", ProtocolVersion::V4, "no", Some(&data));
        assert_eq!(decode_json(&full[1..]), json!({"message": "no", "data": {"code": 1}}));
        let old = connect_error("/", ProtocolVersion::V3, "no", Some(&data));
        assert_eq!(old, r#"4{"code":1,"message":"no"}"#);
        assert_eq!(connect_error("/", ProtocolVersion::V3, "no", None), r#"4"no""#);
        assert_eq!(connect("/", ProtocolVersion::V4, "id"), r#"0{"sid":"id"}"#);
        assert_eq!(connect("/", ProtocolVersion::V3, "id"), "0");
        assert_eq!(connect("/n", ProtocolVersion::V3, "id"), "0/n,");
    }

    fn decode_json(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }
}
