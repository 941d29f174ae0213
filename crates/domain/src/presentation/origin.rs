//! Where something came from, so that whoever sent it is not told it again.

use super::event::Actor;
use crate::TeamId;

/// The screen of a team that something came from.
///
/// A screen is a token: two tabs that share one are told apart by their connections, where what was
/// sent came over one. Over REST it did not, and all connections of the token are the sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    screen: String,
    connection: Option<u64>,
}

impl Origin {
    /// The screen of that team, if the actor is one.
    pub fn of(actor: &Actor, team: TeamId) -> Option<Self> {
        match actor {
            Actor::Screen { team_id: Some(id), screen, connection, .. } if *id == team => {
                Some(Self { screen: screen.clone(), connection: *connection })
            }
            _ => None,
        }
    }

    /// Whether it is that connection, which has the token of that id.
    pub fn is_connection(&self, jti: &str, connection: u64) -> bool {
        self.is_screen(jti) && self.connection.is_none_or(|sent_by| sent_by == connection)
    }

    /// Whether it is the screen with the token of that id, whichever connection it had then: for one
    /// that comes back.
    pub fn is_screen(&self, jti: &str) -> bool {
        super::event::screen_of(jti).eq(self.screen.chars())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(connection: Option<u64>) -> Origin {
        let screen = super::super::event::screen_of("abcdefgh-and-more").collect();
        let (view, team_id) = ("Team".to_owned(), Some(TeamId(1)));
        let actor = Actor::Screen { view, team_id, screen, connection };
        assert_eq!(Origin::of(&actor, TeamId(2)), None, "of another team");
        Origin::of(&actor, TeamId(1)).expect("of the team")
    }

    #[test]
    fn a_connection_is_the_sender_or_all_of_the_token_are() {
        let (mine, other) = ("abcdefgh-and-more", "abcdefgx-and-more");
        let by_socket = origin(Some(7));
        assert!(by_socket.is_connection(mine, 7));
        assert!(!by_socket.is_connection(mine, 8), "another tab with the same token");
        assert!(!by_socket.is_connection(other, 7), "the same number elsewhere");
        assert!(by_socket.is_screen(mine) && !by_socket.is_screen(other));
        let by_rest = origin(None);
        assert!(by_rest.is_connection(mine, 7) && by_rest.is_connection(mine, 8));
    }

    #[test]
    fn who_answers_for_a_team_is_none_of_its_screens() {
        assert_eq!(Origin::of(&Actor::Server, TeamId(1)), None);
        let screen = super::super::event::screen_of("abcdefgh").collect();
        let (view, team_id) = ("Judge".to_owned(), None);
        let judge = Actor::Screen { view, team_id, screen, connection: Some(1) };
        assert_eq!(Origin::of(&judge, TeamId(1)), None);
    }
}
