//! The page as one file, `lsgan-lab.html`, that opens by double click: styles, programs, words, lessons and
//! the CPU bundles stand in it. www/offline/single-page.js finds them there.
//!
//! Its content security policy lets in what stands in the file, named by its hash, and what the page makes
//! itself (`blob:`), and nothing from anywhere else.

use crate::site::{Site, refers_to_www};
use crate::sizes;
use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// The file, beside index.html.
pub const FILE: &str = "lsgan-lab.html";

/// The most that it may weigh, in bytes.
const LIMIT: usize = 5_000_000;

/// The folders of the bundles that it may carry, below pkg/.
const BUNDLES: [&str; 2] = ["cpu", "cpu-relaxed"];

/// Programs that only a site has a use for.
const FOR_SITES: [&str; 2] = ["files.js", "offline/keep.js"];

/// Writes the file into `dist` and says how many bytes it has.
pub fn write(site: &Site, dist: &Path) -> Result<usize> {
    let page = page(site)?;
    ensure!(
        page.len() <= LIMIT,
        "{FILE} has {} bytes; at most {LIMIT} are allowed",
        page.len()
    );
    fs::write(dist.join(FILE), &page).with_context(|| format!("cannot write {FILE}"))?;
    Ok(page.len())
}

/// The finished page.
fn page(site: &Site) -> Result<String> {
    let (mut page, mut style) = (String::new(), String::new());
    let program = Program::of(site, "boot.js", "offline/single-page.js")?;
    let mut worker = Program::of(site, "worker.js", "offline/single-worker.js")?;
    // A worker that is no module waits for nothing at its outermost level.
    worker.text = format!("(async () => {{{}}})();\n", worker.text);
    let icon = STANDARD.encode(site.text("icon.svg")?);
    let icon = format!("\"data:image/svg+xml;base64,{icon}\"");
    for line in site.page().lines() {
        let is = |mark: &str| line.contains(mark);
        if is("rel=\"stylesheet\"") {
            style += site.text(attribute(line, "href=\"www/")?)?;
        } else if is("Content-Security-Policy") {
            // Filled in below, once the styles are read.
            page += "POLICY\n";
        } else if is("</head>") {
            page += &format!("<style>{style}</style>\n");
            page += &format!(
                "<script type=\"module\">{}</script>\n</head>\n",
                program.text
            );
        } else if is("</body>") {
            page += &held(site, &worker.text)?;
            page += "</body>\n";
        } else if !ONLY_ON_SITES.iter().any(|mark| is(mark)) {
            page += &line.replace("\"www/icon.svg\"", &icon);
            page.push('\n');
        }
    }
    for (text, end) in [(&program.text, "</script"), (&style, "</style")] {
        ensure!(
            !text.contains(end) && !text.contains("<!--"),
            "a text with {end} in it cannot stand in one file"
        );
    }
    ensure!(
        !style.replace("url(\"data:", "").contains("url(") && !style.contains("@import"),
        "a style refers to another file, which {FILE} would lack"
    );
    ensure!(
        !refers_to_www(page.as_bytes(), false),
        "index.html refers to a file below www/ that {FILE} would lack"
    );
    carries_all(site, &[&program, &worker])?;
    let policy = attribute(
        site.page()
            .lines()
            .find(|line| line.contains("Content-Security-Policy"))
            .context("index.html has no content security policy")?,
        "content=\"",
    )?;
    let policy = strict(policy, &program.text, &style);
    let policy = format!("  <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n");
    Ok(page.replacen("POLICY\n", &policy, 1))
}

/// Lines of index.html by what is in them that mean nothing in one file.
const ONLY_ON_SITES: [&str; 4] = [
    "rel=\"manifest\"",
    "rel=\"apple-touch-icon\"",
    "rel=\"modulepreload\"",
    "src=\"www/boot.js\"",
];

/// What an attribute says, from its given beginning to the closing quote.
fn attribute<'a>(line: &'a str, beginning: &str) -> Result<&'a str> {
    let value = line
        .split(beginning)
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    value.with_context(|| format!("index.html: no {beginning} in {line}"))
}

/// The site's policy with each `'self'` turned into what stands for it in one file.
fn strict(policy: &str, program: &str, style: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let directive = |directive: &str| {
        let (name, sources) = directive.trim().split_once(' ')?;
        let own = match name {
            "script-src" => format!("{} blob:", hash(program)),
            "style-src" => hash(style),
            "worker-src" => "blob:".to_owned(),
            _ => String::new(),
        };
        let sources = sources.replace("'self'", &own);
        let sources = sources.trim();
        Some(format!(
            "{name} {}",
            if sources.is_empty() {
                "'none'"
            } else {
                sources
            }
        ))
    };
    let directives: Vec<String> = policy.split(';').filter_map(directive).collect();
    directives.join("; ")
}

/// The elements from which www/offline/single-page.js takes files and bundles.
fn held(site: &Site, worker: &str) -> Result<String> {
    let (mut texts, mut glue, mut programs) = (Map::new(), Map::new(), String::new());
    for (name, content) in site.assets() {
        let extension = name.rsplit('.').next().unwrap_or_default();
        let elsewhere = ["css", "js", "png", "svg", "wasm", "webmanifest"].contains(&extension);
        if !elsewhere && !name.starts_with("pkg/") {
            let text = std::str::from_utf8(content);
            let text =
                text.with_context(|| format!("www/{name} is no text: {FILE} cannot hold it"))?;
            texts.insert(name.clone(), text.into());
        }
    }
    for folder in BUNDLES {
        let Some(program) = site
            .assets()
            .get(&format!("pkg/{folder}/lsgan_lab_bg.wasm"))
        else {
            continue;
        };
        let script = site.text(&format!("pkg/{folder}/lsgan_lab.js"))?;
        ensure!(
            !script.lines().any(|line| line.starts_with("import ")),
            "the bundle {folder} is of several scripts, and {FILE} holds one of each"
        );
        glue.insert(folder.to_owned(), script.into());
        let program = STANDARD.encode(sizes::gzipped(program)?);
        programs +=
            &format!("<script type=\"text/plain\" data-held=\"{folder}\">{program}</script>\n");
    }
    ensure!(glue.contains_key("cpu"), "the CPU bundle is missing");
    let files: Value = json!({ "texts": texts, "worker": worker, "glue": glue });
    // No text in it can end the element.
    let files = files.to_string().replace('<', "\\u003c");
    Ok(format!(
        "<script type=\"application/json\" data-held=\"files\">{files}</script>\n{programs}"
    ))
}

/// Every program of the site must have come along.
fn carries_all(site: &Site, programs: &[&Program]) -> Result<()> {
    for name in site.assets().keys() {
        let program = name.ends_with(".js") && !name.starts_with("pkg/");
        let carried = programs
            .iter()
            .any(|program| program.modules.contains(name));
        if program && !carried && !FOR_SITES.contains(&name.as_str()) {
            bail!("www/{name} is imported by no program of {FILE}, and would be missing there");
        }
    }
    Ok(())
}

/// A module and all that it imports, in one text.
struct Program {
    text: String,
    modules: Vec<String>,
}

impl Program {
    /// Joins `entry` and its imports; where one asks for files.js, it gets `files`.
    fn of(site: &Site, entry: &str, files: &str) -> Result<Self> {
        let mut program = Self {
            text: "\n".to_owned(),
            modules: Vec::new(),
        };
        program.join(site, entry, files)?;
        Ok(program)
    }

    /// Adds a module after what it imports. Ours are few and plain: an import is a line with names and a
    /// file, an export a word in front of a declaration, and no two modules have a name in common.
    fn join(&mut self, site: &Site, name: &str, files: &str) -> Result<()> {
        if self.modules.iter().any(|known| known == name) {
            return Ok(());
        }
        self.modules.push(name.to_owned());
        let source = match name {
            "files.js" => site.part(files)?,
            _ => site.text(name)?,
        };
        for line in source.lines() {
            let plain = |line: &str| !line.contains(" as ") && line.ends_with(".js';");
            if line.starts_with("import ") {
                let imported = line.split(" from '").nth(1);
                let imported = imported.filter(|_| plain(line)).with_context(|| {
                    format!("www/{name}: {FILE} can take no import but one like import {{ a }} from './b.js';")
                })?;
                let imported = imported.trim_end_matches("';");
                self.join(site, imported.trim_start_matches(['.', '/']), files)?;
                continue;
            }
            let declared = line.strip_prefix("export ").unwrap_or(line);
            ensure!(
                declared == line
                    || ["const ", "function ", "async function "]
                        .iter()
                        .any(|word| declared.starts_with(word)),
                "www/{name}: {FILE} can take no export but of a const or a function"
            );
            self.text += declared;
            self.text.push('\n');
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// The site of this repository, with a bundle as small as one can be.
    fn site() -> Site {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut site = Site::read(&root).unwrap();
        let shell = xshell::Shell::new().unwrap();
        let folder = shell.create_temp_dir().unwrap();
        shell.change_dir(folder.path());
        shell
            .write_file("lsgan_lab.js", "export default 1; // </script><!--")
            .unwrap();
        shell.write_file("lsgan_lab_bg.wasm", "a program").unwrap();
        site.add("pkg/cpu", folder.path()).unwrap();
        site
    }

    /// What stands between two marks, the first time.
    fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
        text.split_once(start).unwrap().1.split_once(end).unwrap().0
    }

    #[test]
    fn the_page_holds_everything_and_refers_to_nothing() {
        let page = page(&site()).unwrap();
        for link in [
            "src=\"www",
            "href=\"www",
            "src=\"http",
            "<link rel=\"stylesheet\"",
        ] {
            assert!(!page.contains(link), "{link}");
        }
        let held = between(&page, "data-held=\"files\">", "</script>");
        let held: Value = serde_json::from_str(held).unwrap();
        let words = fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../www/locales/zh.json"
        ));
        assert_eq!(held["texts"]["locales/zh.json"], words.unwrap());
        assert!(held["texts"]["lessons/index.json"].is_string());
        assert_eq!(held["glue"]["cpu"], "export default 1; // </script><!--");
        let program = between(&page, "data-held=\"cpu\">", "</script>");
        let program = STANDARD.decode(program).unwrap();
        let mut unpacked = String::new();
        let mut reader = flate2::read::GzDecoder::new(&program[..]);
        std::io::Read::read_to_string(&mut reader, &mut unpacked).unwrap();
        assert_eq!(unpacked, "a program");
    }

    #[test]
    fn its_policy_names_what_stands_in_it() {
        let page = page(&site()).unwrap();
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
        for (start, end) in [
            ("<style>", "</style>"),
            ("<script type=\"module\">", "</script>"),
        ] {
            let digest = Sha256::digest(between(&page, start, end));
            let source = format!("'sha256-{}'", STANDARD.encode(digest));
            assert!(
                policy.contains(&source),
                "{start} is not let in by {policy}"
            );
        }
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        assert!(policy.contains("connect-src 'none'"), "{policy}");
        assert!(policy.contains("worker-src blob:"), "{policy}");
        for open in ["'self'", "unsafe-inline", "http", "*", "'unsafe-eval'"] {
            assert!(!policy.contains(open), "{open} in {policy}");
        }
    }

    #[test]
    fn a_program_is_joined_after_what_it_imports_and_each_once() {
        let program = Program::of(&site(), "boot.js", "offline/single-page.js").unwrap();
        assert_eq!(program.modules, ["boot.js", "files.js", "simd.js"]);
        assert!(!program.text.contains("\nimport ") && !program.text.contains("\nexport "));
        let place = |words: &str| program.text.find(words).unwrap();
        assert!(place("function hasSimd()") < place("function worker("));
        assert!(place("function worker(") < place("start_page({"));
        assert_eq!(program.text.matches("function hasSimd()").count(), 1);
    }
}
