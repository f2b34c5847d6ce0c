//! Files and calls that mean harm: each is refused in a sentence, nothing in them becomes a part of the page, and the
//! run goes on.

use anyhow::{Result, ensure};
use e2e::{Page, on_page};

/// What the tests below look at and do.
const LOOK: &str = "
    const shown = (name) => document.querySelector(`[data-show=${name}]`);
    const until = async (what, holds) => {
        for (const patience = Date.now() + 30000; !(await holds());) {
            if (Date.now() > patience) throw `after half a minute: not ${what}`;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };
    const message = async (...parts) => {
        const said = () => shown('message').textContent;
        await until(`said ${parts}, but ${said()}`, () => parts.every((part) => said().includes(part)));
        return said();
    };
    const harm = () => document.querySelectorAll('img[src^=x], [onerror]').length
        || globalThis.struck;";

async fn holds(page: &Page, what: &str, body: &str) -> Result<()> {
    page.ensure(what, &format!("{LOOK}{body}")).await
}

#[tokio::test]
async fn a_file_of_a_gigabyte_is_refused_at_once_in_both_languages() -> Result<()> {
    on_page("hostile-file", async |page| {
        let body = "
            // The same mebibyte again and again: a gigabyte that nobody has to hold.
            const file = (name, mebibytes) => new File(new Array(mebibytes).fill(new Blob(['1,2\\n'.repeat(1 << 18)])), name);
            let read = 0;
            for (const way of ['text', 'arrayBuffer', 'stream', 'slice']) {
                File.prototype[way] = () => { read += 1; return new Promise(() => {}); };
            }
            const parcel = (mebibytes) => {
                const parcel = new DataTransfer();
                parcel.items.add(file('points.csv', mebibytes));
                return parcel;
            };
            const chosen = (mebibytes) => {
                const field = document.querySelector('[data-own-file]');
                field.files = parcel(mebibytes).files;
                field.dispatchEvent(new Event('change', { bubbles: true }));
            };
            const dropped = (mebibytes) => document.querySelector('[data-show=panes] [data-in=plane]')
                .dispatchEvent(new DragEvent('drop', { dataTransfer: parcel(mebibytes), bubbles: true, cancelable: true }));
            const before = JSON.stringify(lsganLab.config());
            for (const language of ['en', 'zh']) {
                const choice = document.querySelector('[data-setting=language]');
                choice.value = language;
                choice.dispatchEvent(new Event('change', { bubbles: true }));
                await until(`in ${language}`, () => document.documentElement.lang.startsWith(language));
                const words = language === 'en' ? 'at most 1,048,576 are read' : '最多读取 1,048,576 字节';
                chosen(1024);
                await message('1,073,741,824', words);
                dropped(1025);
                await message('1,074,790,400', words);
            }
            return read === 0 && JSON.stringify(lsganLab.config()) === before;";
        holds(page, "its size alone is looked at", body).await?;
        page.screenshot("hostile-file").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn calls_with_what_cannot_be_are_refused_and_the_run_goes_on() -> Result<()> {
    on_page("hostile-call", async |page| {
        let body = "
            let deep = {};
            for (let depth = 0; depth < 100000; depth += 1) deep = { a: deep };
            const cyclic = {};
            cyclic.self = cyclic;
            const long = { ['x'.repeat(1 << 20)]: 1 };
            const many = { twins: new Array(100000).fill('minimax') };
            const bad = [deep, cyclic, long, many, { seed: '\\u202e1' }, { seed: 10n }, [], null, undefined, () => 1];
            for (const [place, value] of bad.entries()) {
                for (const call of ['configure', 'show']) {
                    const said = await lsganLab[call](value).then(() => 'nothing', (error) => error.message);
                    const short = said !== 'nothing' && said.length < 600;
                    if (!short || /[\\u202e\\n]/.test(said)) throw `${call} of ${place}: ${said.slice(0, 999)}`;
                }
            }
            for (const call of ['setBackend', 'branch', 'export', 'benchmark', 'loadPoints']) {
                const said = await lsganLab[call]('\\u202e<b>'.repeat(1e5)).then(() => 'nothing', (error) => error.message);
                if (said === 'nothing' || said.length > 600 || said.includes('\\u202e')) throw `${call}: ${said.slice(0, 999)}`;
            }
            return !harm() && (await lsganLab.step(1)).step >= 1;";
        holds(page, "each is one sentence, and the page is as before", body).await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn what_a_link_says_is_text_and_never_markup() -> Result<()> {
    on_page("hostile-link", async |page| {
        let seen = page
            .evaluate(
                "
                const markup = '<img src=x onerror=struck=1><b>b</b>';
                const said = [];
                for (const field of ['MARKUP', 'look.view', 'seed', 'lesson', 'target.points', 'twins']) {
                    document.querySelector('[data-action=dismiss]').click();
                    location.hash = field.replace('MARKUP', encodeURIComponent(markup)) + '=' + encodeURIComponent(markup);
                    const message = () => document.querySelector('[data-show=message]').textContent;
                    for (const patience = Date.now() + 20000; !message();) {
                        if (Date.now() > patience) throw `nothing is said of ${field}`;
                        await new Promise((resolve) => setTimeout(resolve, 20));
                    }
                    said.push(message());
                }
                return { said, harm: !!globalThis.struck || !!document.querySelector('img[src=x], [onerror]') };",
            )
            .await?;
        println!("{seen:#}");
        ensure!(seen["harm"] == false, "{seen:#}");
        let said = seen["said"].as_array().map(Vec::as_slice).unwrap_or_default();
        let quotes = said.iter().filter_map(|one| one.as_str()).filter(|one| one.contains("<img src=x"));
        ensure!(said.len() == 6 && quotes.count() >= 4, "{seen:#}");
        ensure!(page.number("return (await lsganLab.step(2)).step;").await? >= 2.0, "it does not go on");
        Ok(())
    })
    .await
}
