//! Something that the page builds on is missing: it trains by what is left, or says in one sentence of each
//! language what it lacks. www/simd.js is the first script of the page and of each worker: faults stand before it.

use anyhow::{Context, Result, ensure};
use e2e::{
    Page, in_browser,
    site::{Fault, Host},
};
use std::path::Path;

/// What is to come of a fault.
enum Outcome {
    /// It trains, and the badge says this locale key's words, where one is named.
    Trains(Option<&'static str>),
    /// The notice of that name is shown, with this in its reason.
    Says(&'static str, &'static str),
}
use Outcome::{Says, Trains};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Opens the page under faults in both languages and looks what came of it.
async fn meet(
    page: &Page,
    host: &Host,
    name: &str,
    faults: &[(&'static str, Fault)],
    outcome: &Outcome,
) -> Result<()> {
    host.spoil(faults);
    for language in ["en", "zh"] {
        // A fragment alone would not load the page again.
        page.driver.goto("about:blank").await?;
        page.driver
            .goto(format!("{}#lang={language}", host.url()))
            .await?;
        let seen = look(page, language, outcome).await;
        seen.with_context(|| format!("{name}, {language}"))?;
    }
    println!("{name}: as it should be");
    Ok(())
}

async fn look(page: &Page, language: &str, outcome: &Outcome) -> Result<()> {
    // Whatever becomes of it, the page does not stay at `Starting…`.
    let seen = page
        .evaluate(
            "
        const patience = Date.now() + 60000;
        const shown = () => [...document.querySelectorAll('[data-boot]')].find((part) => part.checkVisibility());
        while (shown()?.dataset.boot === 'starting') {
            if (Date.now() > patience) throw 'it still starts after a minute';
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const says = (lang) => !!shown()?.querySelector(`p[lang^=${lang}]`)?.checkVisibility();
        return {
            notice: shown()?.dataset.boot ?? null, both: says('en') && says('zh'),
            reason: document.querySelector('[data-boot-reason]').textContent,
        };",
        )
        .await?;
    match outcome {
        Says(notice, reason) => {
            ensure!(
                seen["notice"] == *notice && seen["both"] == true,
                "{seen:#}"
            );
            let said = seen["reason"].as_str().unwrap_or_default();
            ensure!(said.contains(reason), "no {reason} in {seen:#}");
        }
        Trains(why) => {
            ensure!(seen["notice"].is_null(), "{seen:#}");
            page.until_ready().await?;
            page.ensure(
                "it trains",
                "
                await lsganLab.pause();
                const before = await lsganLab.reset();
                const after = await lsganLab.step(20);
                return after.step === 20 && after.fake.some((x, i) => x !== before.fake[i]);",
            )
            .await?;
            if let Some(key) = why {
                page.ensure(
                    "the badge says why",
                    &format!(
                        "
                    const words = await (await fetch('www/locales/{language}.json')).json();
                    const why = document.querySelector('[data-show=badge_why]');
                    const patience = Date.now() + 30000;
                    while (why.textContent !== words['{key}']) {{
                        if (Date.now() > patience) return why.textContent;
                        await new Promise((resolve) => setTimeout(resolve, 20));
                    }}
                    return true;"
                    ),
                )
                .await?;
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_the_browser_lacks() -> Result<()> {
    let cases = [
        ("no WebGPU", "Object.defineProperty(Object.getPrototypeOf(navigator), 'gpu', { get: () => undefined });",
            Trains(Some("why.no_webgpu"))),
        ("no adapter", "if (globalThis.GPU) GPU.prototype.requestAdapter = async () => null;",
            Trains(Some("why.no_adapter"))),
        ("no timestamp-query", "if (globalThis.GPU) GPUSupportedFeatures.prototype.has = (name) => name !== 'timestamp-query';",
            Trains(Some("why.no_timestamp_query"))),
        ("no module workers", "if (globalThis.document) { const { Worker: Real } = globalThis;
            globalThis.Worker = function (address) { return new Real(address); }; }",
            Says("no_module_workers", "")),
        ("no workers", "if (globalThis.document) globalThis.Worker = function () { throw new Error('no'); };",
            Says("no_module_workers", "")),
        ("no SIMD", "WebAssembly.validate = () => false;", Says("no_webassembly", "")),
        ("no relaxed SIMD", "{ const { validate } = WebAssembly;
            WebAssembly.validate = (bytes) => bytes.length < 40 && validate(bytes); }", Trains(None)),
        ("no WebAssembly", "delete globalThis.WebAssembly;", Says("no_webassembly", "")),
        ("storage forbidden, cookies off", "for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) {
              Object.defineProperty(globalThis, name, { get() { throw new DOMException('no', 'SecurityError'); } });
            }
            Object.defineProperty(navigator, 'cookieEnabled', { value: false });
            if (globalThis.document) Object.defineProperty(document, 'cookie', { get() { throw new DOMException('no', 'SecurityError'); } });",
            Trains(None)),
    ];
    let host = Host::start(Path::new(ROOT))?;
    in_browser("lacking", &host.url(), async |page| {
        for (name, fault, outcome) in &cases {
            meet(
                page,
                &host,
                name,
                &[("www/simd.js", Fault::After(fault))],
                outcome,
            )
            .await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn files_that_do_not_arrive() -> Result<()> {
    const PLAIN: &str = "pkg/cpu/lsgan_lab_bg.wasm";
    const RELAXED: &str = "pkg/cpu-relaxed/lsgan_lab_bg.wasm";
    let both = |fault| vec![(PLAIN, fault), (RELAXED, fault)];
    let cases = [
        ("no program", both(Fault::Missing), Says("failed", PLAIN)),
        ("half a program", both(Fault::Half), Says("failed", PLAIN)),
        (
            "half of the faster program",
            vec![(RELAXED, Fault::Half)],
            Trains(None),
        ),
        (
            "a program that says it is text",
            both(Fault::Mime),
            Trains(None),
        ),
        (
            "no worker",
            vec![("www/worker.js", Fault::Missing)],
            Says("failed", "worker"),
        ),
        (
            "no words",
            vec![(".json", Fault::Missing)],
            Says("failed", "404"),
        ),
    ];
    let host = Host::start(Path::new(ROOT))?;
    in_browser("files", &host.url(), async |page| {
        for (name, faults, outcome) in &cases {
            meet(page, &host, name, faults, outcome).await?;
        }
        Ok(())
    })
    .await
}
