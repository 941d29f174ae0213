//! A competition that is full of secrets, and who may know which.

use std::cell::RefCell;
use std::collections::BTreeSet;

use estrad_domain::draft::{
    CompetitionDraft, ComponentDraft, ContentDraft, QuestionDraft, SlideDraft, TeamDraft,
};
use estrad_domain::types::{QuestionType, View};
use estrad_domain::views::Views;
use estrad_domain::{CompetitionId, MediaId};
use estrad_testkit::{TestApp, files};
use serde_json::{Value, json};

/// What goes on when a caller looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    During,
    ScoreboardShown,
    After,
}

/// What kind of secret a marker stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Secret {
    /// What is right.
    Solution,
    /// How it is corrected.
    Instructions,
    /// What is placed for judges and operators.
    Backstage,
    /// What the team at that place answered.
    Answer(usize),
    /// The points of the team at that place.
    Score(usize),
    /// A code that opens a screen.
    Code,
    /// Who the users are.
    User,
    /// Why somebody did something.
    Reason,
    /// What is on a slide that is never shown, or a clue that is not.
    Unshown,
}

/// As whom somebody calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Admin,
    Editor,
    Judge,
    Operator,
    Team(usize),
    Audience,
    /// Whoever came early.
    Waiting,
}

pub(super) struct Caller {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) token: String,
}

impl Caller {
    pub(super) fn is_trusted(&self) -> bool {
        matches!(self.kind, Kind::Admin | Kind::Editor | Kind::Judge | Kind::Operator)
    }

    fn may_see(&self, secret: Secret, stage: Stage, place: &str, world: &World) -> bool {
        let user = matches!(self.kind, Kind::Admin | Kind::Editor);
        let shown = stage == Stage::ScoreboardShown;
        match secret {
            Secret::Solution | Secret::Instructions | Secret::Backstage | Secret::Reason => {
                self.is_trusted()
            }
            Secret::Answer(team) => self.is_trusted() || self.kind == Kind::Team(team),
            Secret::Score(team) => {
                let on_show = shown && matches!(self.kind, Kind::Audience | Kind::Team(_));
                // The front-end in use reads the whole competition once, and the scores with it.
                let once = world.views == Views::Legacy
                    && self.kind == Kind::Audience
                    && place == format!("/api/competitions/{}", world.competition_id);
                self.is_trusted() || self.kind == Kind::Team(team) || on_show || once
            }
            Secret::Unshown => self.is_trusted() || world.views == Views::Legacy,
            Secret::Code => user || self.kind == Kind::Operator,
            Secret::User => user,
        }
    }
}

pub(super) struct World {
    pub(super) competition_id: CompetitionId,
    pub(super) views: Views,
    pub(super) media_id: MediaId,
    /// Of a picture that is on a slide that is never shown.
    pub(super) unshown_media_id: MediaId,
    pub(super) callers: Vec<Caller>,
    secrets: Vec<(Secret, String)>,
    found: RefCell<BTreeSet<String>>,
}

const SOLUTION: &str = "marker-solution";
const INSTRUCTIONS: &str = "marker-instructions";
const BACKSTAGE: &str = "marker-backstage";
const REASON: &str = "marker-reason";
const UNSHOWN: &str = "marker-unshown";
const ANSWERS: [&str; 2] = ["marker-answer-one", "marker-answer-two"];
/// Such as no clock or counter shows by chance.
const SCORES: [f64; 2] = [7_391.25, 8_473.75];

fn draft(views: Views, image: MediaId) -> CompetitionDraft {
    let mut question =
        QuestionDraft::new("Question", QuestionType::Text, 1).with_alternative("", SOLUTION);
    question.correcting_instructions = Some(INSTRUCTIONS.to_owned());
    let ladder = QuestionDraft::new("Ladder", QuestionType::ClueLadder, 1)
        .with_alternative("Clue", SOLUTION)
        .with_alternative(UNSHOWN, SOLUTION);
    let text = |view, marker| {
        let content = ContentDraft::Text(format!("<p>{marker}</p>"));
        ComponentDraft { view, x: 0, y: 0, w: 1, h: 1, content }
    };
    let slide = SlideDraft {
        questions: vec![question, ladder],
        components: vec![text(View::Judge, BACKSTAGE), text(View::Operator, BACKSTAGE)],
        ..SlideDraft::default()
    };
    let unshown = SlideDraft {
        title: UNSHOWN.to_owned(),
        questions: vec![
            QuestionDraft::new(UNSHOWN, QuestionType::Text, 1).with_alternative(UNSHOWN, SOLUTION),
        ],
        components: vec![
            text(View::Team, UNSHOWN),
            text(View::Audience, &format!("<img src=\"/static/images/{UNSHOWN}.png\">")),
        ],
        background_image: Some(image),
        ..SlideDraft::default()
    };
    let team = |name: &str| TeamDraft { name: name.to_owned(), ..TeamDraft::default() };
    CompetitionDraft {
        name: "Secrets".to_owned(),
        year: 2026,
        views: Some(views),
        slides: vec![slide, unshown],
        teams: vec![team("One"), team("Two")],
        ..CompetitionDraft::default()
    }
}

impl World {
    pub(super) async fn create(app: &TestApp, views: Views) -> Self {
        let admin = app.admin().await;
        let editor = app.editor("marker-user@test.se", "Linköping").await;
        let form = files::form("image", &format!("{UNSHOWN}.png"), &files::png(4, 4));
        let sent = app.post("/api/media/images").bearer(&admin).body(files::FORM, form);
        let uploaded = sent.send().await.expect(200);
        let unshown_media_id: MediaId = uploaded["id"].as_i64().expect("an id").into();
        let draft = draft(views, unshown_media_id);
        let competition_id = app.competition(draft, app.city("Linköping").await).await;
        let media_id = app.image("picture.png").await;
        app.start_presentation(competition_id).await;
        let mut callers = vec![
            Caller { name: "admin".to_owned(), kind: Kind::Admin, token: admin },
            Caller { name: "editor".to_owned(), kind: Kind::Editor, token: editor },
        ];
        for (view, kind) in [
            (View::Judge, Kind::Judge),
            (View::Operator, Kind::Operator),
            (View::Audience, Kind::Audience),
        ] {
            let token = app.open_screen(competition_id, view).await;
            callers.push(Caller { name: view.name().to_owned(), kind, token });
        }
        for place in 0..2 {
            let token = app.open_team(competition_id, place).await;
            callers.push(Caller { name: format!("team {place}"), kind: Kind::Team(place), token });
        }
        let mut secrets = vec![
            (Secret::Solution, SOLUTION.to_owned()),
            (Secret::Instructions, INSTRUCTIONS.to_owned()),
            (Secret::Backstage, BACKSTAGE.to_owned()),
            (Secret::User, "marker-user@test.se".to_owned()),
            (Secret::Reason, REASON.to_owned()),
            (Secret::Unshown, UNSHOWN.to_owned()),
        ];
        for place in 0..2 {
            secrets.push((Secret::Answer(place), ANSWERS[place].to_owned()));
            secrets.push((Secret::Score(place), SCORES[place].to_string()));
        }
        let codes = app.codes(competition_id).await;
        secrets.extend(codes.iter().map(|c| (Secret::Code, c.code.as_str().to_owned())));
        let world = Self {
            competition_id,
            views,
            media_id,
            unshown_media_id,
            callers,
            secrets,
            found: RefCell::default(),
        };
        let fractions = json!({"fractions_allowed": true});
        world.edit(app, &fractions).await;
        world.as_operator(app, "step", &json!({"step": 1})).await;
        world.answer_and_score(app, 1).await;
        world
    }

    fn token(&self, kind: Kind) -> &str {
        let caller = self.callers.iter().find(|caller| caller.kind == kind);
        &caller.expect("is there").token
    }

    /// Why the operator does something.
    pub(super) fn reason(&self) -> &'static str {
        REASON
    }

    pub(super) async fn as_operator(&self, app: &TestApp, what: &str, data: &Value) {
        let path = format!("/api/competitions/{}/presentation/{what}", self.competition_id);
        app.post(&path).bearer(self.token(Kind::Operator)).json(data).send().await.expect(200);
    }

    pub(super) async fn edit(&self, app: &TestApp, change: &Value) {
        let path = format!("/api/competitions/{}", self.competition_id);
        app.put(&path).bearer(self.token(Kind::Editor)).json(change).send().await.expect(200);
    }

    /// The ids of a slide, a question, an alternative and a component that are never shown.
    pub(super) const UNSHOWN: [i64; 4] = [2, 3, 4, 3];

    /// Each team answers, and the judge gives points that nobody would guess, and says why.
    pub(super) async fn answer_and_score(&self, app: &TestApp, round: i32) {
        let token = |kind| self.token(kind);
        for place in 0..2 {
            let team = format!("/api/competitions/{}/teams/{}", self.competition_id, place + 1);
            // The same answer again would be no news.
            let answer = json!({"answer": format!("{} {round}", ANSWERS[place])});
            let path = format!("{team}/answers/1");
            app.put(&path).bearer(token(Kind::Team(place))).json(&answer).send().await.expect(200);
            let score = json!({"score": SCORES[place], "reason": REASON});
            let path = format!("{team}/scores/1");
            app.put(&path).bearer(token(Kind::Judge)).json(&score).send().await.expect(200);
            // What is put right for a team before it knows what is asked.
            let [_, _, alternative, _] = Self::UNSHOWN;
            let answer = json!({"answer": format!("{UNSHOWN} {round}"), "reason": REASON});
            let path = format!("{team}/answers/{alternative}");
            app.put(&path).bearer(token(Kind::Judge)).json(&answer).send().await.expect(200);
        }
    }

    /// Fails on a marker that the caller must not see.
    pub(super) fn search(&self, text: &str, caller: &Caller, stage: Stage, place: &str) {
        for (secret, marker) in &self.secrets {
            if text.contains(marker.as_str()) {
                let told = format!("{secret:?} at {place} to {} {stage:?}", caller.name);
                assert!(caller.may_see(*secret, stage, place, self), "{told}: {text}");
                self.found.borrow_mut().insert(marker.clone());
            }
        }
    }

    pub(super) fn expect_all_to_be_found(&self) {
        let found = self.found.borrow();
        for (secret, marker) in &self.secrets {
            assert!(found.contains(marker), "{secret:?} was never seen: {marker}");
        }
    }
}
