//! The behaviour: the same on all namespaces.

use std::sync::{Arc, PoisonError};

use estrad_socketio::{AckId, Args, Event, Prepared, Sid};
use serde_json::{Map, Value, json};

use super::hub::{Hub, Member, Rooms};

/// Rooms of one session, and events of one burst, at most.
const MAX_ROOMS: usize = 64;
const MAX_BURST: u64 = 10_000;

/// What the application knows about one session.
#[derive(Debug, Default)]
pub(crate) struct Part {
    rooms: Rooms,
    /// Id and payload by namespace.
    entries: std::collections::BTreeMap<String, (String, Value)>,
}

pub(crate) fn handle(member: &Member, event: Event) {
    match event {
        Event::Connect { namespace, auth, .. } => connect(member, &namespace, auth),
        Event::Event { namespace, name, args, ack } => {
            answer(member, &namespace, &name, args, ack);
        }
        Event::Ack { namespace, args, .. } => emit(member, &namespace, "emit-with-ack", &args),
        Event::Disconnect { namespace, .. } => part(member, |part| {
            part.rooms.retain(|(space, _)| *space != namespace);
            part.entries.remove(&namespace);
        }),
        Event::Unreadable { .. } | Event::Closed { .. } => {}
    }
}

fn connect(member: &Member, namespace: &str, auth: Option<Map<String, Value>>) {
    let auth = Value::Object(auth.unwrap_or_default());
    // Who is gone gets no answer.
    if !may_enter(member, &auth) {
        let _ = member.change(|session| session.refuse(namespace, "Unauthorized", None));
        return;
    }
    let id = Sid::new().to_string();
    part(member, |part| part.entries.insert(namespace.into(), (id.clone(), auth.clone())));
    let _ = member.change(|session| session.accept(namespace, &id));
    emit(member, namespace, "auth", &vec![auth].into());
}

fn may_enter(member: &Member, auth: &Value) -> bool {
    let Some(token) = &member.hub().settings.token else { return true };
    let bearer = member.about.headers.get("authorization");
    auth.get("token").and_then(Value::as_str) == Some(token)
        || bearer.and_then(|value| value.strip_prefix("Bearer ")) == Some(token)
        || member.about.query.get("token") == Some(token)
}

fn answer(member: &Member, namespace: &str, name: &str, args: Args, ack: Option<AckId>) {
    let first = args.values.first();
    let reply = |args: &Args| {
        if let Some(id) = ack {
            let _ = member.change(|session| session.acknowledge(namespace, id, args));
        }
    };
    match name {
        "message" => emit(member, namespace, "message-back", &args),
        "message-with-ack" => reply(&args),
        "emit-with-ack" => {
            let _ = member.change(|session| session.emit_with_ack(namespace, name, &args));
        }
        "broadcast" => to_others(member, namespace, None, "broadcast", &args),
        "to-room" => {
            let Some(room) = first.and_then(Value::as_str).map(str::to_owned) else { return };
            let rest = Args { values: args.values[1..].to_vec(), ..args };
            to_others(member, namespace, Some((namespace.into(), room)), "room", &rest);
        }
        "join" | "leave" => {
            let Some(room) = first.and_then(Value::as_str) else { return };
            move_room(member, (namespace.into(), room.into()), name == "join");
            reply(&Args::default());
        }
        "burst" => {
            for number in 0..first.and_then(Value::as_u64).unwrap_or(0).min(MAX_BURST) {
                emit(member, namespace, "burst", &vec![number.into()].into());
            }
        }
        "whoami" => reply(&vec![whoami(member, namespace)].into()),
        "count" => reply(&vec![member.hub().joined(namespace).len().into()].into()),
        "kick" => {
            let _ = member.change(|session| session.disconnect(namespace));
        }
        _ => {}
    }
}

fn whoami(member: &Member, namespace: &str) -> Value {
    let (id, auth) = part(member, |part| part.entries.get(namespace).cloned()).unwrap_or_default();
    json!({
        "id": id, "auth": auth,
        "query": member.about.query, "headers": member.about.headers,
    })
}

fn move_room(member: &Member, room: (String, String), join: bool) {
    part(member, |part| match join {
        true if part.rooms.len() < MAX_ROOMS => part.rooms.insert(room),
        true => false,
        false => part.rooms.remove(&room),
    });
}

fn emit(member: &Member, namespace: &str, name: &str, args: &Args) {
    if let Ok(event) = Prepared::event(namespace, name, args) {
        member.emit(&event);
    }
}

/// One encoding, however many there are.
fn to_others(
    member: &Member,
    namespace: &str,
    room: Option<(String, String)>,
    name: &str,
    args: &Args,
) {
    let Ok(event) = Prepared::event(namespace, name, args) else { return };
    let others: Vec<Arc<Member>> = Hub::joined(member.hub(), namespace);
    for other in others.iter().filter(|other| !std::ptr::eq(other.as_ref(), member)) {
        let reached = |part: &mut Part| room.as_ref().is_none_or(|room| part.rooms.contains(room));
        if part(other, reached) {
            other.emit(&event);
        }
    }
}

fn part<T>(member: &Member, change: impl FnOnce(&mut Part) -> T) -> T {
    change(&mut member.part.lock().unwrap_or_else(PoisonError::into_inner))
}
