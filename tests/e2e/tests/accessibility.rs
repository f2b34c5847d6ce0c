//! axe-core finds nothing that keeps people out: in no view, panel, dialog, theme, language or width.

use anyhow::{Context, Result, ensure};
use e2e::{Page, on_page};
use serde_json::Value;
use std::{env, fs};

/// What is looked at: a name, and the script that brings the page there.
const STATES: [(&str, &str); 14] = [
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
];

const PRESS: &str = "
    const press = (action) => document.querySelector(`[data-action=${action}]`).click();
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

#[tokio::test]
async fn nothing_keeps_anybody_out() -> Result<()> {
    let axe = env::var("LSGAN_AXE").context("LSGAN_AXE is not set")?;
    let axe = fs::read_to_string(&axe).with_context(|| format!("cannot read {axe}"))?;
    let mut troubles = Vec::new();
    on_page("accessibility", async |page| {
        // Each theme with each language, at several widths.
        for (theme, language, width, height) in [
            ("light", "en", 1366, 768),
            ("dark", "en", 1366, 768),
            ("dark", "zh", 1280, 960),
            ("light", "zh", 500, 900),
        ] {
            page.reload().await?;
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
            page.evaluate(&format!("{PRESS}press('present');")).await?;
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
