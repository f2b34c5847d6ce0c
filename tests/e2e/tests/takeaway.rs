//! What can be taken away, made in the real page and opened again.

use anyhow::{Result, ensure};
use e2e::{Page, on_page};
use serde_json::Value;
use thirtyfour::prelude::*;

/// Shows a picture alone at the end of the page and keeps what that looks like, for a person to see.
async fn screenshot_of(page: &Page, kind: &str, name: &str) -> Result<()> {
    page.evaluate(&format!(
        "const file = await lsganLab.export('{kind}');
         const image = new Image();
         image.id = 'taken';
         image.src = URL.createObjectURL(file);
         await image.decode();
         image.width = image.naturalWidth / 2;
         document.body.append(image);
         window.scrollTo(0, document.body.scrollHeight);"
    ))
    .await?;
    let image = page.driver.find(By::Id("taken")).await?;
    image.scroll_into_view().await?;
    page.screenshot(name).await?;
    page.evaluate("document.getElementById('taken').remove();")
        .await?;
    Ok(())
}

/// Pictures as numbers: how far two of them are apart, from 0 to 255 on average, both drawn at the same size; and a
/// part of one, by its box in pixels.
const PIXELS: &str = "
    const drawn = (source, [width, height], [x, y, w, h]) => {
        const canvas = Object.assign(document.createElement('canvas'), { width, height });
        const context = canvas.getContext('2d', { willReadFrequently: true });
        context.imageSmoothingQuality = 'high';
        // Nothing is paper.
        context.fillStyle = 'white';
        context.fillRect(0, 0, width, height);
        context.drawImage(source, x, y, w, h, 0, 0, width, height);
        return context.getImageData(0, 0, width, height).data;
    };
    const apart = (one, other) => {
        let sum = 0;
        for (let at = 0; at < one.length; at++) sum += Math.abs(one[at] - other[at]);
        // The fourth of each four says how opaque it is, and is the same.
        return sum / (0.75 * one.length);
    };
    const spread = (pixels) => {
        const mean = pixels.reduce((sum, number) => sum + number, 0) / pixels.length;
        return Math.sqrt(pixels.reduce((sum, number) => sum + (number - mean) ** 2, 0) / pixels.length);
    };";

#[tokio::test]
async fn every_picture_opens_again_and_says_what_the_run_is() -> Result<()> {
    on_page("takeaway-pictures", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.show({ seed: 7, look: { arrows: 'linear', manifold: true, panel: 'history' } });
                await lsganLab.reset();
                await lsganLab.step(30);
                await lsganLab.step(30);
                const seen = {};
                for (const what of ['picture', 'losses', 'curve', 'gradients', 'metric']) {
                    const svg = await lsganLab.export(`${what}.svg`);
                    const parsed = new DOMParser().parseFromString(await svg.text(), 'image/svg+xml');
                    const png = await lsganLab.export(`${what}.png`);
                    const head = new Uint8Array(await png.slice(0, 8).arrayBuffer());
                    const bitmap = await createImageBitmap(png);
                    const root = parsed.documentElement;
                    seen[what] = {
                        broken: parsed.querySelector('parsererror') !== null,
                        types: [svg.type, png.type], names: [svg.name, png.name],
                        size: [Number(root.getAttribute('width')), Number(root.getAttribute('height'))],
                        pixels: [bitmap.width, bitmap.height], head: [...head],
                        title: parsed.querySelector('title').textContent,
                        details: parsed.querySelector('desc').textContent,
                        text: root.textContent,
                        drawn: root.querySelectorAll('path, polyline').length,
                        images: root.querySelectorAll('image').length,
                    };
                }
                // The same on paper whatever the page's theme; and the page keeps its own.
                const picture = async () => (await lsganLab.export('picture.svg')).text();
                const light = await picture();
                const theme = document.querySelector('[data-setting=theme]');
                theme.value = 'dark';
                theme.dispatchEvent(new Event('change', { bubbles: true }));
                seen.same_in_dark = light === await picture();
                seen.theme = document.documentElement.dataset.theme;
                return seen;",
            )
            .await?;
        for what in ["picture", "losses", "curve", "gradients", "metric"] {
            let it = &seen[what];
            ensure!(it["broken"] == false, "{what} is no SVG");
            ensure!(it["types"] == serde_json::json!(["image/svg+xml", "image/png"]), "{it:#}");
            let part = if what == "metric" { "modes" } else { what };
            let stem = format!("lsgan_0_1_1_seed7_step60_{part}");
            ensure!(it["names"] == serde_json::json!([format!("{stem}.svg"), format!("{stem}.png")]), "{it:#}");
            ensure!(it["head"] == serde_json::json!([137, 80, 78, 71, 13, 10, 26, 10]), "{it:#}");
            for side in 0..2 {
                ensure!(it["pixels"][side].as_f64() == it["size"][side].as_f64().map(|css| 2.0 * css), "{it:#}");
            }
            let title = it["title"].as_str().unwrap_or_default();
            for word in ["Ring of Gaussians", "a = 0, b = 1, c = 1", "seed 7", "step 60"] {
                ensure!(title.contains(word), "{what} says {title}");
            }
            ensure!(it["details"].as_str().unwrap_or_default().contains("64-64 Leaky ReLU"), "{it:#}");
            ensure!(it["drawn"].as_u64() > Some(1), "{what} shows nothing");
        }
        let text = seen["picture"]["text"].as_str().unwrap_or_default();
        for word in ["Real samples", "Generated", "boundary at 0.5", "b = 1 (real), c = 1 (goal)", "Force", "Latent grid"] {
            ensure!(text.contains(word), "the legend lacks {word}: {text}");
        }
        ensure!(seen["picture"]["images"] == 1, "the surface is missing");
        ensure!(seen["same_in_dark"] == true && seen["theme"] == "dark", "paper takes the page's theme");
        page.ensure_no_errors().await?;
        for kind in ["picture.png", "losses.svg", "curve.png", "gradients.png", "metric.png"] {
            screenshot_of(page, kind, &format!("taken-{}", kind.replace('.', "-"))).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_pixels_of_a_picture_are_those_of_its_drawing_and_of_the_page() -> Result<()> {
    on_page("takeaway-pixels", async |page| {
        let seen = page
            .evaluate(&format!(
                "{PIXELS}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                const theme = document.querySelector('[data-setting=theme]');
                theme.value = 'light';
                theme.dispatchEvent(new Event('change', {{ bubbles: true }}));
                const kinds = ['picture', 'losses', 'curve', 'gradients', 'metric'];
                const canvas = document.querySelector('[data-show=panes] [data-in=plane]');
                const size = [96, 96];
                // Of the page's canvas, the square that the surface fills.
                const on_the_page = () => {{
                    const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
                    const ratio = canvas.width / canvas.getBoundingClientRect().width;
                    const [left, right, top, bottom] = [2.4, 0.6, 0.6, 1.5].map((margin) => margin * em * ratio);
                    const [width, height] = [canvas.width - left - right, canvas.height - top - bottom];
                    const side = Math.min(width, height);
                    return drawn(canvas, size, [left + (width - side) / 2, top + (height - side) / 2, side, side]);
                }};
                const look = async () => {{
                    const seen = {{ page: on_the_page() }};
                    for (const kind of kinds) {{
                        const png = await createImageBitmap(await lsganLab.export(`${{kind}}.png`));
                        const file = await lsganLab.export(`${{kind}}.svg`);
                        const svg = new Image();
                        svg.src = URL.createObjectURL(file);
                        await svg.decode();
                        // Without the heading, which says the step.
                        const top = Math.round(0.2 * png.height);
                        const whole = [png.width, png.height - top];
                        seen[kind] = drawn(png, whole, [0, top, ...whole]);
                        // The drawing is half as large, in its own units.
                        seen[`${{kind}}_drawing`] = drawn(svg, whole, [0, top / 2, whole[0] / 2, whole[1] / 2]);
                        if (kind === 'picture') {{
                            const parsed = new DOMParser().parseFromString(await file.text(), 'image/svg+xml');
                            const image = parsed.querySelector('image');
                            const box = ['x', 'y', 'width', 'height'].map((side) => 2 * Number(image.getAttribute(side)));
                            seen.plane = drawn(png, size, box);
                        }}
                    }}
                    return seen;
                }};
                await lsganLab.reset();
                await lsganLab.step(40);
                await new Promise((resolve) => setTimeout(resolve, 300));
                const first = await look();
                await lsganLab.step(120);
                await new Promise((resolve) => setTimeout(resolve, 300));
                const later = await look();
                const told = {{ page: {{ same: [first, later].map((at) => apart(at.plane, at.page)), other: apart(first.plane, later.page) }} }};
                for (const kind of kinds) told[kind] = {{
                    same: [first, later].map((at) => apart(at[kind], at[`${{kind}}_drawing`])),
                    other: apart(first[kind], later[kind]), spread: spread(later[kind]),
                }};
                return told;"
            ))
            .await?;
        println!("{seen:#}");
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        for kind in ["picture", "losses", "curve", "gradients", "metric"] {
            let it = &seen[kind];
            // Both are drawn by the same browser: its smoothing alone may differ.
            ensure!(number(&it["same"][0]) < 0.1 && number(&it["same"][1]) < 0.1, "{kind}: {it}");
            ensure!(number(&it["other"]) > 0.3, "{kind} is the same at another step: {it}");
            ensure!(number(&it["spread"]) > 5.0, "{kind} is blank: {it}");
        }
        // The page draws the same plane at another size.
        let it = &seen["page"];
        let same = number(&it["same"][0]).max(number(&it["same"][1]));
        ensure!(same < 10.0 && number(&it["other"]) > 2.0 * same, "{it}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_table_has_what_the_snapshots_had() -> Result<()> {
    on_page("takeaway-csv", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.reset();
                const snapshots = [];
                for (const steps of [1, 9, 20, 30]) snapshots.push(await lsganLab.step(steps));
                const file = await lsganLab.export('metrics.csv');
                const text = await file.text();
                const [header, ...rows] = text.trimEnd().split('\\r\\n').map((line) => line.split(','));
                const misfits = [];
                for (const { step, loss_d, loss_g, metrics, gradient_norms } of snapshots) {
                    const row = rows.find((row) => row[0] === String(step));
                    const { modes, sliced_w1, energy, theory } = metrics.quality;
                    const expected = { loss_d, loss_g, modes: modes.covered, hq: modes.hq,
                        reverse_kl: modes.reverse_kl, sliced_w1, energy,
                        chi_squared: theory.chi_squared, two_c: theory.two_c,
                        output_real: metrics.output_real.mean, output_fake: metrics.output_fake.mean,
                        gradient_d0: gradient_norms.discriminator[0], gradient_g2: gradient_norms.generator[2] };
                    for (const [name, value] of Object.entries(expected)) {
                        const cell = row?.[header.indexOf(name)];
                        // The curves hold numbers of 32 bits.
                        const off = Math.abs(Number(cell) - value) / Math.max(1e-3, Math.abs(value));
                        if (!cell || !(off < 1e-6)) misfits.push([step, name, cell, value]);
                    }
                }
                return { name: file.name, type: file.type, header, rows: rows.length, misfits,
                    even: rows.every((row) => row.length === header.length) };",
            )
            .await?;
        ensure!(seen["misfits"] == Value::Array(Vec::new()), "{seen:#}");
        ensure!(seen["name"] == "lsgan_0_1_1_seed1_step60_metrics.csv", "{seen:#}");
        ensure!(seen["type"] == "text/csv" && seen["even"] == true, "{seen:#}");
        // Those of the four snapshots, the start, and rounds between them.
        ensure!(seen["rows"].as_u64() >= Some(5), "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_weights_are_those_of_the_run_in_both_formats() -> Result<()> {
    on_page("takeaway-weights", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.configure({ discriminator: { hidden: [16, 8], activation: 'tanh' } });
                const { surface } = await lsganLab.step(40);
                const safe = await lsganLab.export('weights.safetensors');
                const buffer = await safe.arrayBuffer();
                const length = Number(new DataView(buffer).getBigUint64(0, true));
                const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
                const tensor = (name) => {
                    const [begin, end] = header[name].data_offsets;
                    return new Float32Array(buffer.slice(8 + length + begin, 8 + length + end));
                };
                const json = JSON.parse(await (await lsganLab.export('weights.json')).text());
                const layers = [0, 1, 2].map((i) => ({
                    weight: tensor(`discriminator.${i}.weight`), bias: tensor(`discriminator.${i}.bias`),
                    shape: header[`discriminator.${i}.weight`].shape }));
                const same = layers.every(({ weight, bias }, i) => {
                    const there = json.discriminator[i];
                    return there.weight.flat().every((number, at) => Math.fround(number) === weight[at])
                        && there.bias.every((number, at) => Math.fround(number) === bias[at]);
                });
                // D over the plane, by hand from these weights, against what the page shows.
                const output = (x) => layers.reduce((x, { weight, bias, shape: [inputs, outputs] }, i) =>
                    Array.from({ length: outputs }, (_, o) => {
                        let sum = bias[o];
                        for (let n = 0; n < inputs; n++) sum += x[n] * weight[n * outputs + o];
                        return i < 2 ? Math.tanh(sum) : sum;
                    }), x)[0];
                const { width, height, x, y, values } = surface;
                let off = 0;
                for (let at = 0; at < values.length; at += 97) {
                    const [column, row] = [at % width, Math.floor(at / width)];
                    const point = [x[0] + (column + 0.5) / width * (x[1] - x[0]), y[1] - (row + 0.5) / height * (y[1] - y[0])];
                    off = Math.max(off, Math.abs(output(point) - values[at]));
                }
                return { name: safe.name, same, off, step: header.__metadata__.step, json_step: json.step,
                    moments: 'optimizer.generator.second_moment.0.weight' in header,
                    config: JSON.stringify(JSON.parse(header.__metadata__.config).loss), shapes: layers.map(({ shape }) => shape),
                    ends: Math.max(...Object.values(header).map((entry) => entry.data_offsets?.[1] ?? 0)) + 8 + length === buffer.byteLength };",
            )
            .await?;
        ensure!(seen["same"] == true && seen["ends"] == true, "{seen:#}");
        ensure!(seen["off"].as_f64().is_some_and(|off| off < 1e-4), "{seen:#}");
        ensure!(seen["step"] == "40" && seen["json_step"] == 40, "{seen:#}");
        ensure!(seen["moments"] == true, "{seen:#}");
        ensure!(seen["shapes"] == serde_json::json!([[2, 16], [16, 8], [8, 1]]), "{seen:#}");
        ensure!(seen["name"] == "lsgan_0_1_1_seed1_step40_weights.safetensors", "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn programs_hold_the_run_and_a_film_is_a_film() -> Result<()> {
    on_page("takeaway-programs", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.configure({ seed: 11, loss: { kind: 'minimax' }, target: { kind: 'spiral' } });
                await lsganLab.step(25);
                const config = JSON.stringify(lsganLab.config());
                const inside = async (kind, begin, end) => {
                    const file = await lsganLab.export(kind);
                    const text = await file.text();
                    const json = text.split(begin)[1].split(end)[0];
                    const sorted = (value) => value && typeof value === 'object' && !Array.isArray(value)
                        ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;
                    return { name: file.name, steps: text.includes('\"25\"'), gaps: text.includes('{{'),
                        same: JSON.stringify(sorted(JSON.parse(json))) === JSON.stringify(sorted(JSON.parse(config))) };
                };
                const seen = { pytorch: await inside('pytorch.py', 'json.loads(r\"\"\"', '\"\"\")'),
                    burn: await inside('burn.rs', 'r#\"', '\"#;') };
                const film = await lsganLab.export('film.webm', { seconds: 2 });
                const bytes = new Uint8Array(await film.arrayBuffer());
                seen.film = { name: film.name, size: bytes.length, head: [...bytes.slice(0, 4)],
                    kind: new TextDecoder('latin1').decode(bytes.slice(0, 64)).includes('webm') };
                const { step } = await lsganLab.snapshot();
                await new Promise((resolve) => setTimeout(resolve, 300));
                seen.moved = step > 25;
                seen.stands = (await lsganLab.snapshot()).step === step;
                const refused = async (...wish) => lsganLab.export(...wish).then(() => 'made', (error) => error.message);
                seen.refusals = [await refused('picture.gif'), await refused('film.webm', { seconds: 0 }), await refused('lab.png')];
                return seen;",
            )
            .await?;
        println!("{seen:#}");
        for (what, name) in [
            ("pytorch", "minimax_seed11_step25_pytorch.py"),
            ("burn", "minimax_seed11_step25_burn.rs"),
        ] {
            let it = &seen[what];
            ensure!(it["same"] == true && it["steps"] == true && it["gaps"] == false, "{seen:#}");
            ensure!(it["name"] == name, "{seen:#}");
        }
        // EBML, by which WebM begins.
        ensure!(seen["film"]["head"] == serde_json::json!([0x1a, 0x45, 0xdf, 0xa3]), "{seen:#}");
        ensure!(seen["film"]["kind"] == true && seen["film"]["size"].as_u64() > Some(10_000), "{seen:#}");
        ensure!(seen["film"]["name"] == "minimax_seed11_step25_film.webm", "{seen:#}");
        ensure!(seen["moved"] == true && seen["stands"] == true, "the run was not played for the film alone: {seen:#}");
        let refusals = seen["refusals"].as_array().cloned().unwrap_or_default();
        for (refusal, words) in refusals.iter().zip(["must be one of picture.svg", "seconds must be from 1", "lab is not open"]) {
            ensure!(refusal.as_str().unwrap_or_default().contains(words), "{seen:#}");
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_film_is_played_again_and_shows_how_the_run_went_on() -> Result<()> {
    on_page("takeaway-film", async |page| {
        let taken = page
            .evaluate(&format!(
                "{PIXELS}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.reset();
                await lsganLab.step(100);
                // Before the film is over the run stands, so that its last picture is known.
                await lsganLab.show({{ look: {{ stop: 140 }} }});
                const speed = document.querySelector('[data-setting=speed]');
                speed.value = '20';
                speed.dispatchEvent(new Event('change', {{ bubbles: true }}));
                await new Promise((resolve) => setTimeout(resolve, 300));
                const canvas = document.querySelector('[data-show=panes] [data-in=plane]');
                const part = Math.min(900 / Math.max(canvas.width, canvas.height), 1);
                const size = [part * canvas.width, part * canvas.height + 44].map((side) => 2 * Math.round(side / 2));
                const reader = new FileReader();
                reader.readAsDataURL(await lsganLab.export('film.webm', {{ seconds: 5 }}));
                await new Promise((resolve) => {{ reader.onload = resolve; }});
                const plane = [...drawn(canvas, [96, 96], [0, 0, canvas.width, canvas.height])];
                return {{ size, plane, film: reader.result, step: (await lsganLab.snapshot()).step }};"
            ))
            .await?;
        page.ensure_no_errors().await?;
        // It is opened as a file is that was saved: outside the page, whose policy lets no films in.
        page.driver.goto("about:blank").await?;
        let seen = page
            .evaluate(&format!(
                "{PIXELS}
                const {{ plane: at_last, film }} = {taken};
                const bytes = Uint8Array.from(atob(film.split(',')[1]), (letter) => letter.charCodeAt(0));
                const video = document.createElement('video');
                video.muted = true;
                const on = (event) => new Promise((resolve, reject) => {{
                    const wait = setTimeout(() => reject(`no ${{event}} within 20 seconds`), 20000);
                    video.addEventListener(event, () => {{ clearTimeout(wait); resolve(); }}, {{ once: true }});
                    video.addEventListener('error', () => reject(`the film does not open: ${{video.error.message}}`));
                }});
                const loaded = on('loadeddata');
                video.src = URL.createObjectURL(new Blob([bytes], {{ type: 'video/webm' }}));
                await loaded;
                const frames = [];
                const look = () => frames.push({{ time: video.currentTime,
                    words: drawn(video, [600, 44], [0, 0, video.videoWidth, 44]),
                    plane: drawn(video, [96, 96], [0, 44, video.videoWidth, video.videoHeight - 44]) }});
                document.body.append(video);
                const ended = on('ended');
                await video.play();
                for (const patience = Date.now() + 20000; video.currentTime < 0.1;) {{
                    if (Date.now() > patience || video.ended) throw `the film does not go on from ${{video.currentTime}} s`;
                    await new Promise((resolve) => setTimeout(resolve, 20));
                }}
                look();
                await ended;
                look();
                const [first, last] = frames;
                return {{ shown: [video.videoWidth, video.videoHeight], seconds: video.duration,
                    spreads: [first.plane, first.words, last.plane, last.words].map(spread),
                    plane_moves: apart(first.plane, last.plane), words_move: apart(first.words, last.words),
                    ends: apart(last.plane, at_last) }};"
            ))
            .await?;
        println!("{seen:#}");
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        ensure!(seen["shown"] == taken["size"], "not {}: {seen:#}", taken["size"]);
        ensure!((4.0..8.0).contains(&number(&seen["seconds"])), "5 seconds were asked for: {seen:#}");
        for part in 0..4 {
            ensure!(number(&seen["spreads"][part]) > 10.0, "a picture or its words are blank: {seen:#}");
        }
        ensure!(number(&seen["words_move"]) > 0.1, "the step stands still: {seen:#}");
        // It ends with what the page shows, to the encoder's blur, and does not begin with it.
        ensure!(taken["step"] == 140, "{}", taken["step"]);
        let ends = number(&seen["ends"]);
        ensure!(ends < 10.0 && number(&seen["plane_moves"]) > 2.0 * ends, "{seen:#}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_dialog_works_by_keyboard_and_says_what_was_saved() -> Result<()> {
    on_page("takeaway-dialog", async |page| {
        page.evaluate(
            "await lsganLab.setBackend('cpu');
             await lsganLab.pause();
             await lsganLab.show({ twins: ['minimax'] });
             await lsganLab.reset();
             await lsganLab.step(5);
             globalThis.saved = [];
             HTMLAnchorElement.prototype.click = function () { saved.push([this.download, this.href.slice(0, 5)]); };",
        )
        .await?;
        let button = page.driver.find(By::Css("[data-action=take_open]")).await?;
        button.scroll_into_view().await?;
        button.focus().await?;
        button.send_keys(Key::Enter).await?;
        let open = "return document.querySelector('dialog.takeaway').open;";
        page.ensure("the dialog is open", open).await?;
        page.ensure(
            "it says which pane",
            "return document.querySelector('[data-show=takeaway_of]').textContent.includes('LSGAN, 0-1 coding, seed 1, step 5');",
        )
        .await?;
        page.ensure("the focus is inside", "return document.activeElement.closest('dialog') !== null;").await?;
        page.screenshot("takeaway-dialog").await?;
        for kind in ["losses.svg", "picture.png", "weights.json"] {
            let take = page.driver.find(By::Css(format!("[data-take='{kind}']"))).await?;
            take.focus().await?;
            take.send_keys(Key::Enter).await?;
            page.evaluate(&format!(
                "const patience = Date.now() + 10000;
                 while (!saved.some(([name]) => name.endsWith('{kind}'))) {{
                     if (Date.now() > patience) throw 'nothing was saved';
                     await new Promise((resolve) => setTimeout(resolve, 20));
                 }}"
            ))
            .await?;
        }
        page.ensure(
            "the status names the file",
            "await new Promise((resolve) => setTimeout(resolve, 100));
             return document.querySelector('[data-show=takeaway_status]').textContent === 'Saved: lsgan_0_1_1_seed1_step5_weights.json'
                 && saved.every(([, scheme]) => scheme === 'blob:');",
        )
        .await?;
        page.driver.active_element().await?.send_keys(Key::Escape).await?;
        page.ensure("Escape closes it", "return !document.querySelector('dialog.takeaway').open;").await?;
        page.ensure(
            "the focus is back on the button",
            "return document.activeElement.matches('[data-action=take_open]');",
        )
        .await?;
        // A film stopped before its time is saved as far as it goes.
        button.send_keys(Key::Enter).await?;
        let film = page.driver.find(By::Css("[data-take='film.webm']")).await?;
        film.click().await?;
        page.evaluate("await new Promise((resolve) => setTimeout(resolve, 1500));").await?;
        page.screenshot("takeaway-filming").await?;
        page.driver.active_element().await?.send_keys(Key::Enter).await?;
        page.ensure(
            "the film was stopped and saved",
            "const patience = Date.now() + 5000;
             while (!saved.some(([name]) => name.endsWith('film.webm')) && Date.now() < patience)
                 await new Promise((resolve) => setTimeout(resolve, 20));
             return saved.some(([name]) => name.endsWith('film.webm')) && !document.querySelector('[data-take=\"film.webm\"]').disabled;",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_lab_and_the_wall_offer_what_they_have() -> Result<()> {
    on_page("takeaway-views", async |page| {
        let seen = page
            .evaluate(
                "
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                const offered = () => [...document.querySelectorAll('dialog [data-take]')]
                    .filter((button) => !button.closest('[hidden]')).map((button) => button.dataset.take);
                const seen = {};
                await lsganLab.show({ look: { view: 'lab' }, lab: { losses: 'all' } });
                await new Promise((resolve) => setTimeout(resolve, 300));
                seen.lab = offered();
                const lab = await lsganLab.export('lab.png');
                const bitmap = await createImageBitmap(lab);
                seen.lab_size = [bitmap.width, bitmap.height];
                // What is drawn, by its parts.
                const drawing = async (kind) => new DOMParser().parseFromString(await (await lsganLab.export(kind)).text(), 'image/svg+xml');
                const plane = await drawing('lab.svg');
                const words = (svg) => [...svg.querySelectorAll('text')].map((text) => text.textContent);
                const moves = (path) => path.getAttribute('d').split('M').length - 1;
                seen.lab_words = words(plane);
                seen.lab_samples = lsganLab.scene().lab.samples.length;
                seen.lab_crosses = Math.max(...[...plane.querySelectorAll('path[stroke-width=\"2.16\"]')].map(moves));
                seen.lab_sound = plane.querySelector('parsererror') === null && plane.querySelector('image').getAttribute('href').startsWith('data:image/png');
                await lsganLab.show({ look: { view: 'wall' }, wall: { size: 16, losses: 'two', seed: 3 } });
                const patience = Date.now() + 60000;
                while (!lsganLab.wall()?.members.every((member) => member.modes) && Date.now() < patience)
                    await new Promise((resolve) => setTimeout(resolve, 100));
                seen.wall = offered();
                const wall = lsganLab.wall();
                const table = await lsganLab.export('wall.csv');
                const [, ...rows] = (await table.text()).trimEnd().split('\\r\\n').map((line) => line.split(','));
                seen.table = table.name;
                seen.rows = rows.length;
                seen.fits = rows.every(([, member, , modes], index) =>
                    Number(member) === wall.members[index].seed && Number(modes) === wall.members[index].modes.covered);
                const chart = new DOMParser().parseFromString(await (await lsganLab.export('wall.svg')).text(), 'image/svg+xml');
                seen.chart = chart.querySelector('parsererror') === null && chart.documentElement.textContent.includes('LSGAN');
                const sheet = await drawing('seeds.svg');
                seen.captions = words(sheet).filter((text) => /^\\d+: (✓|\\d)/.test(text));
                seen.tiles = new Set([...sheet.querySelectorAll('image')].map((image) => image.getAttribute('href'))).size;
                const picture = await createImageBitmap(await lsganLab.export('seeds.png'));
                seen.sheet = [picture.width / picture.height, sheet.documentElement.viewBox.baseVal.width / sheet.documentElement.viewBox.baseVal.height];
                seen.seeds = wall.members.map((member) => member.seed);
                // Without what records, the dialog says so.
                await lsganLab.show({ look: { view: 'run' } });
                delete globalThis.MediaRecorder;
                document.querySelector('[data-action=take_open]').click();
                seen.no_film = document.querySelector('[data-show=takeaway_status]').textContent;
                seen.film_disabled = document.querySelector('[data-take=\"film.webm\"]').disabled;
                return seen;",
            )
            .await?;
        println!("{seen:#}");
        let offered = |view: &str| seen[view].as_array().cloned().unwrap_or_default();
        ensure!(offered("lab").contains(&"lab.png".into()) && !offered("lab").contains(&"picture.png".into()), "{seen:#}");
        ensure!(offered("lab").contains(&"lab.svg".into()) && seen["lab_sound"] == true, "{seen:#}");
        ensure!(seen["lab_crosses"] == seen["lab_samples"] && seen["lab_samples"].as_u64() > Some(0), "{seen:#}");
        ensure!(seen["lab_words"].to_string().contains("The samples"), "{seen:#}");
        ensure!(offered("wall") == ["seeds.png", "seeds.svg", "wall.png", "wall.svg", "wall.csv"], "{seen:#}");
        // Sixteen runs, each with a picture of its own and its seed below it.
        ensure!(seen["tiles"] == 16, "{seen:#}");
        let captions = seen["captions"].as_array().into_iter().flatten();
        let captions = captions.filter_map(|caption| caption.as_str()?.split(':').next()?.parse::<u64>().ok());
        let seeds = seen["seeds"].as_array().into_iter().flatten().filter_map(|seed| seed.as_u64());
        ensure!(captions.eq(seeds), "{seen:#}");
        let shape = |which: usize| seen["sheet"][which].as_f64().unwrap_or(f64::NAN);
        ensure!((shape(0) / shape(1) - 1.0).abs() < 0.01, "{seen:#}");
        ensure!(seen["lab_size"][0].as_u64() > Some(400), "{seen:#}");
        ensure!(seen["rows"] == 16 && seen["fits"] == true && seen["chart"] == true, "{seen:#}");
        ensure!(seen["table"].as_str().unwrap_or_default().starts_with("wall_seed3_step"), "{seen:#}");
        ensure!(seen["no_film"].as_str().unwrap_or_default().contains("cannot record"), "{seen:#}");
        ensure!(seen["film_disabled"] == true, "{seen:#}");
        page.ensure_no_errors().await?;
        page.evaluate("document.querySelector('dialog.takeaway').close(); await lsganLab.show({ look: { view: 'lab' } });").await?;
        screenshot_of(page, "lab.png", "taken-lab-png").await?;
        screenshot_of(page, "lab.svg", "taken-lab-svg").await?;
        page.evaluate("await lsganLab.show({ look: { view: 'wall' } });").await?;
        screenshot_of(page, "seeds.png", "taken-seeds-png").await?;
        screenshot_of(page, "wall.png", "taken-wall-png").await
    })
    .await
}
