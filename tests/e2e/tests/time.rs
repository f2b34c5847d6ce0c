//! The timeline: any step seen again as it was, by program, key and drag; going on, branching and stopping
//! there.

use anyhow::{Result, ensure};
use e2e::on_page;
use serde_json::json;
use thirtyfour::{By, Key};

/// What every test here needs: a small run on the CPU engine, standing at its beginning, and snapshots that
/// can be compared bit by bit.
const TIME: &str = "
    const small = { generator: { hidden: [24, 24] }, discriminator: { hidden: [24, 24] }, batch: 64 };
    const press = (action) => document.querySelector(`[data-action=${action}]`).click();
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const until = async (what, is) => {
        for (const end = Date.now() + 60000; !(await is()); await pause(20)) {
            if (Date.now() > end) throw `never ${what}`;
        }
    };
    // All that there is in a snapshot but the noise floor, which is worked out little by little.
    const plain = (value) => JSON.stringify(value, (name, part) => {
        if (name === 'floor') return undefined;
        if (part instanceof Float32Array) return [...part].map((x) => Object.is(x, -0) ? '-0' : Number.isNaN(x) ? 'NaN' : x);
        return typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
    });
    const begin = async (scene = {}) => {
        await lsganLab.setBackend('cpu');
        await lsganLab.pause();
        await lsganLab.show({ ...small, ...scene });
        await lsganLab.reset();
    };
    const range = document.querySelector('[data-time=step]');
    const show = (name) => document.querySelector(`[data-show=${name}]`).textContent;
    const settled = async () => {
        await lsganLab.snapshots();
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
    };";

#[tokio::test]
async fn every_step_is_seen_again_to_the_last_bit_in_all_panes() -> Result<()> {
    on_page("time-seek", async |page| {
        let seen = page
            .evaluate(&format!(
                "{TIME}
                await begin({{ twins: ['minimax'] }});
                const taken = new Map();
                const take = async () => {{
                    const all = await lsganLab.snapshots();
                    taken.set(all[0].step, all.map(plain));
                }};
                await take();
                const make = async (change) => {{ await change(); await take(); }};
                await make(() => lsganLab.step(1));
                await make(() => lsganLab.step(29));
                // One network alone, and other learning rates on the way.
                for (const action of ['step_d', 'step_g', 'step_g']) {{
                    const {{ step }} = lsganLab.timeline();
                    press(action);
                    await until('stepped', () => lsganLab.timeline().step > step);
                    await take();
                }}
                await make(() => lsganLab.step(20));
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.004 }} }} }});
                await make(() => lsganLab.step(20));
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.0005 }} }} }});
                await make(() => lsganLab.step(60));
                lsganLab.play();
                await until('far', () => lsganLab.timeline().end > 300);
                await lsganLab.pause();
                await take();
                const end = lsganLab.timeline().end;
                const order = [33, 0, 133, 30, 53, 31, 32, 73, 1, end];
                const different = [];
                for (const step of order) {{
                    const own = await lsganLab.seek(step);
                    const all = (await lsganLab.snapshots()).map(plain);
                    if (own.step !== step || plain(own) !== all[0]) different.push(`${{step}}: another step`);
                    all.forEach((one, pane) => {{ if (one !== taken.get(step)[pane]) different.push(`${{step}} in pane ${{pane}}`); }});
                    if (lsganLab.timeline().end !== end) different.push(`${{step}}: the end moved`);
                }}
                const distinct = new Set([...taken.values()].flat()).size;
                const refused = await lsganLab.seek(end + 1).then(() => null, (error) => error.message);
                return {{ different, taken: taken.size, distinct, refused: refused?.startsWith('step must be a whole number from 0 to ') }};"
            ))
            .await?;
        // At the beginning only the forces of the two losses differ.
        let expected = json!({ "different": [], "taken": 10, "distinct": 20, "refused": true });
        ensure!(seen == expected, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_range_goes_step_by_step_by_key_and_follows_a_drag() -> Result<()> {
    on_page("time-keys", async |page| {
        page.evaluate(&format!(
            "{TIME}
            await begin();
            await lsganLab.step(200);
            await settled();"
        ))
        .await?;
        let range = page.driver.find(By::Css("[data-time=step]")).await?;
        let mut stood = Vec::new();
        for key in [Key::Left, Key::Left, Key::Right, Key::Home, Key::Right, Key::PageUp, Key::End] {
            range.send_keys(key).await?;
            let at = page
                .number(&format!("{TIME} await settled(); return (await lsganLab.snapshot()).step;"))
                .await?;
            stood.push(at);
        }
        // A page is a tenth of the whole.
        ensure!(stood == [199.0, 198.0, 199.0, 0.0, 1.0, 21.0, 200.0], "{stood:?}");
        let seen = page
            .evaluate(&format!(
                "{TIME}
                const expected = plain(await lsganLab.seek(77));
                await lsganLab.seek(200);
                // A hand that drags: many values, faster than they can be shown.
                const pictures = new Set();
                const watch = new MutationObserver(() => pictures.add(show('step')));
                watch.observe(document.querySelector('[data-show=step]'), {{ childList: true, characterData: true, subtree: true }});
                for (let value = 199; value >= 77; value--) {{
                    range.value = value;
                    range.dispatchEvent(new Event('input', {{ bubbles: true }}));
                    await pause(8);
                    if (range.value !== String(value)) throw `the thumb jumped from ${{value}} to ${{range.value}}`;
                }}
                await settled();
                const same = plain(await lsganLab.snapshot()) === expected;
                const words = [show('time_position'), range.getAttribute('aria-valuetext'), range.max];
                const disabled = () => ['time_go_on', 'time_end', 'step_d', 'step_g']
                    .map((action) => document.querySelector(`[data-action=${{action}}]`).disabled);
                const past = disabled();
                document.querySelector('[data-action=time_end]').focus();
                press('time_end');
                await settled();
                return {{ same, pictures: pictures.size > 3, words, past, end: disabled(), focus: document.activeElement === range,
                    back: (await lsganLab.snapshot()).step, kept: /^Checkpoints: [0-9]+, [0-9.]+ of 16 MB$/.test(show('time_note')) }};"
            ))
            .await?;
        let words = json!(["Step 77 of 200", "Step 77 of 200", "200"]);
        let expected = json!({
            "same": true, "pictures": true, "words": words, "past": [false, false, true, true],
            "end": [true, true, false, false], "focus": true, "back": 200, "kept": true,
        });
        ensure!(seen == expected, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_run_plays_on_from_the_past_or_goes_another_way_from_there() -> Result<()> {
    on_page("time-go-on", async |page| {
        let seen = page
            .evaluate(&format!(
                "{TIME}
                // Never farther: the run that the other one must be equal to.
                await begin({{ seed: 4 }});
                await lsganLab.step(90);
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.003 }} }} }});
                const straight = plain(await lsganLab.step(60));
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.001 }} }} }});
                await lsganLab.reset();

                await lsganLab.step(200);
                const [first, later] = [plain(await lsganLab.seek(91)), plain(await lsganLab.seek(95))];
                await lsganLab.seek(90);
                // In the past, steps are those that were made; beyond the end, new ones.
                const repeated = plain(await lsganLab.step(1)) === first && plain(await lsganLab.step(4)) === later;
                const kept = lsganLab.timeline().end;
                const beyond = (await lsganLab.step(110)).step;
                const before = lsganLab.timeline();
                await lsganLab.seek(90);
                const charted = () => Number(document.querySelector('[data-chart=loss] svg')?.textContent.match(/\\d+/g)?.at(-1));
                await lsganLab.goOn();
                await lsganLab.configure({{ optimizer: {{ generator: {{ lr: 0.003 }} }} }});
                const after = lsganLab.timeline();
                const another = plain(await lsganLab.step(60)) === straight;
                // The button plays as well.
                await lsganLab.seek(20);
                await settled();
                press('time_go_on');
                await until('on its way', () => lsganLab.timeline().step > 40);
                await lsganLab.pause();
                const {{ step, end }} = lsganLab.timeline();
                return {{ repeated, kept, beyond, ends: [before.end, after.end], fewer: after.bytes < before.bytes, another, on: step === end }};"
            ))
            .await?;
        let expected = json!({
            "repeated": true, "kept": 200, "beyond": 205, "ends": [205, 90], "fewer": true, "another": true, "on": true,
        });
        ensure!(seen == expected, "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_branch_goes_on_with_another_loss_and_its_link_makes_it_again() -> Result<()> {
    on_page("time-branch", async |page| {
        let seen = page
            .evaluate(&format!(
                "{TIME}
                await begin({{ seed: 6 }});
                await lsganLab.step(120);
                await lsganLab.seek(70);
                const scene = await lsganLab.branch('minimax');
                const [own, branch] = await lsganLab.snapshots();
                const equal = plain(own) === plain(branch);
                await settled();
                const heading = document.querySelectorAll('[data-show=panes] .pane-branch');
                const words = [...heading].map((one) => one.textContent);
                const label = document.querySelectorAll('[data-show=panes] canvas')[1].getAttribute('aria-label');
                await lsganLab.step(30);
                const after = (await lsganLab.snapshots()).map(plain);
                // At the end, back, and at the end again: the same.
                await lsganLab.seek(10);
                await lsganLab.seek(100);
                const again = (await lsganLab.snapshots()).map(plain);
                const full = [];
                await lsganLab.branch('tanh');
                await lsganLab.branch('lsgan_sigmoid');
                await lsganLab.branch('relu').catch((error) => full.push(error.message));
                await lsganLab.branch('wgan').catch((error) => full.push(error.message.slice(0, 30)));
                globalThis.after = after;
                return {{ twins: scene.twins, equal, words, label, parted: after[0] !== after[1], again: after.join() === again.join(),
                    steps: (await lsganLab.snapshots()).map(({{ step }}) => step), link: location.hash, full, after }};"
            ))
            .await?;
        let full = json!(["there are 4 panes already", "the variant must be one of lsg"]);
        ensure!(seen["twins"] == json!(["minimax@70"]), "{seen:#}");
        ensure!(seen["words"] == json!(["", "from step 70"]), "{}", seen["words"]);
        ensure!(
            seen["label"].as_str().is_some_and(|label| label.starts_with("Minimax loss, from step 70: ")),
            "{}", seen["label"]
        );
        for (name, expected) in [
            ("equal", json!(true)), ("parted", json!(true)), ("again", json!(true)), ("full", full),
            ("steps", json!([100, 100, 100, 100])),
        ] {
            ensure!(seen[name] == expected, "{name}: {}", seen[name]);
        }
        let link = seen["link"].as_str().unwrap_or_default().to_owned();
        ensure!(link.contains("twins=minimax@70,tanh@100,lsgan_sigmoid@100"), "{link}");
        page.screenshot("time-branch").await?;
        // From the link alone, with no branch ever pressed.
        page.reload().await?;
        let reloaded = page
            .evaluate(&format!(
                "{TIME}
                await lsganLab.setBackend('cpu');
                await lsganLab.pause();
                await lsganLab.reset();
                await lsganLab.show({{ twins: ['minimax@70'] }});
                await lsganLab.step(100);
                return (await lsganLab.snapshots()).map(plain);"
            ))
            .await?;
        ensure!(reloaded == seen["after"], "the link makes another run of it");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_run_that_plays_stops_exactly_where_it_is_told() -> Result<()> {
    on_page("time-stop", async |page| {
        let seen = page
            .evaluate(&format!(
                "{TIME}
                await begin({{ twins: ['non_saturating'] }});
                const field = document.querySelector('[data-time=stop]');
                const type = async (text) => {{
                    field.value = text;
                    field.dispatchEvent(new Event('change', {{ bubbles: true }}));
                    await settled();
                }};
                const playing = () => document.querySelector('[data-action=play]').getAttribute('aria-pressed') === 'true';
                await type('137');
                const link = location.hash;
                lsganLab.play();
                await until('stopped', () => !playing());
                await settled();
                const stopped = [(await lsganLab.snapshots()).map(({{ step }}) => step), show('time_note'), show('time_said')];
                // A second press goes on.
                press('play');
                await until('beyond', () => lsganLab.timeline().step > 150);
                await lsganLab.pause();
                // The past stops there too, and so does the run that goes on from there.
                await lsganLab.seek(100);
                lsganLab.play();
                await until('stopped again', () => !playing());
                const again = lsganLab.timeline().step;
                await lsganLab.stopAt(null);
                await settled();
                const none = [field.value, lsganLab.scene().look.stop, location.hash.includes('stop')];
                await type('-3');
                const refused = [field.getAttribute('aria-invalid'), show('message')];
                const bad = await lsganLab.stopAt(1.5).then(() => null, (error) => error.message);
                return {{ link: link.includes('look.stop=137'), stopped, again, none, refused, bad }};"
            ))
            .await?;
        let said = "Stopped at step 137";
        ensure!(seen["stopped"] == json!([[137, 137], said, said]), "{seen:#}");
        ensure!(seen["link"] == true && seen["again"] == 137, "{seen:#}");
        ensure!(seen["none"] == json!(["", 0, false]), "{seen:#}");
        ensure!(seen["refused"][0] == "true", "{seen:#}");
        ensure!(seen["refused"][1].as_str().is_some_and(|text| text.contains("look.stop")), "{seen:#}");
        ensure!(seen["bad"] == "step must be a whole number from 0 to 1000000000, not 1.5", "{seen:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_run_that_changes_its_engine_keeps_its_past() -> Result<()> {
    on_page("time-backend", async |page| {
        let seen = page
            .evaluate(&format!(
                "{TIME}
                const apart = (one, other) => Math.max(...one.fake.map((x, i) => Math.abs(x - other.fake[i])));
                await begin({{ twins: ['minimax'] }});
                await lsganLab.step(60);
                const at = await lsganLab.snapshots();
                await lsganLab.step(40);
                await lsganLab.setBackend('flex');
                await lsganLab.step(20);
                const moved = lsganLab.timeline();
                await lsganLab.seek(60);
                const back = await lsganLab.snapshots();
                await lsganLab.seek(60 + 4);
                const end = (await lsganLab.seek(120)).step;
                // In the past when the engine changes: it stays there.
                await lsganLab.seek(30);
                await lsganLab.setBackend('cpu');
                const there = (await lsganLab.snapshots()).map(({{ step }}) => step);
                const still = lsganLab.timeline().end;
                await lsganLab.reset();
                const fresh = lsganLab.timeline();
                await lsganLab.step(60);
                const exact = (await lsganLab.snapshots()).map(plain).join() === at.map(plain).join();
                return {{ kept: moved.checkpoints > 4, bytes: moved.bytes > 0, end: moved.end, apart: [0, 1].map((pane) => apart(at[pane], back[pane])),
                    back_at_end: end, there, still, fresh: [fresh.step, fresh.end, fresh.checkpoints], exact }};"
            ))
            .await?;
        println!("{seen}");
        for (name, expected) in [
            ("kept", json!(true)), ("bytes", json!(true)), ("end", json!(120)), ("back_at_end", json!(120)),
            ("there", json!([30, 30])), ("still", json!(120)), ("fresh", json!([0, 0, 0])), ("exact", json!(true)),
        ] {
            ensure!(seen[name] == expected, "{name}: {}", seen[name]);
        }
        // Twelve steps by another engine from the same checkpoint.
        for apart in seen["apart"].as_array().into_iter().flatten() {
            ensure!(apart.as_f64().is_some_and(|apart| apart < 1e-4), "{seen:#}");
        }
        page.ensure_no_errors().await
    })
    .await
}
