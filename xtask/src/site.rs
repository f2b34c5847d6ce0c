//! The files of the finished site, gathered in memory, and what is changed of them: index.html's `www/`
//! becomes a folder named by what is in it, and the page names its service worker (`service_worker`).

use crate::service_worker;
use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// index.html and everything below www/, without the bundles of the last development build.
pub struct Site {
    page: String,
    /// Content by path below www/, with `/` between folders.
    assets: BTreeMap<String, Vec<u8>>,
    /// Programs below www/offline/ that are no assets: something is made of them here.
    parts: BTreeMap<String, String>,
}

/// Those programs.
const PARTS: [&str; 3] = [
    "offline/service-worker.js",
    "offline/single-page.js",
    "offline/single-worker.js",
];

impl Site {
    /// Reads the site from the repository. A link that would break in `dist/` is an error, here
    /// and in `add`.
    pub fn read(root: &Path) -> Result<Self> {
        let page = fs::read_to_string(root.join("index.html")).context("cannot read index.html")?;
        ensure!(
            !refers_to_www(point_to("assets", &page).as_bytes(), false),
            "index.html refers to www/ other than by \"www/…\" or \"./www/…\" in double quotes"
        );
        let mut site = Self {
            page,
            assets: BTreeMap::new(),
            parts: BTreeMap::new(),
        };
        site.add("", &root.join("www"))?;
        Ok(site)
    }

    /// Adds the files of `folder` below `name`.
    pub fn add(&mut self, name: &str, folder: &Path) -> Result<()> {
        let entries =
            fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let file = entry.file_name();
            let file = file
                .to_str()
                .context("file names of the site must be UTF-8")?;
            let name = if name.is_empty() {
                file.to_owned()
            } else {
                format!("{name}/{file}")
            };
            if name == "pkg" {
                // The bundles of the last development build; finished ones are added one by one.
                continue;
            } else if entry.file_type()?.is_dir() {
                self.add(&name, &entry.path())?;
            } else {
                let content = fs::read(entry.path())?;
                ensure!(
                    !refers_to_www(&content, name.ends_with(".wasm")),
                    "{} refers to www/ by name; in dist/ that folder has another name, so a \
                     link must be relative to the file that holds it",
                    entry.path().display()
                );
                if PARTS.contains(&name.as_str()) {
                    self.parts.insert(name, String::from_utf8(content)?);
                } else {
                    self.assets.insert(name, content);
                }
            }
        }
        Ok(())
    }

    /// The page, then the assets by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let assets = self
            .assets
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()));
        [("index.html", self.page.as_bytes())]
            .into_iter()
            .chain(assets)
    }

    /// index.html as it stands in the repository.
    pub fn page(&self) -> &str {
        &self.page
    }

    /// Content by path below www/.
    pub fn assets(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.assets
    }

    /// The text of an asset.
    pub fn text(&self, name: &str) -> Result<&str> {
        let content = self.assets.get(name);
        let content = content.with_context(|| format!("there is no www/{name}"))?;
        std::str::from_utf8(content).with_context(|| format!("www/{name} is no text"))
    }

    /// The text of a program that something is made of here.
    pub fn part(&self, name: &str) -> Result<&str> {
        let part = self.parts.get(name).map(String::as_str);
        part.with_context(|| format!("there is no www/{name}"))
    }

    /// Changes an asset: another version of the site, for the tests of updates.
    pub fn replace(&mut self, name: &str, from: &str, to: &str) -> Result<()> {
        let changed = self.text(name)?.replace(from, to);
        self.assets.insert(name.to_owned(), changed.into_bytes());
        Ok(())
    }

    /// Writes the site to `dist`.
    pub fn write(&self, dist: &Path) -> Result<()> {
        let folder = self.asset_folder();
        let page = point_to(&folder, &self.page);
        let version = hex(Sha256::new().chain_update(&page));
        let page = service_worker::name_in(&page, &version)?;
        let names = self.assets.keys().map(String::as_str);
        let keeper = service_worker::script(
            self.part("offline/service-worker.js")?,
            &version,
            &folder,
            names,
        );
        for (name, content) in &self.assets {
            let path = dist.join(&folder).join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, content)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        fs::write(dist.join(service_worker::FILE), keeper)?;
        fs::write(dist.join("index.html"), page).context("cannot write dist/index.html")
    }

    /// `assets-` and the hash of every asset's name and content.
    fn asset_folder(&self) -> String {
        let mut hash = Sha256::new();
        for (name, content) in &self.assets {
            // The lengths keep apart what would otherwise run together.
            hash.update(format!("{name} {}\n", content.len()));
            hash.update(content);
        }
        format!("assets-{}", hex(hash))
    }
}

/// The first digits of a hash, enough to tell versions apart.
fn hex(hash: Sha256) -> String {
    let digest = hash.finalize();
    digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The page with its links to www/ turned to `folder`.
fn point_to(folder: &str, page: &str) -> String {
    let page = page.replace("\"www/", &format!("\"{folder}/"));
    page.replace("\"./www/", &format!("\"./{folder}/"))
}

/// Whether something that reads like a link names www/. In a text that is the folder's name after
/// a quote, a slash or a bracket (`see www/boot.js` is no link). In a program, where strings lie
/// end to end without quotes, it is the name after anything but a space.
pub fn refers_to_www(content: &[u8], program: bool) -> bool {
    let opens_a_link = |before: u8| {
        if program {
            before != b' '
        } else {
            b"\"'`/(".contains(&before)
        }
    };
    content
        .windows(5)
        .any(|text| &text[1..] == b"www/" && opens_a_link(text[0]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xshell::{Shell, TempDir};

    fn repository(page: &str, boot: &str) -> (Shell, TempDir) {
        let shell = Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        shell.change_dir(folder.path());
        shell.write_file("index.html", page).unwrap();
        shell.write_file("www/boot.js", boot).unwrap();
        shell.write_file("www/locales/en.json", "{}").unwrap();
        for part in PARTS {
            shell.write_file(format!("www/{part}"), "").unwrap();
        }
        shell
            .write_file("www/pkg/cpu/lsgan_lab.js", "a development build")
            .unwrap();
        (shell, folder)
    }

    const PAGE: &str = r#"<link href="./www/style.css"><script src="www/boot.js"></script></head>"#;

    #[test]
    fn the_page_refers_to_the_folder_that_holds_the_assets() {
        let (shell, folder) = repository(
            PAGE,
            "import('./pkg/cpu/lsgan_lab.js') // see www/style.css",
        );
        let site = Site::read(folder.path()).unwrap();
        let assets = site.asset_folder();
        site.write(&folder.path().join("dist")).unwrap();
        let page = shell.read_file("dist/index.html").unwrap();
        let links = PAGE.replace("www/", &format!("{assets}/"));
        assert!(
            page.starts_with(links.trim_end_matches("</head>")),
            "{page}"
        );
        assert!(shell.path_exists(format!("dist/{assets}/boot.js")));
        assert!(shell.path_exists(format!("dist/{assets}/locales/en.json")));
    }

    #[test]
    fn development_bundles_stay_at_home() {
        let (_shell, folder) = repository(PAGE, "");
        let names: Vec<String> = Site::read(folder.path())
            .unwrap()
            .files()
            .map(|(name, _)| name.to_owned())
            .collect();
        assert_eq!(names, ["index.html", "boot.js", "locales/en.json"]);
    }

    #[test]
    fn the_version_changes_with_the_page_alone_and_page_and_keeper_name_the_same() {
        let mut seen = Vec::new();
        for page in [PAGE.to_owned(), format!("<p>{PAGE}")] {
            let (shell, folder) = repository(&page, "");
            let dist = folder.path().join("dist");
            Site::read(folder.path()).unwrap().write(&dist).unwrap();
            let page = shell.read_file("dist/index.html").unwrap();
            let version = page.split("data-version=\"").nth(1).unwrap();
            let version = version.split('"').next().unwrap().to_owned();
            let keeper = shell.read_file("dist/service-worker.js").unwrap();
            assert!(
                keeper.contains(&format!("\"version\":\"{version}\"")),
                "{keeper}"
            );
            assert!(!shell.path_exists("dist/offline"), "a part became an asset");
            seen.push(version);
        }
        assert_ne!(seen[0], seen[1]);
    }

    #[test]
    fn the_folder_is_renamed_whenever_a_name_or_a_byte_changes() {
        let folder_with = |assets: &[(&str, &str)]| {
            let assets = assets
                .iter()
                .map(|(name, content)| (name.to_string(), content.as_bytes().to_vec()));
            Site {
                page: String::new(),
                assets: assets.collect(),
                parts: BTreeMap::new(),
            }
            .asset_folder()
        };
        let original = folder_with(&[("a", "1"), ("b", "2")]);
        assert_eq!(original, folder_with(&[("b", "2"), ("a", "1")]));
        for changed in [
            &[("a", "1"), ("b", "3")],
            &[("a", "1"), ("c", "2")],
            &[("a", "12"), ("b", "")],
        ] {
            assert_ne!(original, folder_with(changed));
        }
    }

    #[test]
    fn a_program_is_searched_for_links_too() {
        assert!(refers_to_www(
            b"\0asm some stringwww/locales/en.jsonanother string",
            true
        ));
        assert!(!refers_to_www(b"\0asm http://www.w3.org/2000/svg", true));
    }

    #[test]
    fn links_that_would_break_are_refused() {
        let (_shell, folder) = repository(PAGE, "fetch('www/locales/en.json')");
        let error = Site::read(folder.path()).err().unwrap();
        assert!(
            error.to_string().contains("boot.js refers to www/"),
            "{error}"
        );

        let (_shell, folder) = repository("<img src='www/icon.svg'>", "");
        let error = Site::read(folder.path()).err().unwrap();
        assert!(
            error.to_string().contains("index.html refers to www/"),
            "{error}"
        );
    }
}
