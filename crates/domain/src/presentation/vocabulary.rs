//! The names of the live events, in both directions.

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one of that name, if there is one.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

names! {
    /// What clients are told.
    ServerEvent {
        /// What is shown, or what changed of it.
        Sync = "sync",
        /// The presentation is over.
        EndPresentation = "end_presentation",
        /// A team answered.
        Answer = "answer",
        /// Answers of a team are not taken there.
        Locked = "locked",
        /// A team was given points.
        Score = "score",
        /// A team was given more time.
        Reopened = "reopened",
        /// How many take part.
        Presence = "presence",
        /// Somebody edits the competition.
        CompetitionChanged = "competition_changed",
        /// All that was missed has been sent.
        Resumed = "resumed",
        /// Something was refused.
        Error = "error",
        /// The server's clock was set.
        ClockChanged = "clock_changed",
        /// In the words of the first front-end: another slide.
        SetSlide = "set_slide",
        /// In the words of the first front-end: another timer.
        SetTimer = "set_timer",
    }
}

names! {
    /// What clients ask for.
    ClientEvent {
        /// Change what is shown.
        Sync = "sync",
        /// End the presentation.
        EndPresentation = "end_presentation",
        /// Answer.
        Answer = "answer",
        /// Give points.
        Score = "score",
        /// Give a team more time.
        Reopen = "reopen",
        /// Show the next clue.
        Step = "step",
        /// Compare clocks.
        Time = "time",
        /// Join or resume.
        Join = "join",
        /// In the words of the first front-end: start.
        StartPresentation = "start_presentation",
        /// In the words of the first front-end: join with a code.
        JoinPresentation = "join_presentation",
        /// In the words of the first front-end: show another slide.
        SetSlide = "set_slide",
        /// In the words of the first front-end: set the timer.
        SetTimer = "set_timer",
        /// Stop the timer where it is.
        TimerPause = "timer_pause",
        /// Let the timer go on.
        TimerResume = "timer_resume",
        /// Make the time of the slide longer or shorter.
        TimerAdd = "timer_add",
        /// Let a presentation go on that has ended.
        ResumePresentation = "resume_presentation",
    }
}
