//! A wire to a server, such as PostgreSQL's, that a test can cut and put together again.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// What the wire does with what comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// It is handed on.
    All,
    /// Whoever connects is sent away at once, as by a server that is not up.
    Nobody,
    /// Nothing is handed on and nobody is told: a black hole. What was sent arrives once this is over.
    Silence,
}

/// The wire; those who are connected stay so when it is dropped.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    through: Mutex<Through>,
    changed: Condvar,
}

impl Wire {
    /// A wire to where this URL of a database leads, and that URL through the wire.
    ///
    /// # Panics
    /// The URL names no host and port, or there is no free port.
    pub fn to(url: &str, through: Through) -> (Self, String) {
        let rest = url.split_once("://").expect("a URL").1;
        let rest = rest.split_once('@').map_or(rest, |(_, rest)| rest);
        let target = rest.split(['/', '?']).next().unwrap_or_default().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State { through: Mutex::new(through), changed: Condvar::new() });
        let url = url.replacen(&target, &address.to_string(), 1);
        let wire = Self { address, state: state.clone() };
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if state.now() == Through::Nobody {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&target) else { continue };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else { continue };
                    let state = state.clone();
                    thread::spawn(move || state.pump(from, to));
                }
            }
        });
        (wire, url)
    }

    /// Changes what gets through from now on.
    pub fn let_through(&self, through: Through) {
        *self.state.through.lock().unwrap_or_else(PoisonError::into_inner) = through;
        self.state.changed.notify_all();
    }

    /// Where it begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl State {
    fn now(&self) -> Through {
        *self.through.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands on what comes until either end is gone.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let silent = |through: &mut Through| *through == Through::Silence;
            let now = self.through.lock().unwrap_or_else(PoisonError::into_inner);
            drop(self.changed.wait_while(now, silent).unwrap_or_else(PoisonError::into_inner));
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        // They may be closed already.
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    }
}
