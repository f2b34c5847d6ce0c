//! The service worker of the finished site: www/offline/service-worker.js with a line in front that says
//! which files belong to this version. The page names it, so that a page without the line has none.

use anyhow::{Result, ensure};
use serde_json::json;

/// Its file, beside index.html: it answers for the folder that it lies in.
pub const FILE: &str = "service-worker.js";

/// What is fetched when it is asked for, not with the rest.
const LATER: &str = "pkg/webgpu/";

/// The finished program.
pub fn script<'a>(
    source: &str,
    version: &str,
    folder: &str,
    names: impl Iterator<Item = &'a str>,
) -> String {
    // Type declarations are for those who program against a development bundle.
    let needed = names.filter(|name| !name.ends_with(".d.ts"));
    let (later, files): (Vec<&str>, Vec<&str>) = needed.partition(|name| name.starts_with(LATER));
    let below = |names: Vec<&str>| -> Vec<String> {
        let address = |name| format!("{folder}/{name}");
        names.into_iter().map(address).collect()
    };
    let site = json!({ "version": version, "files": below(files), "later": below(later) });
    format!("const SITE = {site};\n\n{source}")
}

/// The page with the name of its service worker in its head, and with its version.
pub fn name_in(page: &str, version: &str) -> Result<String> {
    ensure!(
        page.matches("</head>").count() == 1,
        "index.html must have one </head>"
    );
    let link =
        format!("  <link rel=\"serviceworker\" href=\"{FILE}\" data-version=\"{version}\">\n");
    Ok(page.replace("</head>", &format!("{link}</head>")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_kept_and_webgpu_later() {
        let names = [
            "boot.js",
            "locales/zh.json",
            "pkg/cpu/lsgan_lab.d.ts",
            "pkg/cpu/lsgan_lab.js",
            "pkg/webgpu/lsgan_lab.js",
        ];
        let script = script("the program", "1f", "assets-2e", names.into_iter());
        let (line, rest) = script.split_once('\n').unwrap();
        let site = line
            .trim_start_matches("const SITE = ")
            .trim_end_matches(';');
        let site: serde_json::Value = serde_json::from_str(site).unwrap();
        assert_eq!(site["version"], "1f");
        assert_eq!(
            site["files"],
            json!([
                "assets-2e/boot.js",
                "assets-2e/locales/zh.json",
                "assets-2e/pkg/cpu/lsgan_lab.js"
            ])
        );
        assert_eq!(site["later"], json!(["assets-2e/pkg/webgpu/lsgan_lab.js"]));
        assert_eq!(rest.trim_start(), "the program");
    }

    #[test]
    fn a_page_without_a_head_is_refused() {
        assert!(name_in("<p>", "1f").is_err());
        assert!(
            name_in("<head></head>", "1f")
                .unwrap()
                .contains("data-version=\"1f\"")
        );
    }
}
