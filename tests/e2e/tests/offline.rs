//! Without a network: the page as one file, the site that a browser keeps, its updates; and the package for
//! people who build a page of their own.

use anyhow::{Context, Result, ensure};
use e2e::{Page, browser::left_out_in_firefox, in_browser, offline, on_page_at, site::Host};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// A script's way to wait, with an end.
const UNTIL: &str = "
    const until = async (what, fact) => {
        const patience = Date.now() + 30000;
        while (!fact()) {
            if (Date.now() > patience) throw `in vain waited for ${what}`;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };";

/// What a visitor does who has no network: trains, opens a lesson, turns to Chinese, follows a bad link.
async fn visit(page: &Page) -> Result<()> {
    page.ensure(
        "it trains",
        "
        await lsganLab.setBackend('cpu');
        await lsganLab.pause();
        const before = await lsganLab.reset();
        const after = await lsganLab.step(50);
        return after.step === 50 && Number.isFinite(after.loss_d)
            && after.fake.some((x, i) => x !== before.fake[i]);",
    )
    .await?;
    let seen = page
        .evaluate(&format!(
            "{UNTIL} {}",
            "
        const text = (name) => document.querySelector(`[data-show=${name}]`).textContent;
        const seen = {};
        document.querySelector('[data-action=lessons]').click();
        await until('a lesson', () => location.hash.includes('lesson=') && text('lesson_text'));
        seen.lesson = text('lesson_title');
        document.querySelector('[data-action=lesson_next]').click();
        await until('the next lesson', () => text('lesson_title') !== seen.lesson);
        history.back();
        await until('the way back', () => text('lesson_title') === seen.lesson);
        document.querySelector('[data-action=lesson_close]').click();
        location.hash = '#batch=3';
        await until('a refusal', () => text('message'));
        seen.refusal = text('message');
        const language = document.querySelector('[data-setting=language]');
        language.value = 'zh';
        language.dispatchEvent(new Event('change', { bubbles: true }));
        await until('Chinese', () => document.documentElement.lang === 'zh-Hans');
        seen.chinese = document.querySelector('[data-text=\"action.lessons\"]').textContent;
        return seen;"
        ))
        .await?;
    println!("{seen:#}");
    ensure!(seen["lesson"].as_str() != Some(""), "{seen:#}");
    ensure!(
        seen["refusal"]
            .as_str()
            .is_some_and(|text| text.contains("batch") && text.contains("1024")),
        "{seen:#}"
    );
    ensure!(
        seen["chinese"] == words("zh")?["action.lessons"],
        "{seen:#}"
    );
    // The language is in the link.
    page.reload().await?;
    page.ensure(
        "a reload stays Chinese",
        "return document.documentElement.lang === 'zh-Hans';",
    )
    .await
}

/// The words of a language as they stand in the repository.
fn words(language: &str) -> Result<BTreeMap<String, String>> {
    let file = format!(
        "{}/../../www/locales/{language}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    Ok(serde_json::from_str(&fs::read_to_string(file)?)?)
}

#[tokio::test]
async fn the_page_in_one_file_opens_by_double_click_and_lets_nothing_in() -> Result<()> {
    let file = offline()?.join("one/lsgan-lab.html");
    println!(
        "the file of development bundles has {} bytes",
        fs::metadata(&file)?.len()
    );
    let elsewhere = Host::start(&offline()?.join("one"))?;
    on_page_at("single", &format!("file://{}", file.display()), async |page| {
        let first = page.evaluate("
            const patience = performance.now() + 20000;
            let mark;
            while (!(mark = performance.getEntriesByName('first trained picture')[0])) {
                if (performance.now() > patience) throw 'no trained picture';
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
            return mark.startTime;").await?;
        println!("first trained picture of the single file: {first} ms");
        visit(page).await?;
        page.evaluate("document.querySelector('[data-setting=language]').value = 'en';
            document.querySelector('[data-setting=language]').dispatchEvent(new Event('change', { bubbles: true }));
            while (document.documentElement.lang !== 'en') await new Promise((resolve) => setTimeout(resolve, 20));").await?;
        let seen = page.evaluate("
            const seen = { automatic: await lsganLab.setBackend('auto') };
            seen.why = document.querySelector('[data-show=badge_why]').textContent;
            seen.refused = await lsganLab.setBackend('webgpu').catch((error) => error.message);
            seen.message = document.querySelector('[data-show=message]').textContent;
            const options = [...document.querySelectorAll('[data-setting=backend] option')];
            seen.offered = options.filter((option) => !option.disabled).map((option) => option.value);
            await lsganLab.pause();
            seen.trains = (await lsganLab.step(5)).step - (await lsganLab.reset()).step;
            return seen;").await?;
        println!("{seen:#}");
        let says = |name: &str| seen[name].as_str().is_some_and(|text| text.contains("this single file has no WebGPU"));
        ensure!(says("why") && says("refused") && says("message"), "{seen:#}");
        ensure!(seen["offered"] == json!(["auto", "cpu", "flex"]), "{seen:#}");
        ensure!(seen["automatic"] == "cpu" && seen["trains"].as_u64() >= Some(5), "{seen:#}");
        page.ensure_no_errors().await?;
        page.driver.goto(format!("file://{}#loss.kind=minimax&seed=3", file.display())).await?;
        page.driver.refresh().await?;
        page.until_ready().await?;
        page.ensure("a link opens its run", "
            return lsganLab.config().loss.kind === 'minimax' && lsganLab.config().seed === 3;").await?;
        page.screenshot("single-file").await?;
        let got_in = page.evaluate(&format!("
            const host = '{}';
            globalThis.intruders = [];
            const tries = {{
                fetch: () => fetch(host, {{ mode: 'no-cors' }}),
                import: () => import(`${{host}}assets/x.js`),
                eval: () => eval('1'),
                handler: () => {{
                    const element = document.createElement('b');
                    element.setAttribute('onclick', 'intruders.push(1)');
                    element.click();
                    if (!intruders.length) throw 'kept out';
                }},
                script: () => {{
                    const script = document.createElement('script');
                    script.textContent = 'intruders.push(2)';
                    document.body.append(script);
                    if (!intruders.includes(2)) throw 'kept out';
                }},
                image: () => new Promise((resolve, reject) => {{
                    const image = new Image();
                    image.onload = resolve;
                    image.onerror = reject;
                    image.src = `${{host}}lsgan-lab.html`;
                }}),
            }};
            const got_in = [];
            for (const [name, attempt] of Object.entries(tries)) {{
                await Promise.resolve().then(attempt).then(() => got_in.push(name), () => {{}});
            }}
            return got_in;", elsewhere.url())).await?;
        // A script of Firefox's driver has an eval of its own, outside of the page and its policy.
        let evals = left_out_in_firefox("single, eval", "a driver's script has an eval outside of the page");
        let allowed = if evals { json!(["eval"]) } else { json!([]) };
        ensure!(got_in == allowed, "the policy lets in {got_in}");
        let asked = elsewhere.asked();
        ensure!(asked.is_empty(), "the page asked elsewhere: {asked:?}");
        Ok(())
    })
    .await
}

/// Waits until the browser has kept the site and this page is served from there.
async fn until_kept(page: &Page) -> Result<()> {
    page.evaluate(
        "
        const patience = Date.now() + 30000;
        const kept = document.querySelector('[data-offline=kept]');
        while (kept.hidden || !navigator.serviceWorker.controller) {
            if (Date.now() > patience) throw 'the site was not kept';
            await new Promise((resolve) => setTimeout(resolve, 50));
        }",
    )
    .await
    .map(drop)
}

#[tokio::test]
async fn the_site_runs_with_the_network_cut_after_one_visit() -> Result<()> {
    let host = Host::start(&offline()?.join("one"))?;
    let url = host.url();
    on_page_at("kept", &url, async |page| {
        until_kept(page).await?;
        page.screenshot("kept").await?;
        let asked = host.asked();
        let place = |mark: &str| asked.iter().position(|name| name.ends_with(mark));
        ensure!(
            place("_bg.wasm") < place("service-worker.js") && place("worker.js").is_some(),
            "it was kept before it ran: {asked:?}"
        );
        page.ensure("it can be installed", "
            const link = document.querySelector('link[rel=manifest]').href;
            const manifest = await (await fetch(link)).json();
            const here = new URL('.', location.href).href;
            const pixels = async (source, size) => {
                const image = new Image();
                image.src = new URL(source, link);
                await image.decode();
                const canvas = document.createElement('canvas');
                canvas.width = canvas.height = size;
                const context = canvas.getContext('2d');
                context.drawImage(image, 0, 0, size, size);
                return { image, data: context.getImageData(0, 0, size, size).data };
            };
            for (const { src, sizes, type, purpose = 'any' } of manifest.icons) {
                if (type !== 'image/png') continue;
                const size = parseInt(sizes);
                const drawing = manifest.icons.find((icon) => icon.sizes === 'any' && (icon.purpose ?? 'any') === purpose);
                const [png, svg] = [await pixels(src, size), await pixels(drawing.src, size)];
                let difference = 0;
                png.data.forEach((value, i) => (difference += Math.abs(value - svg.data[i])));
                if (png.image.naturalWidth !== size) throw `${src} is ${png.image.naturalWidth} wide`;
                // The mean over all channels: edges are smoothed a little differently.
                if (difference / png.data.length > 2) throw `${src} is not ${drawing.src}: ${difference / png.data.length}`;
            }
            return new URL(manifest.start_url, link).href === here && new URL(manifest.scope, link).href === here;").await?;
        page.ensure_no_errors().await?;
        drop(host);
        page.reload().await?;
        visit(page).await?;
        page.ensure_no_errors().await
    })
    .await
}

/// The version that a page is of, the folder that its files came from, and the title it shows.
async fn version(page: &Page) -> Result<Value> {
    page.evaluate(
        "
        const folders = performance.getEntriesByType('resource').map(({ name }) => name.match(/assets-[0-9a-f]+/)?.[0]);
        return {
            version: document.querySelector('link[rel=serviceworker]').dataset.version,
            folders: [...new Set(folders.filter((folder) => folder))],
            title: document.querySelector('[data-text=\"page.title\"]').textContent,
        };",
    )
    .await
}

/// Has the browser look for a new version and waits until it has it or has given it up; then the page tells
/// of one, or does not.
async fn look_for_update(page: &Page, told: bool) -> Result<()> {
    page.evaluate(&format!(
        "
        {UNTIL}
        // Chromium puts it off for up to a minute while a page is as busy as one that trains.
        await lsganLab.pause();
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        await until('the end of the installation', () => !registration.installing);
        const notice = document.querySelector('[data-offline=update]');
        if ({told}) await until('word of a new version', () => !notice.hidden);
        else if (!notice.hidden) throw 'the page tells of a version that is not whole';"
    ))
    .await
    .map(drop)
}

/// Copies a folder but for files of that name.
fn copy_without(name: &str, from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_without(name, &entry.path(), &target)?;
        } else if entry.file_name() != name {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn an_update_is_taken_whole_when_the_visitor_says_so() -> Result<()> {
    let offline = offline()?;
    // A host on which the next version has not arrived whole.
    let half = offline.join("half");
    copy_without("zh.json", &offline.join("two"), &half)?;
    let host = Host::start(&offline.join("one"))?;
    on_page_at("update", &host.url(), async |page| {
        until_kept(page).await?;
        let one = version(page).await?;
        host.change(&half);
        look_for_update(page, false).await?;
        page.reload().await?;
        ensure!(version(page).await? == one, "half a version was taken");

        host.change(&offline.join("two"));
        look_for_update(page, true).await?;
        page.screenshot("update").await?;
        let first = page.driver.window().await?;
        let second = page.driver.new_tab().await?;
        page.driver.switch_to_window(second.clone()).await?;
        page.driver.goto(host.url()).await?;
        page.until_ready().await?;
        ensure!(version(page).await? == one, "a new version was taken unasked");

        page.driver.switch_to_window(first.clone()).await?;
        page.evaluate("globalThis.isOld = true; document.querySelector('[data-offline=take]').click();").await?;
        let patience = Instant::now() + Duration::from_secs(20);
        // A script that the reload cuts off is no failure.
        while page.evaluate("return !globalThis.isOld;").await.ok() != Some(json!(true)) {
            ensure!(Instant::now() < patience, "the new version was not taken");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        page.until_ready().await?;
        let two = version(page).await?;
        println!("{one:#} {two:#}");
        ensure!(one["version"] != two["version"], "the version is the same: {one} {two}");
        ensure!(two["title"] == "LSGAN Lab, anew", "{two}");
        ensure!(two["folders"].as_array().is_some_and(|all| all.len() == 1), "a mixture: {two}");

        // The other window still runs the old version, whose files the host no longer has.
        page.driver.switch_to_window(second).await?;
        host.asked();
        page.evaluate(&format!("{UNTIL} {}", "
            const language = document.querySelector('[data-setting=language]');
            language.value = 'zh';
            language.dispatchEvent(new Event('change', { bubbles: true }));
            await until('Chinese', () => document.documentElement.lang === 'zh-Hans');
            document.querySelector('[data-action=lessons]').click();
            await until('a lesson', () => document.querySelector('[data-show=lesson_text]').textContent);")).await?;
        let old = version(page).await?;
        ensure!(old == one, "the old window has {old}, not {one}");
        let asked = host.asked();
        ensure!(asked.is_empty(), "the old window asked the host for {asked:?}");
        page.reload().await?;
        let new = version(page).await?;
        ensure!(new["version"] == two["version"] && new["folders"] == two["folders"], "{new}");
        page.ensure("the old version is kept while windows are open", "
            return (await caches.keys()).length === 2;").await?;
        page.driver.close_window().await?;
        page.driver.switch_to_window(first).await?;
        page.driver.goto("about:blank").await?;
        page.driver.goto(host.url()).await?;
        page.until_ready().await?;
        page.ensure("then it is dropped", "
            const patience = Date.now() + 10000;
            while ((await caches.keys()).length > 1 && Date.now() < patience) {
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            return (await caches.keys()).length === 1;").await
    })
    .await
}

#[tokio::test]
async fn the_package_that_npm_installs_trains_on_a_page_of_ones_own() -> Result<()> {
    let own = offline()?.join("own");
    let package = own.join("node_modules/lsgan-lab");
    let read = |name: &str| {
        let file = package.join(name);
        fs::read_to_string(&file).with_context(|| format!("there is no {}", file.display()))
    };
    let description: Value = serde_json::from_str(&read("package.json")?)?;
    ensure!(
        description["name"] == "lsgan-lab" && description["version"] == env!("CARGO_PKG_VERSION"),
        "{description:#}"
    );
    ensure!(
        description["license"] == "MIT OR Apache-2.0" && description["type"] == "module",
        "{description:#}"
    );
    let types = read(description["types"].as_str().unwrap_or_default())?;
    for name in ["class Run", "interface Snapshot", "interface Config"] {
        ensure!(types.contains(name), "{name} has no type");
    }
    let licences = read("LICENSE.txt")?;
    for words in [
        "lsgan-lab",
        "wasm-bindgen",
        "Permission is hereby granted",
        "Apache License",
    ] {
        ensure!(licences.contains(words), "the licences lack {words}");
    }
    // The very words of its own description, on a page that has nothing else.
    let readme = read("README.md")?;
    let mut programs = readme
        .split("```js\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let program = programs
        .find(|program| program.contains("from \"lsgan-lab\""))
        .context("it says nothing of how it is used")?;
    let main = description["main"].as_str().unwrap_or_default();
    let map = json!({ "imports": { "lsgan-lab": format!("./node_modules/lsgan-lab/{main}") } });
    let page = format!(
        "<!doctype html><title>own</title><link rel=icon href=data:,><script type=importmap>{map}</script>
         <script type=module>{program} globalThis.seen = {{ step: (await run.snapshot()).step, loss_d, fake, surface }};</script>"
    );
    fs::write(own.join("index.html"), page)?;
    let host = Host::start(&own)?;
    in_browser("package", &host.url(), async |page| {
        page.ensure(
            "a run of one's own trains",
            &format!(
                "{UNTIL}
                 await until('the run', () => globalThis.seen);
                 const {{ step, loss_d, fake, surface }} = seen;
                 return step === 500 && Number.isFinite(loss_d) && fake.length === 1000
                     && surface.values.length === surface.width * surface.height;"
            ),
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}
