//! Who may do what: one table, for REST and for the live events.
//!
//! Whatever is not granted here is denied. A grant to a view is always for its own competition only.

use crate::principal::{Principal, UserPrincipal};
use crate::types::{Role, View};
use crate::views::Views;
use crate::{CityId, CompetitionId, TeamId, UserId};

/// How far an editor's grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorReach {
    /// Nowhere.
    None,
    /// What belongs to the editor's own city.
    OwnCity,
    /// What the editor uploaded, and what was uploaded for the editor's own city unless a
    /// competition of another city shows it.
    OwnUploads,
    /// As far as [`Settings::editors_read_all_cities`] says.
    Readable,
    /// Everywhere.
    Everywhere,
}

/// What a team's grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamReach {
    /// Nothing.
    None,
    /// What belongs to the team itself.
    OwnTeam,
    /// The results of all teams, while the operator shows the scoreboard.
    WhileScoreboardShown,
    /// The whole of its competition (stripped).
    Competition,
}

/// When the audience's grant holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudienceReach {
    /// Never.
    None,
    /// While the operator shows the scoreboard.
    WhileScoreboardShown,
    /// Always (stripped).
    Competition,
}

/// Who may do one thing. Admins are part of it, so that a table without them can be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "says itself")]
pub struct Grants {
    pub admin: bool,
    pub editor: EditorReach,
    pub team: TeamReach,
    pub judge: bool,
    pub audience: AudienceReach,
    pub operator: bool,
    /// Whether a screen may that waits for the start, beside that it may as what it is.
    pub waiting: bool,
}

impl Grants {
    /// Who may, in words.
    pub fn describe(self) -> String {
        let editors = match self.editor {
            EditorReach::None => None,
            EditorReach::OwnCity => Some("editors of its city"),
            EditorReach::OwnUploads => Some(
                "editors (who uploaded it, or of its city while no competition of another city shows it)",
            ),
            EditorReach::Readable => Some("editors (of its city, or all: a setting)"),
            EditorReach::Everywhere => Some("editors"),
        };
        let teams = match self.team {
            TeamReach::None => None,
            TeamReach::OwnTeam => Some("the team itself"),
            TeamReach::WhileScoreboardShown => Some("its teams while the scoreboard is shown"),
            TeamReach::Competition => Some("its teams"),
        };
        let audience = match self.audience {
            AudienceReach::None => None,
            AudienceReach::WhileScoreboardShown => {
                Some("its audience while the scoreboard is shown")
            }
            AudienceReach::Competition => Some("its audience"),
        };
        let who = [
            self.admin.then_some("admins"),
            editors,
            teams,
            self.judge.then_some("its judges"),
            audience,
            self.operator.then_some("its operators"),
            self.waiting.then_some("screens that wait for its start"),
        ];
        who.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

const NOBODY: Grants = Grants {
    admin: false,
    editor: EditorReach::None,
    team: TeamReach::None,
    judge: false,
    audience: AudienceReach::None,
    operator: false,
    waiting: false,
};
const ADMIN: Grants = Grants { admin: true, ..NOBODY };
const USERS: Grants = Grants { editor: EditorReach::Everywhere, ..ADMIN };
const READERS: Grants = Grants { editor: EditorReach::Readable, ..ADMIN };
const EDITORS: Grants = Grants { editor: EditorReach::OwnCity, ..ADMIN };
const SCREENS: Grants = Grants {
    team: TeamReach::Competition,
    judge: true,
    audience: AudienceReach::Competition,
    operator: true,
    ..NOBODY
};
const RESULT_READERS: Grants =
    Grants { team: TeamReach::OwnTeam, judge: true, operator: true, ..READERS };

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident => $grants:expr;)+) => {
        /// Something that a caller wants to do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$doc])* $name,)+ }

        impl Action {
            /// Every action there is.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name, as the OpenAPI document says it of each route.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)+ }
            }

            /// The table: who may do it.
            pub const fn grants(self) -> Grants {
                match self { $(Self::$name => $grants,)+ }
            }
        }
    };
}

actions! {
    /// Give up one's own token.
    LogOut => Grants { admin: true, editor: EditorReach::Everywhere, waiting: true, ..SCREENS };
    /// Ask whether one's token is good (editors excepted, as the front-end in use expects).
    TestToken => Grants { admin: true, waiting: true, ..SCREENS };
    /// Read and change one's own account.
    UseOwnAccount => USERS;
    /// Look up users.
    ReadUsers => USERS;
    /// Add, change and delete users.
    ManageUsers => ADMIN;
    /// Read who changed what.
    ReadAudit => ADMIN;
    /// Read roles, cities and statistics.
    ReadCatalogue => USERS;
    /// Add, rename and delete cities.
    ManageCities => ADMIN;
    /// Search the uploaded files.
    ReadMediaList => USERS;
    /// Read about one uploaded file.
    ReadMedia => Grants { admin: true, editor: EditorReach::Everywhere, ..SCREENS };
    /// Upload a file.
    AddMedia => USERS;
    /// Delete an uploaded file. Everybody's competitions may show it; to delete it is for those whose
    /// it is.
    DeleteMedia => Grants { editor: EditorReach::OwnUploads, ..ADMIN };
    /// Search competitions.
    SearchCompetitions => READERS;
    /// Ask for a new competition at all. In which city is [`Action::CreateCompetition`].
    StartCompetition => USERS;
    /// Create a competition in a city.
    CreateCompetition => EDITORS;
    /// Read a competition as it is shown: stripped for teams and the audience.
    ReadCompetition => Grants { admin: true, editor: EditorReach::Readable, ..SCREENS };
    /// Make a copy of a competition. Where the copy may land is [`Action::CreateCompetition`].
    CopyCompetition => READERS;
    /// Take a competition away as a bundle, with its solutions.
    ExportCompetition => READERS;
    /// Change or delete a competition, or any of its parts.
    EditCompetition => EDITORS;
    /// Read the parts of a competition as they are edited: slides, questions, teams.
    ReadParts => READERS;
    /// Read the codes, which open every screen.
    ReadCodes => Grants { operator: true, ..EDITORS };
    /// Read what a team answered.
    ReadAnswers => RESULT_READERS;
    /// Give an answer for a team, or take one back. When the team itself may, and who has to say
    /// why, is in [`crate::answer::AnsweredBy`].
    WriteAnswers => Grants { team: TeamReach::OwnTeam, judge: true, ..EDITORS };
    /// Read a team's points.
    ReadScores => Grants { audience: AudienceReach::WhileScoreboardShown, ..RESULT_READERS };
    /// Take out all that is kept of a team.
    ReadTeamData => Grants { team: TeamReach::OwnTeam, ..EDITORS };
    /// Follow a presentation: its state, and what its clients are told.
    WatchPresentation => Grants { admin: true, editor: EditorReach::Readable, ..SCREENS };
    /// Search presentations.
    SearchPresentations => READERS;
    /// Start, step through and end a presentation.
    RunPresentation => Grants { operator: true, ..EDITORS };
    /// Give a team more time.
    ReopenAnswers => Grants { judge: true, operator: true, ..EDITORS };
    /// Read the log of a presentation.
    ReadLog => Grants { operator: true, ..EDITORS };
    /// Read all that happened in the presentations of a competition: answers, refusals, scores.
    ReadLedger => Grants { judge: true, operator: true, ..READERS };
    /// Read the points of all teams, and their ranks.
    ReadScoreboard => Grants {
        team: TeamReach::WhileScoreboardShown,
        judge: true,
        audience: AudienceReach::WhileScoreboardShown,
        operator: true,
        ..READERS
    };
    /// Give a team points.
    WriteScores => Grants { judge: true, ..EDITORS };
    /// Set all results of a competition aside. Not for operators: it is done before or after a show, by
    /// whoever may delete the competition.
    ResetResults => EDITORS;
}

/// What the operator of the server may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether editors read the competitions of every city, or of their own only.
    pub editors_read_all_cities: bool,
    /// What new competitions get that do not say it themselves.
    pub views: Views,
}

impl Default for Settings {
    fn default() -> Self {
        Self { editors_read_all_cities: true, views: Views::Legacy }
    }
}

/// What is acted upon, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Target {
    /// The competition, where there is one.
    pub competition_id: Option<CompetitionId>,
    /// The city that it belongs to, or shall belong to.
    pub city_id: Option<CityId>,
    /// The team, where it is about one.
    pub team_id: Option<TeamId>,
    /// Whether the scoreboard of the competition is shown; asked for by [`needs_scoreboard`] only.
    pub scoreboard_shown: bool,
    /// The uploaded file, where it is about one; asked for by [`needs_upload`] only. Then `city_id` is
    /// the city that it was uploaded for.
    pub upload: Option<Upload>,
}

/// An uploaded file that is acted upon, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload {
    /// Who uploaded it, where that user is still there.
    pub uploaded_by: Option<UserId>,
    /// Whether a competition of another city than the caller's shows it.
    pub shown_elsewhere: bool,
}

/// Why somebody may not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The table does not grant it.
    NotAllowed,
    /// Nothing of the kind may be done before the presentation starts that the screen waits for.
    NotStarted,
}

/// Asks whether the principal may do this to the target.
///
/// # Errors
/// Why not.
pub fn check(
    settings: Settings,
    principal: &Principal,
    action: Action,
    target: Target,
) -> Result<(), Denial> {
    // Before the table: what is refused then tells nothing of what is there.
    if principal.waits_for_start() && !action.grants().waiting {
        Err(Denial::NotStarted)
    } else if grants(settings, principal, action, target) {
        Ok(())
    } else {
        Err(Denial::NotAllowed)
    }
}

/// Whether the principal may do this to the target.
pub fn allows(settings: Settings, principal: &Principal, action: Action, target: Target) -> bool {
    check(settings, principal, action, target).is_ok()
}

fn grants(settings: Settings, principal: &Principal, action: Action, target: Target) -> bool {
    let grants = action.grants();
    match principal {
        Principal::User(user) => match user.role {
            Role::Admin => grants.admin,
            Role::Editor => editor_reaches(settings, grants.editor, user, target),
        },
        Principal::Screen(screen) => {
            let own = target.competition_id.is_none_or(|id| id == screen.competition_id);
            own && match screen.view {
                View::Team => match grants.team {
                    TeamReach::None => false,
                    TeamReach::OwnTeam => {
                        target.team_id.is_some() && target.team_id == screen.team_id
                    }
                    TeamReach::WhileScoreboardShown => target.scoreboard_shown,
                    TeamReach::Competition => true,
                },
                View::Judge => grants.judge,
                View::Audience => match grants.audience {
                    AudienceReach::None => false,
                    AudienceReach::WhileScoreboardShown => target.scoreboard_shown,
                    AudienceReach::Competition => true,
                },
                View::Operator => grants.operator,
            }
        }
    }
}

/// Whether it matters to the decision that the scoreboard is shown: else nobody has to look.
pub fn needs_scoreboard(principal: &Principal, action: Action) -> bool {
    let Principal::Screen(screen) = principal else {
        return false;
    };
    let grants = action.grants();
    match screen.view {
        View::Team => grants.team == TeamReach::WhileScoreboardShown,
        View::Audience => grants.audience == AudienceReach::WhileScoreboardShown,
        View::Judge | View::Operator => false,
    }
}

/// The editor to whom it matters whose upload it is: else nobody has to look.
pub fn needs_upload(principal: &Principal, action: Action) -> Option<&UserPrincipal> {
    let user = principal.user().filter(|user| user.role == Role::Editor)?;
    (action.grants().editor == EditorReach::OwnUploads).then_some(user)
}

/// The city that an editor is kept to for this action, if to one: what a search is narrowed by.
pub fn city_limit(settings: Settings, user: &UserPrincipal, action: Action) -> Option<CityId> {
    let limited = user.role == Role::Editor
        && match action.grants().editor {
            EditorReach::None | EditorReach::OwnCity | EditorReach::OwnUploads => true,
            EditorReach::Readable => !settings.editors_read_all_cities,
            EditorReach::Everywhere => false,
        };
    limited.then_some(user.city_id)
}

fn editor_reaches(
    settings: Settings,
    reach: EditorReach,
    user: &UserPrincipal,
    target: Target,
) -> bool {
    let in_own_city = target.city_id == Some(user.city_id);
    match reach {
        EditorReach::None => false,
        EditorReach::OwnCity => in_own_city,
        EditorReach::OwnUploads => target.upload.is_some_and(|upload| {
            upload.uploaded_by == Some(user.id) || (in_own_city && !upload.shown_elsewhere)
        }),
        // Without a target it is a search, which is narrowed by `city_limit`.
        EditorReach::Readable => {
            settings.editors_read_all_cities || in_own_city || target == Target::default()
        }
        EditorReach::Everywhere => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use crate::principal::{Screen, Waiting};

    fn editor(city: i64) -> Principal {
        Principal::User(UserPrincipal { id: UserId(1), role: Role::Editor, city_id: CityId(city) })
    }

    fn screen(view: View, competition: i64, team: Option<i64>) -> Principal {
        Principal::Screen(Screen {
            competition_id: CompetitionId(competition),
            view,
            team_id: team.map(TeamId),
            code: Code::parse("ABC123").expect("a code"),
            waiting: Waiting::No,
        })
    }

    fn target(competition: i64, city: i64) -> Target {
        Target {
            competition_id: Some(CompetitionId(competition)),
            city_id: Some(CityId(city)),
            ..Target::default()
        }
    }

    #[test]
    fn editors_change_the_competitions_of_their_own_city_only() {
        let all = Settings::default();
        assert!(allows(all, &editor(1), Action::EditCompetition, target(5, 1)));
        assert!(!allows(all, &editor(1), Action::EditCompetition, target(5, 2)));
        assert!(!allows(all, &editor(1), Action::EditCompetition, Target::default()));
    }

    #[test]
    fn editors_delete_what_is_theirs_or_their_citys_alone() {
        let upload = |uploaded_by: i64, city, shown_elsewhere| Target {
            city_id: Some(CityId(city)),
            upload: Some(Upload { uploaded_by: Some(UserId(uploaded_by)), shown_elsewhere }),
            ..Target::default()
        };
        let allowed = |target| allows(Settings::default(), &editor(1), Action::DeleteMedia, target);
        assert!(allowed(upload(1, 2, true)), "the editor's own");
        assert!(allowed(upload(9, 1, false)), "the city's");
        assert!(!allowed(upload(9, 1, true)), "which another city shows");
        assert!(!allowed(upload(9, 2, false)), "another city's");
        assert!(!allowed(Target::default()), "of nobody knows whom");
        assert!(!allowed(target(5, 1)), "of nobody knows whom");
        assert!(needs_upload(&editor(1), Action::DeleteMedia).is_some());
        assert!(needs_upload(&editor(1), Action::ReadMedia).is_none());
    }

    #[test]
    fn how_far_editors_read_is_a_setting() {
        let own = Settings { editors_read_all_cities: false, ..Settings::default() };
        assert!(allows(Settings::default(), &editor(1), Action::ReadCompetition, target(5, 2)));
        assert!(!allows(own, &editor(1), Action::ReadCompetition, target(5, 2)));
        assert!(allows(own, &editor(1), Action::SearchCompetitions, Target::default()));
        let user = UserPrincipal { id: UserId(1), role: Role::Editor, city_id: CityId(1) };
        assert_eq!(city_limit(own, &user, Action::SearchCompetitions), Some(CityId(1)));
        assert_eq!(city_limit(Settings::default(), &user, Action::SearchCompetitions), None);
    }

    #[test]
    fn a_team_reaches_its_own_results_only() {
        let caller = screen(View::Team, 5, Some(3));
        let of_team = |id| Target { team_id: Some(TeamId(id)), ..target(5, 1) };
        for action in [Action::ReadAnswers, Action::WriteAnswers, Action::ReadScores] {
            let allowed = |target| allows(Settings::default(), &caller, action, target);
            assert!(allowed(of_team(3)), "{action:?}");
            assert!(!allowed(of_team(4)), "{action:?}");
            assert!(!allowed(target(5, 1)), "{action:?}: of no team in particular");
            assert!(!allowed(Target { competition_id: Some(CompetitionId(6)), ..of_team(3) }));
        }
        assert!(!allows(Settings::default(), &caller, Action::WriteScores, of_team(3)));
        // Another screen is of no team; that is not a team in common.
        let none = screen(View::Team, 5, None);
        assert!(!allows(Settings::default(), &none, Action::ReadAnswers, target(5, 1)));
    }

    #[test]
    fn the_audience_reads_scores_while_they_are_shown() {
        let audience = screen(View::Audience, 5, None);
        let shown = Target { scoreboard_shown: true, ..target(5, 1) };
        let allowed = |action, target| allows(Settings::default(), &audience, action, target);
        assert!(allowed(Action::ReadScores, shown));
        assert!(!allowed(Action::ReadScores, target(5, 1)));
        assert!(!allowed(Action::ReadAnswers, shown));
        assert!(!allowed(Action::WriteScores, shown));
        assert!(needs_scoreboard(&audience, Action::ReadScores));
        assert!(!needs_scoreboard(&audience, Action::ReadCompetition));
        assert!(!needs_scoreboard(&screen(View::Judge, 5, None), Action::ReadScores));
    }

    #[test]
    fn the_scoreboard_is_for_everybody_while_it_is_shown() {
        let shown = Target { scoreboard_shown: true, ..target(5, 1) };
        let foreign = Target { scoreboard_shown: true, ..target(6, 1) };
        for (view, waits) in [
            (View::Team, true),
            (View::Audience, true),
            (View::Judge, false),
            (View::Operator, false),
        ] {
            let caller = screen(view, 5, (view == View::Team).then_some(3));
            let allowed =
                |target| allows(Settings::default(), &caller, Action::ReadScoreboard, target);
            assert!(allowed(shown), "{view:?}");
            assert_eq!(allowed(target(5, 1)), !waits, "{view:?}");
            assert!(!allowed(foreign), "{view:?}");
            assert_eq!(needs_scoreboard(&caller, Action::ReadScoreboard), waits, "{view:?}");
        }
        // A team's own points don't wait for it.
        assert!(!needs_scoreboard(&screen(View::Team, 5, Some(3)), Action::ReadScores));
    }

    #[test]
    fn a_screen_reaches_its_own_competition_only() {
        for &view in View::ALL {
            let team = (view == View::Team).then_some(3);
            let caller = screen(view, 5, team);
            assert!(allows(Settings::default(), &caller, Action::ReadCompetition, target(5, 1)));
            assert!(!allows(Settings::default(), &caller, Action::ReadCompetition, target(6, 1)));
            assert!(!allows(Settings::default(), &caller, Action::EditCompetition, target(5, 1)));
            assert!(!allows(Settings::default(), &caller, Action::ManageUsers, Target::default()));
        }
    }

    #[test]
    fn whoever_waits_for_the_start_may_only_log_out_and_test_the_token() {
        for &view in View::ALL {
            let team = (view == View::Team).then_some(3);
            let as_it = |waiting| match screen(view, 5, team) {
                Principal::Screen(screen) => Principal::Screen(Screen { waiting, ..screen }),
                user => user,
            };
            let (waits, begun) = (as_it(Waiting::ForStart), as_it(Waiting::Begun));
            let own = Target { team_id: team.map(TeamId), scoreboard_shown: true, ..target(5, 1) };
            for &action in Action::ALL {
                let asked = check(Settings::default(), &waits, action, own);
                let expected = if matches!(action, Action::LogOut | Action::TestToken) {
                    Ok(())
                } else {
                    Err(Denial::NotStarted)
                };
                assert_eq!(asked, expected, "{view:?} {action:?}");
                assert_eq!(
                    check(Settings::default(), &begun, action, own),
                    check(Settings::default(), &screen(view, 5, team), action, own),
                    "{view:?} {action:?}"
                );
            }
        }
    }
}
