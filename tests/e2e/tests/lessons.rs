//! The lessons as a class meets them: each opened by its link, told in both languages, revealed.

use anyhow::{Context, Result, ensure};
use e2e::{Page, on_page};
use serde_json::{Value, json};
use std::fs;

/// Short names for what the tests look at.
const LOOK: &str = "
    const shown = (name) => document.querySelector(`[data-show=${name}]`);
    const said = (name) => { const element = shown(name); return element.hidden ? null : element.textContent; };
    const press = (action, place = 0) => document.querySelectorAll(`[data-action=${action}]`)[place].click();
    const until = async (what, holds) => {
        for (const patience = Date.now() + 30000; !(await holds());) {
            if (Date.now() > patience) throw `after half a minute: not ${what}`;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };
    const speak = async (language) => {
        const choice = document.querySelector('[data-setting=language]');
        choice.value = language;
        choice.dispatchEvent(new Event('change', { bubbles: true }));
        await until(`in ${language}`, () => document.documentElement.lang.startsWith(language));
    };
    // In any depth, the fields of `part` are those of `whole`.
    const within = (part, whole) => part !== null && typeof part === 'object' && !Array.isArray(part)
        ? Object.entries(part).every(([field, value]) => within(value, whole?.[field]))
        : JSON.stringify(part) === JSON.stringify(whole);
    // What the link says beside the language that a test has chosen.
    const link = () => location.hash.slice(1).split('&').filter((pair) => !/^(v|lang)=/.test(pair)).join('&');
    const steps = () => Number(shown(lsganLab.scene().look.view === 'lab' ? 'lab_steps' : 'step').textContent.replaceAll(',', ''));";

/// The file of that name among the lessons.
fn read(name: &str) -> Result<Value> {
    let file = format!(
        "{}/../../www/lessons/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = fs::read_to_string(&file).with_context(|| format!("{file} cannot be read"))?;
    Ok(serde_json::from_str(&text)?)
}

/// The lessons in their order: name and file.
fn lessons() -> Result<Vec<(String, Value)>> {
    let names: Vec<String> = serde_json::from_value(read("index")?)?;
    let named = |name: String| read(&name).map(|lesson| (name, lesson));
    names.into_iter().map(named).collect()
}

/// Opens a link of the page as a visitor does who was not there before.
async fn follow(page: &Page, link: &str) -> Result<()> {
    let address = page.driver.current_url().await?;
    page.driver.goto("about:blank").await?;
    page.driver.goto(address.join(link)?.as_str()).await?;
    page.until_ready().await
}

async fn look(page: &Page, body: &str) -> Result<Value> {
    page.evaluate(&format!("{LOOK}{body}")).await
}

#[tokio::test]
async fn every_lesson_opens_by_its_link_asks_in_both_languages_and_reveals() -> Result<()> {
    let lessons = lessons()?;
    on_page("lessons", async |page| {
        for (place, (name, lesson)) in lessons.iter().enumerate() {
            follow(page, &format!("#v=1&lesson={name}")).await.context(name.clone())?;
            let opened = look(
                page,
                &format!(
                    "const lesson = {lesson};
                    await speak('en');
                    const told = () => ['lesson_title', 'lesson_text', 'lesson_question', 'lesson_reveal'].map(said)
                        .concat([...document.querySelectorAll('[data-action=lesson_answer] [data-in=text]')].map((words) => words.textContent));
                    const english = told();
                    await speak('zh');
                    const chinese = told();
                    await speak('en');
                    return {{
                        scene: within(lesson.scene, lsganLab.scene()), english, chinese,
                        place: said('lesson_position'), message: said('message'), link: link(),
                        marks: document.querySelectorAll('[data-verdict=right], [data-verdict=wrong]').length,
                        waits: lesson.start === 'playing' || steps() === 0,
                    }};"
                ),
            )
            .await?;
            let told = |language: &str, reveal: Option<&Value>| {
                let mut words: Vec<_> = ["title", "text", "question"].map(|part| &lesson[part][language]).to_vec();
                words.push(reveal.unwrap_or(&Value::Null));
                words.extend(lesson["answers"].as_array().into_iter().flatten().map(|answer| &answer[language]));
                json!(words)
            };
            let expected = json!({
                "scene": true, "english": told("en", None), "chinese": told("zh", None),
                "place": format!("{} / {}", place + 1, lessons.len()), "message": "",
                "link": format!("lesson={name}"), "marks": 0, "waits": true,
            });
            ensure!(opened == expected, "{name}: {opened:#}, not {expected:#}");
            page.screenshot(&format!("lesson-{name}")).await?;

            // A wrong answer, so that both marks are seen.
            let wrong = usize::from(lesson["right"] == 0);
            let revealed = look(
                page,
                &format!(
                    "const lesson = {lesson};
                    const answers = [...document.querySelectorAll('[data-action=lesson_answer]')];
                    const first = steps();
                    press('lesson_answer', {wrong});
                    await until('revealed', () => said('lesson_reveal') !== null);
                    await until('in the revealed scene', () => within(lesson.reveal_scene ?? {{}}, lsganLab.scene()));
                    if (lesson.reveal_action?.endsWith('play')) await until('moving', () => steps() > first);
                    const english = said('lesson_reveal');
                    await speak('zh');
                    return {{
                        english, chinese: said('lesson_reveal'), right: answers.findIndex((answer) => answer.dataset.verdict === 'right'),
                        marks: answers.filter((answer) => answer.dataset.verdict).length, link: link(), message: said('message'),
                        chosen: answers.findIndex((answer) => answer.dataset.verdict === 'wrong' && answer.ariaPressed === 'true'),
                    }};"
                ),
            )
            .await
            .context(name.clone())?;
            let expected = json!({
                "english": lesson["reveal"]["en"], "chinese": lesson["reveal"]["zh"], "right": lesson["right"],
                "marks": 2, "link": format!("lesson={name}"), "message": "", "chosen": wrong,
            });
            ensure!(revealed == expected, "{name}: {revealed:#}, not {expected:#}");
            page.ensure_no_errors().await.context(name.clone())?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn next_back_and_the_browsers_own_back_turn_the_pages_of_the_story() -> Result<()> {
    let lessons = lessons()?;
    on_page("turning-lessons", async |page| {
        let titles: Vec<_> = lessons.iter().map(|(_, lesson)| &lesson["title"]["en"]).collect();
        let names: Vec<_> = lessons.iter().map(|(name, _)| name).collect();
        let scenes: Vec<_> = lessons.iter().map(|(_, lesson)| &lesson["scene"]).collect();
        let turned = look(
            page,
            &format!(
                "const [titles, names, scenes] = {};
                await speak('en');
                const at = (place) => until(`at lesson ${{place + 1}}`, () => said('lesson_title') === titles[place]
                    && link() === `lesson=${{names[place]}}` && within(scenes[place], lsganLab.scene()));
                const ends = () => ['lesson_previous', 'lesson_next'].map((action) => document.querySelector(`[data-action=${{action}}]`).disabled);
                const before = link();
                press('lessons');
                await at(0);
                const first = ends();
                for (let place = 1; place < titles.length; place++) {{
                    press('lesson_next');
                    await at(place);
                }}
                const last = ends();
                press('lesson_previous');
                await at(titles.length - 2);
                // The list leads anywhere.
                press('lesson_open', 3);
                await at(3);
                const back = async (place) => {{ history.back(); await at(place); }};
                await back(titles.length - 2);
                await back(titles.length - 1);
                await back(titles.length - 2);
                history.forward();
                await at(titles.length - 1);
                press('lesson_close');
                await until('closed', () => shown('lesson').hidden);
                const closed = link().includes('lesson=');
                await back(titles.length - 1);
                return {{ first, last, closed, before, message: said('message') }};",
                json!([titles, names, scenes])
            ),
        )
        .await?;
        let expected = json!({
            "first": [true, false], "last": [false, true], "closed": false, "before": "", "message": "",
        });
        ensure!(turned == expected, "{turned:#}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_link_to_a_lesson_that_there_is_not_says_so_and_the_run_goes_on() -> Result<()> {
    on_page("unknown-lesson", async |page| {
        follow(page, "#v=1&lesson=no-such-lesson").await?;
        let seen = look(
            page,
            "await speak('en');
            const first = steps();
            await until('training', () => steps() > first);
            return { message: said('message'), hidden: shown('lesson').hidden };",
        )
        .await?;
        let message = seen["message"].as_str().unwrap_or_default();
        ensure!(message.contains("no-such-lesson"), "{seen:#}");
        ensure!(!message.contains(". ") && seen["hidden"] == true, "{seen:#}");
        // The lessons that there are can still be opened.
        look(page, "press('lessons'); await until('open', () => !shown('lesson').hidden && said('message') === '');").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_failure_is_mended_by_one_change_and_the_page_notices() -> Result<()> {
    on_page("failure", async |page| {
        let told = look(
            page,
            "await lsganLab.setBackend('cpu');
             const select = document.querySelector('[data-action=preset]');
             select.value = 'exploding-discriminator';
             select.dispatchEvent(new Event('change', { bubbles: true }));
             await until('open', () => !document.querySelector('.lesson').hidden);
             await lsganLab.pause();
             const quiet = document.querySelector('.lesson-challenge').hidden;
             press('lesson_reveal');
             await until('revealed', () => said('lesson_reveal'));
             await lsganLab.pause();
             const words = () => said('lesson_challenge');
             const first = words();
             const { loss } = lsganLab.config();
             await lsganLab.configure({ batch: 64, steps_d: 2 });
             const several = words();
             await lsganLab.configure({ batch: 256, steps_d: 1, target: { sigma: 0.2 } });
             const data = words();
             await lsganLab.configure({ target: { sigma: 0.05 }, optimizer: { discriminator: { lr: 0.001 } } });
             await lsganLab.reset();
             const waiting = words();
             const goal = Number(/step ([0-9,]+);/.exec(waiting)[1].replace(',', ''));
             await lsganLab.step(goal);
             await until('met', () => shown('lesson_challenge').dataset.met === 'true');
             return { quiet, first, several, data, waiting, met: words(), settings: document.querySelector('.controls').getClientRects().length > 0 };",
        )
        .await?;
        let says = |name: &str, words: &str| told[name].as_str().is_some_and(|said| said.contains(words));
        ensure!(told["quiet"] == true && told["settings"] == true, "{told:#}");
        ensure!(says("first", "Nothing is changed yet"), "{told:#}");
        ensure!(says("several", "there are several: the batch size, D's updates in a step"), "{told:#}");
        ensure!(says("data", "The data stay as they are"), "{told:#}");
        ensure!(says("waiting", "Changed: D's learning rate"), "{told:#}");
        ensure!(says("met", "Mended by one thing, D's learning rate"), "{told:#}");
        page.ensure_no_errors().await
    })
    .await
}

/// A failure: what its words say, as a condition on how the run stood, and the control that mends it.
struct Failure {
    name: &'static str,
    /// Of `all`: how the run stood every 100 steps from the step of the challenge on.
    says: &'static str,
    field: &'static str,
    value: &'static str,
    changed: &'static str,
}

const FAILURES: [Failure; 5] = [
    Failure {
        name: "collapse-on-the-ring",
        says: "all.every(({ covered }) => covered <= 3) && all.some(({ deviation }) => Math.min(...deviation) < 0.35) && travelled(all) > 1",
        field: "optimizer.discriminator.lr",
        value: "0.003",
        changed: "D's learning rate",
    },
    Failure {
        name: "collapse-on-the-grid",
        says: "all.filter(({ covered }) => covered < 13).length * 2 > all.length && travelled(all) > 1",
        field: "optimizer.discriminator.lr",
        value: "0.001",
        changed: "D's learning rate",
    },
    Failure {
        name: "no-gradient-by-minimax",
        says: "all.every(({ covered, weak }) => covered === 0 && weak >= 490) && travelled(all) < 0.05",
        field: "steps_d",
        value: "1",
        changed: "D's updates in a step",
    },
    Failure {
        name: "oscillation",
        says: "travelled(all) > 1 && all.every(({ loss_d, loss_g }) => loss_d < 1 && loss_g < 2)",
        field: "optimizer.generator.lr",
        value: "0.0005",
        changed: "G's learning rate",
    },
    Failure {
        name: "exploding-discriminator",
        says: "all.some(({ loss_d }) => loss_d > 2) && all.some(({ outputs }) => outputs > 1) && all.some(({ highest }) => highest > 20)",
        field: "optimizer.discriminator.lr",
        value: "0.001",
        changed: "D's learning rate",
    },
];

#[tokio::test]
async fn every_failure_fails_as_it_says_and_its_one_change_mends_it_before_the_class() -> Result<()>
{
    let lessons = lessons()?;
    on_page("failures", async |page| {
        look(page, "await lsganLab.setBackend('cpu'); press('lessons'); await until('open', () => !shown('lesson').hidden);").await?;
        for Failure { name, says, field, value, changed } in FAILURES {
            let place = lessons.iter().position(|(known, _)| known == name).context(name)?;
            let lesson = &lessons[place].1;
            let told = look(
                page,
                &format!(
                    "const lesson = {lesson};
                     const {{ modes, by }} = lesson.challenge;
                     await speak('en');
                     press('lesson_open', {place});
                     await until('there', () => said('lesson_title') === lesson.title.en && within(lesson.scene, lsganLab.scene()));
                     await until('moving', () => steps() > 0);
                     await lsganLab.pause();
                     const stood = steps();
                     press('lesson_answer', lesson.right);
                     await until('revealed', () => said('lesson_reveal') === lesson.reveal.en);
                     await until('moving again', () => steps() > stood);
                     await lsganLab.pause();
                     // From here on every run begins at its start, for the same numbers each time.
                     const begin = async () => {{
                         press('reset');
                         await until('at the start', async () => steps() === 0 && (await lsganLab.snapshot()).step === 0);
                         at = 0;
                     }};
                     // As far as the steps themselves say: what the page shows comes a little later.
                     let at = 0;
                     const go = async (step) => {{
                         let stands;
                         for (; at < step; at = stands.step) stands = await lsganLab.step(Math.min(200, step - at));
                         const {{ metrics, forces, surface, loss_d, loss_g }} = stands;
                         const size = (at) => Math.hypot(forces[2 * at], forces[2 * at + 1]);
                         return {{
                             covered: metrics.quality.modes.covered, mean: metrics.fake_mean, deviation: metrics.fake_deviation,
                             outputs: metrics.output_real.deviation, loss_d, loss_g,
                             weak: Array.from({{ length: forces.length / 2 }}, (_, at) => size(at)).filter((size) => size < 0.01).length,
                             highest: surface.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
                         }};
                     }};
                     const travelled = (all) => all.slice(1).reduce((way, {{ mean: [x, y] }}, at) =>
                         way + Math.hypot(x - all[at].mean[0], y - all[at].mean[1]), 0);
                     await begin();
                     const all = [];
                     for (let step = by; step <= by + 400; step += 100) all.push(await go(step));
                     // Where the metrics are at hand, the page says the same.
                     if (lesson.scene.look.panel === 'metrics') await until('shown', () => said('metric_modes')?.startsWith(`${{all.at(-1).covered}} `));
                     const failing = {{ says: {says}, all, fails: all.every(({{ covered }}) => covered < modes), said: said('lesson_challenge') }};
                     // The one change, by the page's own control.
                     const control = document.querySelector('[data-field=\"{field}\"]');
                     if (!control.getClientRects().length) throw 'the setting is not at hand';
                     control.value = '{value}';
                     control.dispatchEvent(new Event('change', {{ bubbles: true }}));
                     await until('changed', () => String({value}) === String('{field}'.split('.').reduce((part, name) => part[name], lsganLab.config())));
                     await begin();
                     const waiting = said('lesson_challenge');
                     const tried = [];
                     const met = () => shown('lesson_challenge').dataset.met === 'true';
                     for (let step = by; step <= by + 600 && !met(); step += 200) {{
                         tried.push((await go(step)).covered);
                         await until('judged', () => !said('lesson_challenge').startsWith(\"Changed: {changed}. Let it run\"));
                     }}
                     return {{ failing, waiting, tried, met: met(), said: said('lesson_challenge'), message: said('message') }};"
                ),
            )
            .await
            .context(name)?;
            println!("{name}: {told}");
            let failing = &told["failing"];
            ensure!(failing["says"] == true && failing["fails"] == true, "{name} does not fail so: {failing:#}");
            let begins = |said: &Value, words: &str| said.as_str().is_some_and(|said| said.starts_with(words));
            ensure!(failing["said"].as_str().is_some_and(|said| said.ends_with("Nothing is changed yet.")), "{name}: {failing:#}");
            ensure!(begins(&told["waiting"], &format!("Changed: {changed}. Let it run to step")), "{name}: {told:#}");
            ensure!(told["met"] == true, "{name} is not mended: {told:#}");
            ensure!(begins(&told["said"], &format!("Mended by one thing, {changed}: it covers ")), "{name}: {told:#}");
            ensure!(told["message"] == "", "{name}: {told:#}");
            page.screenshot(&format!("failure-{name}")).await?;
        }
        page.ensure_no_errors().await
    })
    .await
}
