//! How a page is handed out: which of its parts are hidden, which are locked, whether it stands in a
//! frame and which sites may speak to it there. Travels in a link beside the scene.
//!
//! It makes a page simpler, not safer: whoever can edit the link can take all of it away.

use crate::{
    config::{ConfigError, Problem},
    quote::quoted,
};

/// The parts of the page that can be hidden or locked, by their names in links, in index.html
/// (`data-part`) and in the locales (`part.<name>`).
pub const PARTS: [&str; 19] = [
    "views",
    "lessons",
    "badge",
    "settings",
    "legend",
    "charts",
    "transport",
    "presets",
    "share",
    "takeaway",
    "timeline",
    "loss",
    "look",
    "panes",
    "target",
    "networks",
    "latent",
    "training",
    "backend",
];

/// Most sites that may speak to a framed page.
const MOST_ORIGINS: usize = 8;

/// How a page is handed out; the default leaves it whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handout {
    /// Parts that are not there; of [`PARTS`].
    pub hide: Vec<&'static str>,
    /// Parts that show but cannot be changed; of [`PARTS`].
    pub lock: Vec<&'static str>,
    /// Whether the page stands in a frame of another page, without its own heading.
    pub embed: bool,
    /// Sites whose pages may call the API of a framed page by messages, such as `https://school.example`.
    pub origins: Vec<String>,
}

/// What becomes of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is there and works.
    Shown,
    /// It is there and cannot be changed.
    Locked,
    /// It is not there.
    Hidden,
}

impl Handout {
    /// Reads the pairs of a link that make a handout; others are passed over.
    ///
    /// # Errors
    /// [`ConfigError`] names the pair and what is allowed there.
    pub fn read<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, ConfigError> {
        let mut handout = Self::default();
        for (name, value) in pairs {
            match name {
                "hide" => handout.hide = parts(name, value)?,
                "lock" => handout.lock = parts(name, value)?,
                "embed" => handout.embed = flag(name, value)?,
                "origins" => handout.origins = origins(name, value)?,
                _ => {}
            }
        }
        Ok(handout)
    }

    /// The pairs by which a link says it; none for a whole page.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut list = |name, list: &[&str]| {
            if !list.is_empty() {
                pairs.push((name, list.join(",")));
            }
        };
        list("hide", &self.hide);
        list("lock", &self.lock);
        if self.embed {
            pairs.push(("embed", "1".to_owned()));
        }
        if !self.origins.is_empty() {
            pairs.push(("origins", self.origins.join(",")));
        }
        pairs
    }

    /// What becomes of a part.
    pub fn fate(&self, part: &str) -> Fate {
        if self.hide.contains(&part) {
            Fate::Hidden
        } else if self.lock.contains(&part) {
            Fate::Locked
        } else {
            Fate::Shown
        }
    }

    /// Decides what becomes of a part; nothing if there is no such part.
    pub fn decide(&mut self, part: &str, fate: Fate) {
        let Some(&part) = PARTS.iter().find(|known| **known == part) else {
            return;
        };
        for (list, its) in [
            (&mut self.hide, Fate::Hidden),
            (&mut self.lock, Fate::Locked),
        ] {
            list.retain(|known| *known != part);
            if fate == its {
                list.push(part);
            }
        }
    }

    /// Whether a page of this origin may call the API.
    pub fn admits(&self, origin: &str) -> bool {
        self.embed && self.origins.iter().any(|allowed| allowed == origin)
    }
}

fn parts(name: &str, value: &str) -> Result<Vec<&'static str>, ConfigError> {
    let mut found = Vec::new();
    for word in value.split(',').filter(|word| !word.is_empty()) {
        let part = PARTS.iter().find(|part| **part == word).ok_or_else(|| {
            let problem = Problem::Choices {
                most: PARTS.len() as u64,
                allowed: PARTS.join(", "),
                found: quoted(word),
            };
            ConfigError::new(name, problem)
        })?;
        if !found.contains(part) {
            found.push(*part);
        }
    }
    Ok(found)
}

fn flag(name: &str, value: &str) -> Result<bool, ConfigError> {
    match value {
        "1" => Ok(true),
        "0" => Ok(false),
        other => {
            let problem = Problem::Choice {
                allowed: "0, 1".to_owned(),
                found: quoted(other),
            };
            Err(ConfigError::new(name, problem))
        }
    }
}

/// Reads origins, as browsers write them: scheme, host, and a port where it is not the usual one.
fn origins(name: &str, value: &str) -> Result<Vec<String>, ConfigError> {
    let words: Vec<_> = value.split(',').filter(|word| !word.is_empty()).collect();
    let wrong = if words.len() > MOST_ORIGINS {
        Some(value)
    } else {
        words.iter().copied().find(|word| !is_origin(word))
    };
    match wrong {
        None => Ok(words.into_iter().map(str::to_owned).collect()),
        Some(found) => Err(ConfigError::new(
            name,
            Problem::Origins {
                most: MOST_ORIGINS as u64,
                found: quoted(found),
            },
        )),
    }
}

fn is_origin(word: &str) -> bool {
    let Some(rest) = ["https://", "http://"]
        .iter()
        .find_map(|scheme| word.strip_prefix(scheme))
    else {
        return false;
    };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let of_host = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.'
    };
    let port_fits = port.is_none_or(|port| {
        (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    (1..=253).contains(&host.len()) && host.bytes().all(of_host) && port_fits
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn read(link: &str) -> Result<Handout, String> {
        let pairs = link.split('&').filter_map(|pair| pair.split_once('='));
        Handout::read(pairs).map_err(|error| error.to_string())
    }

    #[test]
    fn a_handout_survives_its_link() {
        let link = "hide=views,lessons&lock=loss,target&embed=1&origins=https://a.example,http://localhost:8000";
        let handout = read(link).unwrap();
        assert_eq!(handout.fate("views"), Fate::Hidden);
        assert_eq!(handout.fate("loss"), Fate::Locked);
        assert_eq!(handout.fate("look"), Fate::Shown);
        let pairs: Vec<_> = handout.pairs();
        let written: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_eq!(written.join("&"), link);
        assert_eq!(Handout::default().pairs(), []);
        assert_eq!(read("seed=4&lang=zh").unwrap(), Handout::default());
    }

    #[test]
    fn what_is_not_allowed_is_named() {
        for (link, words) in [
            (
                "hide=views,all",
                "hide must be at most 19 of views, lessons",
            ),
            ("lock=<b>", "not <b>"),
            ("embed=yes", "embed must be one of 0, 1, not yes"),
            (
                "origins=a.example",
                "origins must be at most 8 web addresses",
            ),
        ] {
            let said = read(link).unwrap_err();
            assert!(said.contains(words), "{link}: {said}");
        }
        for origin in [
            "https://a.example/path",
            "https://A.example",
            "https://",
            "null",
            "*",
            "javascript:0",
            "https://a.example:",
            "https://a.example:123456",
            "https://user@a.example",
        ] {
            assert!(read(&format!("origins={origin}")).is_err(), "{origin}");
        }
        let many = ["https://a.example"; 9].join(",");
        assert!(read(&format!("origins={many}")).is_err());
    }

    #[test]
    fn only_a_framed_page_is_spoken_to_and_only_by_those_named() {
        let handout = read("embed=1&origins=https://a.example").unwrap();
        assert!(handout.admits("https://a.example"));
        for other in ["https://b.example", "http://a.example", "null", ""] {
            assert!(!handout.admits(other), "{other}");
        }
        assert!(
            !read("origins=https://a.example")
                .unwrap()
                .admits("https://a.example")
        );
    }

    #[test]
    fn a_part_has_one_fate() {
        let mut handout = read("hide=loss&lock=loss,look").unwrap();
        handout.decide("loss", Fate::Locked);
        handout.decide("look", Fate::Shown);
        handout.decide("nothing", Fate::Hidden);
        assert_eq!((handout.hide.len(), &handout.lock[..]), (0, &["loss"][..]));
    }
}
