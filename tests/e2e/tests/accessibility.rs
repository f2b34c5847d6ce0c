//! axe-core finds nothing that keeps people out: in no view, panel, dialog, theme, language or width.

use anyhow::{Context, Result, ensure};
use e2e::{Page, browser::is_firefox, on_page};
use serde_json::Value;
use std::{env, fs};

/// What is looked at: a name, and the script that brings the page there.
const STATES: [(&str, &str); 29] = [
    ("run", "await lsganLab.step(20);"),
    ("curve", "await lsganLab.show({ look: { panel: 'curve', arrows: 'logarithmic', ghosts: true } });"),
    ("gradients", "await lsganLab.show({ look: { panel: 'gradients' } });"),
    ("metrics", "await lsganLab.show({ look: { panel: 'metrics', surface: 'optimal' } });"),
    ("sample", "await lsganLab.show({ look: { panel: 'sample', manifold: true } }); press('next_sample');"),
    ("twins", "await lsganLab.show({ twins: ['minimax', 'non_saturating'] });"),
    ("lab", "await lsganLab.show({ twins: [], look: { view: 'lab' } });"),
    (
        "wall",
        "await lsganLab.show({ look: { view: 'wall' }, generator: { hidden: [8] }, discriminator: { hidden: [8] } });
         await until('a wall', () => lsganLab.wall());",
    ),
    (
        "lesson",
        "await lsganLab.show({ look: { view: 'run' } }); press('lessons');
         await until('a lesson', () => !document.querySelector('.lesson').hidden);
         press('lesson_reveal'); await lsganLab.pause();",
    ),
    (
        "share",
        "press('lesson_close'); document.querySelector('.controls [data-action=share]').click();
         for (const more of document.querySelectorAll('.share-more')) more.open = true;
         document.querySelector('[data-handout=embed]').click();",
    ),
    ("keys", "document.querySelector('[data-dialog=share]').close(); press('keys');"),
    ("presenting", "document.querySelector('[data-dialog=keys]').close(); press('present');"),
    (
        "refusal",
        "press('present'); await lsganLab.show({ twins: [], look: { view: 'run' } });
         const field = document.querySelector('[data-field=seed]'); field.value = '-1';
         field.dispatchEvent(new Event('change', { bubbles: true }));
         await until('a message', () => document.querySelector('[data-show=message]').textContent);",
    ),
    (
        "runaway",
        "press('dismiss');
         const rule = { kind: 'sgd', lr: 10 };
         await lsganLab.configure({ target: { kind: 'ring' }, optimizer: { generator: rule, discriminator: rule } });
         lsganLab.play();
         await until('a way back', () => document.querySelector('[data-action=way_back]').checkVisibility());",
    ),
    (
        "own points",
        // As a visitor gets there: whoever chooses to draw has the pencil in the hand.
        "press('dismiss'); await lsganLab.pause();
         await lsganLab.configure({ optimizer: { generator: { kind: 'adam', lr: 0.001 }, discriminator: { kind: 'adam', lr: 0.001 } } });
         change('[data-field=\"target.kind\"]', 'points');
         await until('a pencil', () => shows('[data-action=own_draw]'));",
    ),
    ("own points, cleared", "press('own_erase'); press('own_clear');"),
    (
        "own file refused",
        "press('own_done'); await lsganLab.loadPoints('1,2,3').catch(() => {});
         await until('a refusal', () => document.querySelector('[data-show=message]').textContent);",
    ),
    (
        "own file fitted",
        "await lsganLab.loadPoints('170 50\\n180 90');
         await until('a word of it', () => document.querySelector('[data-show=message]').dataset.tone === 'notice');",
    ),
    (
        "own modes",
        "press('dismiss'); change('[data-field=\"target.kind\"]', 'ring');
         await until('a ring', () => lsganLab.config().target.kind === 'ring');
         press('own_apart');
         await until('modes to move', () => shows('[data-action=own_add]'));
         press('own_add');",
    ),
    (
        "take away",
        "press('own_done'); document.querySelector('.controls [data-action=take_open]').click();
         await until('the list', () => shows('[data-dialog=takeaway]'));",
    ),
    (
        "take away, filming",
        "change('[data-setting=film]', '60'); document.querySelector('[data-take=\"film.webm\"]').click();
         await until('a film', () => shows('[data-action=take_stop]'));",
    ),
    (
        "take away of the lab",
        "press('take_stop'); await until('no film', () => !shows('[data-action=take_stop]'));
         await lsganLab.show({ look: { view: 'lab' } });",
    ),
    ("take away of the wall", "await lsganLab.show({ look: { view: 'wall' } }); await until('a wall', () => lsganLab.wall());"),
    (
        "failure",
        "document.querySelector('[data-dialog=takeaway]').close();
         await lsganLab.show({ look: { view: 'run' } });
         change('[data-action=preset]', 'exploding-discriminator');
         await until('a failure', () => shows('[data-action=lesson_reveal]'));",
    ),
    (
        "challenge",
        "press('lesson_reveal'); await until('a challenge', () => shows('[data-show=lesson_challenge]')); await lsganLab.pause();",
    ),
    (
        "update",
        // As offline/keep.js shows it, and what else it shows of a site that the browser has kept.
        "press('lesson_close');
         for (const part of document.querySelectorAll('[data-offline]')) part.hidden = false;
         await until('an offer', () => shows('[data-offline=take]'));",
    ),
    (
        "embedded",
        "document.querySelector('[data-offline=later]').click();
         location.hash = '#v=1&backend=cpu&embed=1';
         await until('a frame', () => !shows('.top-settings'));",
    ),
    (
        "embedded, nothing above",
        "location.hash = '#v=1&backend=cpu&embed=1&hide=lessons,badge,views';
         await until('the picture alone', () => !shows('.view-switch'));",
    ),
    (
        "reduced",
        "location.hash = '#v=1&backend=cpu&hide=lessons,badge,views&lock=loss,target,presets,transport';
         await until('locks', () => document.querySelector('[data-part=loss]').hasAttribute('data-locked'));",
    ),
];

const PRESS: &str = "
    const press = (action) => document.querySelector(`[data-action=${action}]`).click();
    const shows = (selector) => document.querySelector(selector).checkVisibility();
    const change = (selector, value) => {
        const field = document.querySelector(selector);
        field.value = value;
        field.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const until = async (what, is) => {
        for (const patience = Date.now() + 30000; !is(); await new Promise((resolve) => setTimeout(resolve, 50))) {
            if (Date.now() > patience) throw `never ${what}`;
        }
    };";

/// The rules of WCAG 2.2, levels A and AA, and axe-core's own best practices.
const LOOK: &str = "
    const found = await axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        resultTypes: ['violations'],
    });
    return found.violations.map(({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} (${failureSummary})`).join(' | ')}`);";

async fn choose(page: &Page, setting: &str, value: &str) -> Result<()> {
    page.evaluate(&format!(
        "const select = document.querySelector('[data-setting={setting}]');
         select.value = '{value}';
         select.dispatchEvent(new Event('change', {{ bubbles: true }}));
         await new Promise((resolve) => setTimeout(resolve, 400));"
    ))
    .await
    .map(drop)
}

/// How it is looked at: each theme with each language, at several widths.
const LOOKS: [(&str, &str, u32, u32); 4] = [
    ("light", "en", 1366, 768),
    ("dark", "zh", 1280, 960),
    ("dark", "en", 1366, 768),
    ("light", "zh", 500, 900),
];

/// Firefox takes so many of them, 40 seconds each.
const LOOKS_IN_FIREFOX: usize = 2;

#[tokio::test]
async fn nothing_keeps_anybody_out() -> Result<()> {
    let axe = env::var("LSGAN_AXE").context("LSGAN_AXE is not set")?;
    let axe = fs::read_to_string(&axe).with_context(|| format!("cannot read {axe}"))?;
    let looks = if is_firefox() {
        &LOOKS[..LOOKS_IN_FIREFOX]
    } else {
        &LOOKS
    };
    let mut troubles = Vec::new();
    on_page("accessibility", async |page| {
        let start = page.driver.current_url().await?;
        for &(theme, language, width, height) in looks {
            // Anew: a link that was reduced stays so.
            page.driver.goto("about:blank").await?;
            page.driver.goto(start.as_str()).await?;
            page.until_ready().await?;
            page.driver.set_window_rect(0, 0, width, height).await?;
            page.driver.execute(&axe, Vec::new()).await?;
            page.evaluate("await lsganLab.setBackend('cpu'); await lsganLab.pause();")
                .await?;
            choose(page, "theme", theme).await?;
            choose(page, "language", language).await?;
            for (state, script) in STATES {
                page.evaluate(&format!(
                    "{PRESS}{script}
                    await new Promise((resolve) => setTimeout(resolve, 400));"
                ))
                .await
                .with_context(|| format!("on the way to {state}"))?;
                let found = page.evaluate(LOOK).await?;
                let list = found.as_array().cloned().unwrap_or_default();
                troubles.extend(
                    list.iter().filter_map(Value::as_str).map(|trouble| {
                        format!("{theme}, {language}, {width} px, {state}: {trouble}")
                    }),
                );
            }
        }
        ensure!(
            troubles.is_empty(),
            "axe-core finds:\n{}",
            troubles.join("\n")
        );
        Ok(())
    })
    .await
}
