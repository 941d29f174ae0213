//! The server that is measured, and how its clients come in.

use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use tokio::net::lookup_host;

use crate::cli::{On, Speech};
use crate::error::LoadError;
use crate::estrad::Estrad;

/// The key of the example in RFC 6455. Nobody has to be kept from guessing it.
const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// Fewer than the ports that a system gives out for one address.
const CLIENTS_PER_ADDRESS: usize = 20_000;

/// The server that is measured.
#[derive(Debug)]
pub(crate) struct Target {
    kind: Kind,
    host: String,
    address: SocketAddr,
    speech: Speech,
}

#[derive(Debug)]
enum Kind {
    Estrad(Estrad),
    Rival,
}

/// A way in for one kind of client.
#[derive(Debug)]
pub(crate) struct Entrance {
    pub(crate) address: SocketAddr,
    pub(crate) speech: Speech,
    pub(crate) token: Option<Rc<str>>,
    host: String,
}

impl Target {
    /// Looks up where it is, and signs in where that is needed.
    pub(crate) async fn find(on: &On) -> Result<Self, LoadError> {
        let speech = on.protocol;
        let (kind, host) = match (&on.estrad, &on.rival) {
            (Some(_), _) if speech == Speech::Raw => {
                return Err(LoadError::Usage("Estrad speaks socketio and plain"));
            }
            (None, _) if speech == Speech::Plain => {
                return Err(LoadError::Usage("rivals speak socketio and raw"));
            }
            (Some(url), _) => {
                let host = url.strip_prefix("http://").map(|host| host.trim_end_matches('/'));
                let host = host.ok_or(LoadError::Usage("Estrad's address begins with http://"))?;
                (Kind::Estrad(Estrad::sign_in(host, on).await?), host.to_owned())
            }
            (None, rival) => (Kind::Rival, rival.clone().unwrap_or_default()),
        };
        let address = lookup_host(&host).await?.find(SocketAddr::is_ipv4);
        let address = address.ok_or(LoadError::Missing("IPv4 address"))?;
        Ok(Self { kind, host, address, speech })
    }

    /// The server, if it is Estrad: only that has teams, and a scoreboard.
    pub(crate) fn estrad(&mut self) -> Result<&mut Estrad, LoadError> {
        match &mut self.kind {
            Kind::Estrad(estrad) => Ok(estrad),
            Kind::Rival => Err(LoadError::Usage("a rival has no competitions: see --estrad")),
        }
    }

    /// How somebody with this token comes in.
    pub(crate) fn with_token(&self, token: String) -> Entrance {
        self.entrance(Some(token))
    }

    /// How the operator comes in: before anyone else, which starts the presentation.
    pub(crate) async fn for_operator(&self) -> Result<Entrance, LoadError> {
        Ok(self.entrance(match &self.kind {
            Kind::Estrad(estrad) => Some(estrad.operator_token().await?),
            Kind::Rival => None,
        }))
    }

    /// How everyone else comes in, once the operator is in. One code is enough for all.
    pub(crate) async fn for_audience(&self) -> Result<Entrance, LoadError> {
        Ok(self.entrance(match &self.kind {
            Kind::Estrad(estrad) => Some(estrad.audience_token().await?),
            Kind::Rival => None,
        }))
    }

    /// What the operator sends to go to a slide: what Estrad takes, or what Estrad would send,
    /// so that all servers deliver about as many bytes.
    pub(crate) fn change(&self, slide_order: u64, number: u64) -> String {
        match self.kind {
            Kind::Estrad(_) => format!("{{\"slide_order\":{slide_order}}}"),
            Kind::Rival => format!(
                "{{\"slide_order\":{slide_order},\"timer\":{{\"value\":null,\"enabled\":false}},\
                 \"seq\":{number},\"presentation_id\":1,\"server_time\":1763800000000}}"
            ),
        }
    }

    /// Where the client of this number connects from: a host has so many ports for one address,
    /// and the loopback has many addresses.
    pub(crate) fn source(&self, client: usize) -> Option<Ipv4Addr> {
        let further = u8::try_from(client / CLIENTS_PER_ADDRESS).unwrap_or(u8::MAX);
        (further > 0 && self.address.ip().is_loopback())
            .then(|| Ipv4Addr::new(127, 0, 0, further.saturating_add(1)))
    }

    fn entrance(&self, token: Option<String>) -> Entrance {
        Entrance {
            address: self.address,
            speech: self.speech,
            token: token.map(Rc::from),
            host: self.host.clone(),
        }
    }
}

impl Entrance {
    /// The request for a websocket.
    pub(crate) fn request(&self) -> String {
        let mut request = format!(
            "GET {} HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n",
            self.speech.path(),
            self.host,
        );
        if let (Some(token), Speech::Plain) = (&self.token, self.speech) {
            request.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        request.push_str("\r\n");
        request
    }
}
