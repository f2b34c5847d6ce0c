//! The files of the finished site, gathered in memory, and the one change that is made to them:
//! index.html's `www/` becomes a folder named by what is in it.

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
}

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
                self.assets.insert(name, content);
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

    /// Writes the site to `dist`.
    pub fn write(&self, dist: &Path) -> Result<()> {
        let folder = self.asset_folder();
        let page = point_to(&folder, &self.page);
        for (name, content) in &self.assets {
            let path = dist.join(&folder).join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(&path, content)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
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
        let hex: String = hash
            .finalize()
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("assets-{hex}")
    }
}

/// The page with its links to www/ turned to `folder`.
fn point_to(folder: &str, page: &str) -> String {
    let page = page.replace("\"www/", &format!("\"{folder}/"));
    page.replace("\"./www/", &format!("\"./{folder}/"))
}

/// Whether something that reads like a link names www/. In a text that is the folder's name after
/// a quote, a slash or a bracket (`see www/boot.js` is no link). In a program, where strings lie
/// end to end without quotes, it is the name after anything but a space.
fn refers_to_www(content: &[u8], program: bool) -> bool {
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
        shell
            .write_file("www/pkg/cpu/lsgan_lab.js", "a development build")
            .unwrap();
        (shell, folder)
    }

    const PAGE: &str = r#"<link href="./www/style.css"><script src="www/boot.js"></script>"#;

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
        assert_eq!(page, PAGE.replace("www/", &format!("{assets}/")));
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
    fn the_folder_is_renamed_whenever_a_name_or_a_byte_changes() {
        let folder_with = |assets: &[(&str, &str)]| {
            let assets = assets
                .iter()
                .map(|(name, content)| (name.to_string(), content.as_bytes().to_vec()));
            Site {
                page: String::new(),
                assets: assets.collect(),
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
