//! `cargo xtask dist`: the optimised site in `dist/`, ready for any static host and any sub-path, and beside
//! it the page as one file.
//!
//! Everything but index.html lies in one folder that is named by a hash of all its files. A host
//! may let browsers keep that folder for ever, and the relative links inside it hold unchanged.

use crate::bundle::{self, Bundle, Profile};
use crate::licences;
use crate::progress::{say, waiting};
use crate::single;
use crate::site::Site;
use crate::sizes::{self, Size, kilobytes};
use crate::tools;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::time::SystemTime;
use xshell::cmd;

/// The most that a bundle's files may weigh together under gzip, in bytes.
const LIMITS: [(Bundle, usize); 3] = [
    (Bundle::Cpu, 800_000),
    (Bundle::CpuRelaxed, 800_000),
    (Bundle::WebGpu, 3_000_000),
];

pub fn run(workspace: &Workspace) -> Result<()> {
    bundle::prepare(workspace)?;
    let mut site = Site::read(&workspace.root)?;
    for bundle in Bundle::ALL {
        let folder = workspace.target.join("dist-bundles").join(bundle.folder());
        bundle::build(workspace, bundle, Profile::Dist, &folder)?;
        let program = folder.join("lsgan_lab_bg.wasm");
        let level: &[&str] = match bundle {
            // -O2 and above make it 12 % larger under gzip and no faster: LLVM has inlined what is worth it. Stores
            // and arguments without use, which it left, are 0.8 %.
            // Functions of like names are like each other: side by side they take 7 % less under gzip.
            Bundle::Cpu | Bundle::CpuRelaxed => &[
                "-O1",
                "--shrink-level=2",
                "--duplicate-function-elimination",
                "--dae-optimizing",
                "--rse",
                "--vacuum",
                "--reorder-functions-by-name",
            ],
            Bundle::WebGpu => &["-Oz", "--merge-similar-functions"],
        };
        if let Err(error) = optimise(workspace, &program, level) {
            say(&format!(
                "wasm-opt is left out, so the bundle is larger than it could be: {error:#}"
            ));
        }
        site.add(&format!("pkg/{}", bundle.folder()), &folder)?;
    }
    let dist = workspace.root.join("dist");
    bundle::remove(&dist)?;
    site.write(&dist)?;
    let single = single::write(&site, &dist)?;
    fs::write(dist.join(licences::FILE), licences::list(workspace, &[])?)?;
    print_sizes(&site)?;
    println!("  {:<44}{:>12}\n", single::FILE, kilobytes(single));
    say(&format!("the site is in {}", dist.display()));
    Ok(())
}

/// What the bundles of the finished site weigh under gzip, each beside what it may, in bytes.
pub fn bundle_sizes(workspace: &Workspace) -> Result<Vec<(Bundle, usize, usize)>> {
    let entries = fs::read_dir(workspace.root.join("dist"))?;
    let mut folders = entries.flatten().map(|entry| entry.path());
    let assets = folders
        .find(|folder| folder.join("pkg").is_dir())
        .context("dist/ has no bundles")?;
    let weigh = |(bundle, limit): (Bundle, usize)| -> Result<_> {
        let folder = assets.join("pkg").join(bundle.folder());
        let mut total = 0;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                total += sizes::gzip(&fs::read(entry.path())?)?;
            }
        }
        Ok((bundle, total, limit))
    };
    LIMITS.into_iter().map(weigh).collect()
}

/// Whether the finished site is there and younger than everything that it is made of.
pub fn is_fresh(workspace: &Workspace) -> Result<bool> {
    let Ok(made) = fs::metadata(workspace.root.join("dist/index.html")) else {
        return Ok(false);
    };
    let made = made.modified()?;
    let sources = ["src", "www", "index.html", "Cargo.toml", "Cargo.lock"];
    for source in sources {
        if newest(&workspace.root.join(source))? > made {
            return Ok(false);
        }
    }
    Ok(true)
}

/// When a file, or the last one of a folder, was changed; the bundles below www/ do not count.
fn newest(path: &Path) -> Result<SystemTime> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        return Ok(metadata.modified()?);
    }
    let mut last = SystemTime::UNIX_EPOCH;
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if !path.ends_with("www/pkg") {
            last = last.max(newest(&path)?);
        }
    }
    Ok(last)
}

/// Has wasm-opt rewrite a program in place.
fn optimise(workspace: &Workspace, program: &Path, level: &[&str]) -> Result<()> {
    let wasm_opt = tools::wasm_opt(workspace)?;
    let shell = workspace.shell()?;
    let smaller = program.with_extension("opt");
    // The features that rustc uses for this target, and relaxed SIMD, which one bundle has; wasm-opt refuses
    // what it was not told of.
    let features = [
        "--enable-bulk-memory",
        "--enable-multivalue",
        "--enable-mutable-globals",
        "--enable-nontrapping-float-to-int",
        "--enable-reference-types",
        "--enable-relaxed-simd",
        "--enable-sign-ext",
        "--enable-simd",
    ];
    let optimise = cmd!(
        shell,
        "{wasm_opt} {level...} {features...} {program} -o {smaller}"
    )
    .quiet();
    waiting("optimising with wasm-opt (1 to 3 minutes)", || {
        optimise.run()
    })?;
    fs::rename(&smaller, program).context("cannot replace the program by the optimised one")
}

/// Prints a table of all files, then what a visitor of each kind downloads.
fn print_sizes(site: &Site) -> Result<()> {
    let measure = || -> Result<Vec<(&str, Size)>> {
        site.files()
            .map(|(name, content)| Ok((name, Size::of(content)?)))
            .collect()
    };
    let sizes = waiting("measuring the compressed sizes", measure)?;
    println!("\n{}", Size::heading());
    for (name, size) in &sizes {
        println!("{}", size.row(name));
    }
    println!();
    for (bundle, limit) in LIMITS {
        let folder = format!("pkg/{}/", bundle.folder());
        let total: Size = sizes
            .iter()
            .filter(|(name, _)| name.starts_with(&folder))
            .map(|(_, size)| *size)
            .sum();
        println!(
            "{}",
            total.row(&format!("{} bundle together", bundle.folder()))
        );
        if total.gzip > limit {
            println!(
                "  warning: more than the {} (gzip) that we allow it",
                kilobytes(limit)
            );
        }
    }
    Ok(())
}
