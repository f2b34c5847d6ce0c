//! Everything that can be pressed, typed or put into a link.

use anyhow::{Result, ensure};
use e2e::on_page;

#[tokio::test]
async fn every_control_can_be_pressed_and_keeps_its_meaning() -> Result<()> {
    on_page("controls", async |page| {
        page.evaluate("await lsganLab.pause();").await?;
        let controls = page.evaluate("
            const settle = () => new Promise((resolve) => setTimeout(resolve, 60));
            const at = (path) => path.split('.').reduce((value, name) => value?.[name], lsganLab.scene());
            const problems = [];
            const message = () => document.querySelector('[data-show=message]').textContent;
            let pressed = 0;
            for (const details of document.querySelectorAll('details')) details.open = true;
            // Every value of every choice; then back to the first.
            for (const select of document.querySelectorAll('select[data-field]')) {
                if (!select.offsetParent) continue;
                for (const value of [...[...select.options].map((option) => option.value), select.options[0].value]) {
                    select.value = value;
                    select.dispatchEvent(new Event('change', { bubbles: true }));
                    await settle();
                    pressed++;
                    if (at(select.dataset.field) !== value) problems.push(`${select.dataset.field} = ${value}: ${message()}`);
                    if (select.value !== value) problems.push(`${select.dataset.field} does not show ${value}`);
                }
            }
            // Every number a little larger, every text the same again, every box there and back.
            for (const input of document.querySelectorAll('input[data-field]')) {
                if (!input.offsetParent) continue;
                const path = input.dataset.field;
                if (input.type === 'radio') {
                    if (path === 'look.view') continue;
                    input.click();
                    await settle();
                    if (at(path) !== input.value) problems.push(`${path} is not ${input.value}`);
                } else if (input.type === 'checkbox') {
                    for (const expected of [true, false]) {
                        input.click();
                        await settle();
                        if (at(path) !== expected) problems.push(`${path} is not ${expected}`);
                    }
                } else {
                    const value = input.type === 'number' ? String(Number(input.value) + Number(input.step || 1)) : path.endsWith('hidden') ? '16, 8' : '0.005';
                    input.value = value;
                    input.dispatchEvent(new Event('change', { bubbles: true }));
                    await settle();
                    const now = [at(path)].flat().join(', ');
                    if (now !== value) problems.push(`${path} = ${value} became ${now}: ${message()}`);
                }
                pressed++;
            }
            for (const action of ['step', 'step_d', 'step_g', 'reset', 'new_seed', 'play', 'play', 'dismiss', 'add_pane', 'remove_pane', 'next_sample', 'previous_sample', 'clear_sample']) {
                [...document.querySelectorAll(`[data-action=${action}]`)].find((button) => !button.hidden).click();
                await settle();
                pressed++;
            }
            for (const coding of document.querySelectorAll('[data-coding]')) {
                coding.click();
                await settle();
                const { a, b, c } = lsganLab.config().loss;
                const expected = coding.dataset.coding === 'pearson' ? '-1,1,0' : '0,1,1';
                if (`${a},${b},${c}` !== expected) problems.push(`coding ${coding.dataset.coding}: ${a},${b},${c}`);
                pressed++;
            }
            const presets = document.querySelector('[data-action=preset]');
            for (const { value } of [...presets.options].slice(1)) {
                presets.value = value;
                presets.dispatchEvent(new Event('change', { bubbles: true }));
                await settle();
                pressed++;
                if (message()) problems.push(`preset ${value}: ${message()}`);
            }
            for (const name of ['speed', 'theme']) {
                const select = document.querySelector(`[data-setting=${name}]`);
                for (const option of [...select.options, select.options[0]]) {
                    select.value = option.value;
                    select.dispatchEvent(new Event('change', { bubbles: true }));
                    await settle();
                    pressed++;
                }
            }
            return { problems, pressed };").await?;
        ensure!(controls["problems"] == serde_json::json!([]), "{controls:#}");
        ensure!(controls["pressed"].as_f64() > Some(60.0), "too few controls: {controls}");
        page.ensure("the run still trains", "return (await lsganLab.step(2)).step >= 2;").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_copied_link_opens_the_same_run_in_the_same_language() -> Result<()> {
    on_page("link", async |page| {
        let before = page.evaluate("
            await lsganLab.pause();
            await lsganLab.configure({ seed: 42, loss: { kind: 'minimax' }, generator: { hidden: [24, 12] } });
            const select = document.querySelector('[data-setting=language]');
            select.value = 'zh';
            select.dispatchEvent(new Event('change', { bubbles: true }));
            await new Promise((resolve) => setTimeout(resolve, 500));
            return {
                config: lsganLab.config(),
                fake: [...(await lsganLab.step(20)).fake],
                play: document.querySelector('[data-text=\"action.step\"]').textContent,
                lang: document.documentElement.lang,
            };").await?;
        ensure!(before["lang"] == "zh-Hans", "the language is {}", before["lang"]);
        ensure!(before["play"] != "Step", "the words did not change");
        page.screenshot("chinese").await?;
        page.reload().await?;
        let after = page.evaluate("
            await lsganLab.pause();
            await lsganLab.reset();
            return {
                config: lsganLab.config(),
                fake: [...(await lsganLab.step(20)).fake],
                play: document.querySelector('[data-text=\"action.step\"]').textContent,
                lang: document.documentElement.lang,
            };").await?;
        ensure!(before == after, "the link opens something else");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn bad_input_gets_one_sentence_and_the_run_goes_on() -> Result<()> {
    on_page("bad-input", async |page| {
        let said = page
            .evaluate(
                "
            const message = () => document.querySelector('[data-show=message]').textContent;
            const settle = () => new Promise((resolve) => setTimeout(resolve, 100));
            const said = {};
            const type = async (path, text) => {
                const input = document.querySelector(`[data-field=\"${path}\"]`);
                input.type = 'text';
                input.value = text;
                input.dispatchEvent(new Event('change', { bubbles: true }));
                await settle();
                said[`${path}=${text}`] = message();
            };
            await type('target.sigma', '0');
            await type('target.sigma', 'NaN');
            await type('generator.hidden', '0');
            await type('batch', '');
            const follow = async (name, hash) => {
                location.hash = hash;
                await settle();
                said[name] = message();
            };
            await follow('unknown', '#v=1&wings=2');
            await follow('markup', '#v=1&seed=<img src=x onerror=alert(1)>');
            await follow('long', '#' + 'x'.repeat(1000000));
            said.images = document.querySelectorAll('[data-show=message] img').length;
            said.config = await lsganLab.configure({ seed: -1 }).catch((error) => error.message);
            const before = (await lsganLab.snapshot()).step;
            await new Promise((resolve) => setTimeout(resolve, 500));
            said.goes_on = (await lsganLab.snapshot()).step > before;
            said.sigma = lsganLab.config().target.sigma;
            return said;",
            )
            .await?;
        let expected = [
            (
                "target.sigma=0",
                "target.sigma must be a number from 0.0001 to 10, not 0",
            ),
            (
                "target.sigma=NaN",
                "target.sigma must be a number from 0.0001 to 10, not \"NaN\"",
            ),
            (
                "generator.hidden=0",
                "generator.hidden must be 1 to 4 whole numbers from 1 to 256, not [0]",
            ),
            (
                "batch=",
                "batch must be a whole number from 8 to 1024, not \"\"",
            ),
            ("unknown", "wings is not a field here"),
            (
                "markup",
                "seed must be a whole number from 0 to 4294967295, not \"<img",
            ),
            ("long", "1000000 bytes long; at most 16384"),
            (
                "config",
                "seed must be a whole number from 0 to 4294967295, not -1",
            ),
        ];
        for (name, words) in expected {
            let sentence = said[name].as_str().unwrap_or_default();
            ensure!(
                sentence.contains(words),
                "{name}: {sentence:?} does not say {words:?}"
            );
        }
        ensure!(said["images"] == 0, "markup from a link became an element");
        ensure!(
            said["goes_on"] == true && said["sigma"] == 0.05,
            "the run did not go on as it was: {said:#}"
        );
        page.screenshot("bad-input").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn the_language_that_was_chosen_last_is_spoken_whichever_words_come_first() -> Result<()> {
    on_page("language-race", async |page| {
        let spoken = page
            .evaluate(
                "
            const fetch = window.fetch;
            window.fetch = async (address, ...rest) => {
                // The English words are slow today.
                if (String(address).includes('en.json')) await new Promise((resolve) => setTimeout(resolve, 500));
                return fetch(address, ...rest);
            };
            const select = document.querySelector('[data-setting=language]');
            for (const language of ['en', 'zh']) {
                select.value = language;
                select.dispatchEvent(new Event('change', { bubbles: true }));
            }
            await new Promise((resolve) => setTimeout(resolve, 1500));
            window.fetch = fetch;
            return [document.documentElement.lang, select.value];",
            )
            .await?;
        ensure!(spoken == serde_json::json!(["zh-Hans", "zh"]), "{spoken}");
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_language_brings_its_numbers_and_words_for_lessons_that_do_not_speak_it() -> Result<()> {
    on_page("language-file", async |page| {
        let seen = page
            .evaluate(
                "
            const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
            const shown = (name) => document.querySelector(`[data-show=${name}]`);
            document.querySelector('[data-action=lessons]').click();
            await pause(500);
            await lsganLab.pause();
            await lsganLab.configure({ loss: { a: -0.5 } });
            await lsganLab.step(3);
            const numbers = async (what) => {
                const drawing = await (await lsganLab.export(`${what}.svg`)).text();
                const texts = new DOMParser().parseFromString(drawing, 'image/svg+xml').querySelectorAll('text');
                return [...texts].map((text) => text.textContent.trim()).filter((text) => /^-?[\\d.,]+$/.test(text));
            };
            const look = async () => {
                await pause(500);
                return {
                    title: shown('lesson_title').textContent,
                    answers: [...shown('lesson_answers').children].map((answer) => answer.textContent),
                    listed: shown('lesson_list').textContent,
                    formula: shown('abs_a').textContent,
                    picture: await numbers('picture'),
                    losses: await numbers('losses'),
                };
            };
            const before = await look();
            // The Chinese file is another language's, whose numbers have commas.
            const { fetch, Intl: { NumberFormat } } = window;
            window.fetch = async (address, ...rest) => {
                const answer = await fetch(address, ...rest);
                if (!String(address).includes('zh.json')) return answer;
                const name = new URLSearchParams(location.hash.slice(1)).get('lesson');
                const words = { [`lesson.${name}.title`]: 'Ein Titel', [`lesson.${name}.answer.1`]: 'Eine Antwort' };
                return new Response(JSON.stringify({ ...await answer.json(), ...words }));
            };
            window.Intl.NumberFormat = function (language, options) {
                return new NumberFormat(String(language) === 'zh-Hans' ? 'de' : language, options);
            };
            const select = document.querySelector('[data-setting=language]');
            select.value = 'zh';
            select.dispatchEvent(new Event('change', { bubbles: true }));
            const after = await look();
            return { before, after, named: [...select.options].map((option) => `${option.lang} ${option.textContent}`) };",
            )
            .await?;
        println!("{seen:#}");
        let (before, after) = (&seen["before"], &seen["after"]);
        ensure!(seen["named"] == serde_json::json!(["en English", "zh-Hans 简体中文"]), "{seen:#}");
        ensure!(before["title"] != "Ein Titel" && after["title"] == "Ein Titel", "{seen:#}");
        let says = |part: &str, words: &str| after[part].to_string().contains(words);
        ensure!(says("listed", "Ein Titel") && says("answers", "Eine Antwort"), "{seen:#}");
        // What that file does not say of the lesson, the lesson does.
        ensure!(!says("answers", &before["answers"][0].to_string()), "{seen:#}");
        ensure!(before["formula"] == "0.5" && after["formula"] == "0,5", "{seen:#}");
        for drawing in ["picture", "losses"] {
            let [before, after] = [before, after].map(|one| one[drawing].as_array().map_or(&[][..], Vec::as_slice));
            let commas = before.iter().map(|number| number.as_str().unwrap_or_default().replace('.', ","));
            ensure!(commas.clone().any(|number| number.contains(',')), "{seen:#}");
            ensure!(commas.eq(after.iter().map(|number| number.as_str().unwrap_or_default())), "{seen:#}");
        }
        Ok(())
    })
    .await
}
