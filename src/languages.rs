//! The languages of the page: one for each file of `www/locales`, found when the crate is built.

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// The name in links, and of its file.
    pub name: &'static str,
    /// Its tag after BCP 47, which HTML and `Intl` take.
    pub tag: &'static str,
    /// What its speakers call it.
    pub own_name: &'static str,
}

/// All of them, English first.
pub const ALL: &[Language] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));

impl Language {
    /// The one of that name in links, if there is one.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|language| language.name == name)
    }

    /// The first that somebody who asks for these, by their tags, can read; English if there is none.
    pub fn preferred(tags: impl IntoIterator<Item = String>) -> &'static Self {
        let primary = |tag: &str| {
            tag.split('-')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        };
        tags.into_iter()
            .find_map(|asked| {
                let exact = ALL
                    .iter()
                    .find(|known| known.tag.eq_ignore_ascii_case(&asked));
                exact.or_else(|| {
                    ALL.iter()
                        .find(|known| primary(known.tag) == primary(&asked))
                })
            })
            .unwrap_or(&ALL[0])
    }

    /// `rtl` for a language that is written from right to left, else `ltr`.
    pub fn direction(&self) -> &'static str {
        match self.tag.split('-').next() {
            Some("ar" | "dv" | "fa" | "he" | "ps" | "ur" | "yi") => "rtl",
            _ => "ltr",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred(tags: &[&str]) -> &'static str {
        Language::preferred(tags.iter().map(|&tag| tag.to_owned())).name
    }

    #[test]
    fn who_asks_for_a_language_gets_the_nearest_that_there_is() {
        assert_eq!(preferred(&["zh-CN"]), "zh");
        assert_eq!(preferred(&["ZH"]), "zh");
        assert_eq!(preferred(&["tlh", "zh-Hans", "en"]), "zh");
        assert_eq!(preferred(&["en-GB", "zh"]), "en");
        assert_eq!(preferred(&["tlh", ""]), "en");
        assert_eq!(preferred(&[]), "en");
    }

    #[test]
    fn names_are_those_of_links() {
        assert_eq!(Language::named("zh").unwrap().tag, "zh-Hans");
        assert_eq!(Language::named("zh-Hans"), None);
    }

    #[test]
    fn hebrew_is_written_from_right_to_left() {
        let hebrew = Language {
            name: "he",
            tag: "he-IL",
            own_name: "עברית",
        };
        assert_eq!(hebrew.direction(), "rtl");
        assert_eq!(ALL[0].direction(), "ltr");
    }
}
