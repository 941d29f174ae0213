//! The decoder against the parser crate that encodes: two implementations, one format.

use bytes::Bytes;
use estrad_socketio::packet::{Body, decode};
use estrad_socketio::{AckId, Args, JsonLimits, Prepared};
use proptest::prelude::*;
use serde_json::{Value, json};
use socketioxide_core::packet::{Packet, PacketData};
use socketioxide_core::parser::Parse;
use socketioxide_parser_common::CommonParser;

/// JSON as clients send it, a few levels deep.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Values with a placeholder for each attachment at the end.
pub(crate) fn args() -> impl Strategy<Value = Args> {
    let attachments = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..4);
    (prop::collection::vec(value(), 0..4), attachments).prop_map(|(mut values, attachments)| {
        let hole = |number| json!({"_placeholder": true, "num": number});
        values.extend((0..attachments.len()).map(hole));
        Args { values, attachments: attachments.into_iter().map(Bytes::from).collect() }
    })
}

fn namespace() -> impl Strategy<Value = String> {
    prop_oneof![Just("/".to_owned()), "/[a-z™]{1,8}"]
}

proptest! {
    #[test]
    fn reads_what_the_crate_writes(
        namespace in namespace(), args in args(), id in prop::option::of(0..1u64 << 53),
    ) {
        let values: Vec<_> = args.values.iter().map(Value::to_string).collect();
        let mut items = vec![r#""event""#.to_owned()];
        items.extend(values);
        let text = format!("[{}]", items.join(","));
        let attachments = (!args.attachments.is_empty()).then(|| args.attachments.clone().into());
        let value = socketioxide_core::Value::Str(text.into(), attachments);
        let mut packet = Packet::event(namespace.clone(), value);
        if let Some(id) = id {
            packet.inner.set_ack_id(i64::try_from(id).unwrap());
        }
        let socketioxide_core::Value::Str(text, _) = CommonParser.encode(packet) else {
            panic!("text")
        };
        let read = decode(&text, 4, JsonLimits::default()).unwrap();
        prop_assert_eq!(read.attachments, args.attachments.len());
        prop_assert_eq!(read.packet.namespace, namespace);
        let body = Body::Event {
            name: "event".into(),
            args: args.values.into(),
            ack: id.and_then(AckId::new),
        };
        prop_assert_eq!(read.packet.body, body);
    }

    #[test]
    fn what_is_read_the_crate_reads_too(text in r#"[0-7]([0-9]{0,3}-)?(/[a-z]{0,3},?)?[0-9]{0,3}(\["e"(,[0-9a-z\[\]{}]{0,3})?\]|\{\}|\[\])?"#) {
        let Ok(read) = decode(&text, 16, JsonLimits::default()) else { return Ok(()) };
        let state = socketioxide_core::parser::ParserState::default();
        let config = socketioxide_core::parser::ParseConfig::default();
        let theirs = CommonParser.decode_str(&config, &state, text.into()).unwrap();
        prop_assert_eq!(&*theirs.ns, read.packet.namespace.as_str());
        let same = matches!(
            (&theirs.inner, &read.packet.body),
            (PacketData::Connect(_), Body::Connect { .. })
                | (PacketData::Disconnect, Body::Disconnect)
                | (PacketData::Event(..) | PacketData::BinaryEvent(..), Body::Event { .. })
                | (PacketData::EventAck(..) | PacketData::BinaryAck(..), Body::Ack { .. })
        );
        prop_assert!(same, "{theirs:?} {:?}", read.packet.body);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,60}|[0-6][0-9-]{0,6}[/,\\[{}\"a-z]{0,20}") {
        let _ = decode(&text, 4, JsonLimits::default());
    }

    #[test]
    fn events_are_prepared_if_their_placeholders_fit(args in args()) {
        prop_assert!(Prepared::event("/", "e", &args).is_ok());
        let mut more = args;
        more.attachments.push(Bytes::new());
        prop_assert!(Prepared::event("/", "e", &more).is_err());
    }
}
