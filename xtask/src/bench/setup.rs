//! What has to be there before anything is measured: the command line, the site, the date.

use super::{Options, Site};
use crate::bundle::{self, Bundle, Profile};
use crate::dist;
use crate::progress::say;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;
use std::time::SystemTime;
use xshell::cmd;

/// The command line, built as its users do; its engines on a GPU only where they are asked for, since
/// they take long to build.
pub fn program(workspace: &Workspace, options: &Options) -> Result<PathBuf> {
    if !options.no_build {
        say("building the command line");
        let shell = workspace.shell()?;
        let without_gpu = (!options.gpu).then_some("--no-default-features");
        cmd!(
            shell,
            "cargo build --package lsgan-lab --bin lsgan-lab --release {without_gpu...}"
        )
        .run()?;
    }
    let name = format!("lsgan-lab{}", std::env::consts::EXE_SUFFIX);
    Ok(workspace.target.join("release").join(name))
}

/// The folder of the optimised site, built if it is older than its sources; none for the development
/// one, which has to be there.
pub fn site(workspace: &Workspace, options: &Options) -> Result<Option<PathBuf>> {
    let build = !options.no_build;
    if options.profile == Site::Dev {
        if build {
            bundle::prepare(workspace)?;
            for bundle in Bundle::ALL {
                let out = bundle.served(workspace);
                bundle::build(workspace, bundle, Profile::Dev, &out)?;
            }
        }
        return Ok(None);
    }
    let dist = workspace.root.join("dist");
    if build && !dist::is_fresh(workspace)? {
        dist::run(workspace)?;
    }
    Ok(Some(dist))
}

/// The date in Greenwich, as 2026-11-23.
pub fn today() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    date((since.map_or(0, |since| since.as_secs()) / 86_400) as i64)
}

/// The date so many days after 1970-01-01 (Howard Hinnant, *chrono-Compatible Low-Level Date
/// Algorithms*, `civil_from_days`).
fn date(days: i64) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(date(0), "1970-01-01");
        // 2000-02-29 and the day after; 30 years of which 7 had a leap day before.
        assert_eq!(date(30 * 365 + 7 + 59), "2000-02-29");
        assert_eq!(date(30 * 365 + 7 + 60), "2000-03-01");
    }
}
