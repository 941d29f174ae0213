//! Bodies and packets of clients: read or refused, within bounds.

#![no_main]

use bytes::Bytes;
use estrad_socketio::packet::{Body, decode};
use estrad_socketio::payload::{self, Encoding};
use estrad_socketio::{JsonLimits, ProtocolVersion};
use libfuzzer_sys::fuzz_target;

const MAX: usize = 16;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        packet(text);
    }
    for protocol in [ProtocolVersion::V3, ProtocolVersion::V4] {
        for encoding in [Encoding::Text, Encoding::Binary] {
            let body = Bytes::copy_from_slice(data);
            let Ok(packets) = payload::decode(protocol, encoding, body, MAX) else { continue };
            assert!((1..=MAX).contains(&packets.len()));
            for read in packets {
                if let engineioxide_core::Packet::Message(text) = read {
                    packet(&text);
                }
            }
        }
    }
});

fn packet(text: &str) {
    let limits = JsonLimits { max_depth: 8, max_values: 64 };
    let Ok(read) = decode(text, MAX, limits) else { return };
    assert!(read.attachments <= MAX);
    assert!(read.packet.namespace.starts_with('/'));
    if let Body::Event { args, .. } | Body::Ack { args, .. } = read.packet.body {
        assert!(args.values.len() <= limits.max_values);
    }
}
