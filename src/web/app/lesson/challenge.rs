//! The challenge of the open lesson: how it stands, in words.

use crate::{
    scene::Standing,
    web::{app::State, controls, text::Sentence},
};

impl State {
    /// Shows how the challenge stands, or that there is none.
    pub(in crate::web::app) fn show_challenge(&self) {
        let (words, met) = self.challenge_in_words().unwrap_or_default();
        controls::show_challenge(&words, met);
    }

    /// How it stands, and whether it is met; once the lesson has revealed what fails.
    fn challenge_in_words(&self) -> Option<(String, bool)> {
        let open = self.lessons.open.as_ref().filter(|open| open.revealed)?;
        let lesson = open.file.as_ref().ok()?;
        let challenge = lesson.challenge?;
        let pane = self.panes.first()?;
        let quality = pane.snapshot.as_ref().and_then(|one| one.metrics.quality);
        let counted = quality.and_then(|quality| Some((quality.step, quality.modes?.covered)));
        let failing = &lesson.scene.config;
        let standing = challenge.standing(failing, &self.scene.config, pane.done, counted);
        let number = |number: u64| self.words.number(number as f64, 0);
        let name = |field: &str| {
            let key = format!("changed.{field}");
            let name = self.words.get(&key);
            // Fields without words of their own go by their names in links.
            if name == key { field.to_owned() } else { name }
        };
        let goal = [
            ("modes", number(challenge.modes as u64)),
            ("by", number(challenge.by)),
        ];
        let covered = (
            "covered",
            number(counted.map_or(0, |(_, modes)| modes as u64)),
        );
        let (key, more) = match &standing {
            Standing::Unchanged => ("challenge.unchanged", Vec::new()),
            Standing::OtherData => ("challenge.other_data", Vec::new()),
            Standing::Several(fields) => {
                let names: Vec<_> = fields.iter().map(|field| name(field)).collect();
                let separator = self.words.get("challenge.separator");
                (
                    "challenge.several",
                    vec![("fields", names.join(&separator))],
                )
            }
            Standing::Waiting(field) => {
                let step = ("step", number(pane.done));
                ("challenge.waiting", vec![("field", name(field)), step])
            }
            Standing::Failing(field) => {
                ("challenge.failing", vec![("field", name(field)), covered])
            }
            Standing::Met(field) => ("challenge.met", vec![("field", name(field)), covered]),
        };
        let said = Sentence::new(key, goal.into_iter().chain(more));
        Some((self.words.say(&said), matches!(standing, Standing::Met(_))))
    }
}
