//! Who sits in the room of a presentation, and to whom something is sent there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::TeamId;
use crate::principal::{Principal, Screen};
use crate::types::View;

/// As what a client takes part in a presentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// A screen of that team.
    Team(TeamId),
    #[expect(missing_docs, reason = "says itself")]
    Judges,
    #[expect(missing_docs, reason = "says itself")]
    Audience,
    /// Operators, and users of the administration who step in for them.
    Operators,
}

impl Group {
    /// Whether it is of those who may see everything.
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Judges | Self::Operators)
    }

    /// The group of a screen; none for a team's screen without its team, which no code opens.
    pub fn of(screen: &Screen) -> Option<Self> {
        match screen.view {
            View::Team => screen.team_id.map(Self::Team),
            View::Judge => Some(Self::Judges),
            View::Audience => Some(Self::Audience),
            View::Operator => Some(Self::Operators),
        }
    }

    /// The group of whoever calls: users of the administration are among the operators.
    pub fn of_caller(principal: &Principal) -> Option<Self> {
        match principal {
            Principal::Screen(screen) => Self::of(screen),
            Principal::User(_) => Some(Self::Operators),
        }
    }
}

/// Which teams something is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teams {
    #[expect(missing_docs, reason = "says itself")]
    None,
    #[expect(missing_docs, reason = "says itself")]
    One(TeamId),
    #[expect(missing_docs, reason = "says itself")]
    All,
}

/// To whom something is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct Recipients {
    pub teams: Teams,
    pub judges: bool,
    pub audience: bool,
    pub operators: bool,
}

impl Recipients {
    /// The whole room.
    pub const EVERYONE: Self =
        Self { teams: Teams::All, judges: true, audience: true, operators: true };
    /// Those who may see everything.
    pub const STAFF: Self =
        Self { teams: Teams::None, judges: true, audience: false, operators: true };

    /// Whether teams and the audience are left out.
    pub fn are_staff(self) -> bool {
        self.teams == Teams::None && !self.audience
    }

    /// Whether the group is among them.
    pub fn include(self, group: Group) -> bool {
        match group {
            Group::Team(id) => match self.teams {
                Teams::None => false,
                Teams::One(one) => one == id,
                Teams::All => true,
            },
            Group::Judges => self.judges,
            Group::Audience => self.audience,
            Group::Operators => self.operators,
        }
    }
}

/// How many clients take part, by group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Presence {
    /// By the team's id; a team without clients is left out.
    #[schema(value_type = std::collections::HashMap<String, u32>, example = json!({"3": 2}))]
    pub teams: BTreeMap<i64, u32>,
    #[expect(missing_docs, reason = "says itself")]
    pub judges: u32,
    #[expect(missing_docs, reason = "says itself")]
    pub audience: u32,
    #[expect(missing_docs, reason = "says itself")]
    pub operators: u32,
}

impl Presence {
    /// One more in the group.
    pub fn enter(&mut self, group: Group) {
        match group {
            Group::Team(id) => *self.teams.entry(id.0).or_default() += 1,
            Group::Judges => self.judges += 1,
            Group::Audience => self.audience += 1,
            Group::Operators => self.operators += 1,
        }
    }

    /// One less in the group.
    pub fn leave(&mut self, group: Group) {
        match group {
            Group::Team(id) => {
                if let Some(count) = self.teams.get_mut(&id.0) {
                    *count = count.saturating_sub(1);
                }
                self.teams.retain(|_, count| *count > 0);
            }
            Group::Judges => self.judges = self.judges.saturating_sub(1),
            Group::Audience => self.audience = self.audience.saturating_sub(1),
            Group::Operators => self.operators = self.operators.saturating_sub(1),
        }
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Both together: what several servers count.
    pub fn add(&mut self, other: &Self) {
        for (id, count) in &other.teams {
            *self.teams.entry(*id).or_default() += count;
        }
        self.judges += other.judges;
        self.audience += other.audience;
        self.operators += other.operators;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_sent_what_is_its_own() {
        let (own, other) = (Group::Team(TeamId(1)), Group::Team(TeamId(2)));
        let to = Recipients { teams: Teams::One(TeamId(1)), ..Recipients::STAFF };
        assert!(to.include(own) && to.include(Group::Judges) && to.include(Group::Operators));
        assert!(!to.include(other) && !to.include(Group::Audience));
        assert!(!Recipients::STAFF.include(own));
        assert!(Recipients::EVERYONE.include(other));
    }

    #[test]
    fn who_leaves_is_not_counted_any_more() {
        let mut presence = Presence::default();
        let groups = [Group::Team(TeamId(3)), Group::Judges, Group::Audience, Group::Operators];
        for group in groups {
            presence.enter(group);
            presence.enter(group);
            presence.leave(group);
        }
        let one = Presence { teams: [(3, 1)].into(), judges: 1, audience: 1, operators: 1 };
        assert_eq!(presence, one);
        groups.iter().for_each(|group| presence.leave(*group));
        assert!(presence.is_empty());
        // One too many changes nothing.
        groups.iter().for_each(|group| presence.leave(*group));
        assert!(presence.is_empty());
    }
}
