//! Every screen: a phone with a finger, a laptop, a projector; and who does not want things to move. The browser plays
//! the devices (Chromium alone does).

use anyhow::{Context, Result, ensure};
use e2e::{Page, browser::left_out_in_firefox, on_page, play_screen};
use serde_json::{Value, json};

/// The views, by the script that brings the page there.
const VIEWS: [(&str, &str); 5] = [
    ("run", "await lsganLab.show({ look: { view: 'run' } });"),
    ("twins", "await lsganLab.show({ twins: ['minimax'] });"),
    ("lab", "await lsganLab.show({ twins: [], look: { view: 'lab' } });"),
    (
        "wall",
        "await lsganLab.show({ look: { view: 'wall' }, generator: { hidden: [8] }, discriminator: { hidden: [8] } });
         for (const patience = Date.now() + 30000; !lsganLab.wall();) {
             if (Date.now() > patience) throw 'never a wall';
             await new Promise((resolve) => setTimeout(resolve, 50));
         }",
    ),
    ("points", "await lsganLab.show({ look: { view: 'run' }, target: { kind: 'points' } });"),
];

async fn tell(page: &Page, command: &str, how: Value) -> Result<()> {
    page.driver.cdp().send_raw(command, how).await?;
    Ok(())
}

async fn speak(page: &Page, language: &str) -> Result<()> {
    page.evaluate(&format!(
        "const choice = document.querySelector('[data-setting=language]');
         choice.value = '{language}';
         choice.dispatchEvent(new Event('change', {{ bubbles: true }}));
         await new Promise((resolve) => setTimeout(resolve, 400));"
    ))
    .await?;
    Ok(())
}

/// Looks at each view in both languages; what a script finds wrong is told with the view's name.
async fn in_all_views(page: &Page, device: &str, look: &str) -> Result<()> {
    for language in ["en", "zh"] {
        speak(page, language).await?;
        for (view, script) in VIEWS {
            let wrong = page
                .evaluate(&format!(
                    "{script}
                     await new Promise((resolve) => setTimeout(resolve, 400));
                     scrollTo(0, 0);
                     {look}"
                ))
                .await
                .with_context(|| format!("{device}, {view}, {language}"))?;
            let none = wrong.as_array().is_some_and(Vec::is_empty);
            if !none {
                page.screenshot(&format!("{device}-{view}-{language}"))
                    .await?;
            }
            ensure!(none, "{device}, {view}, {language}: {wrong:#}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_phone_shows_everything_in_its_width_and_takes_a_finger() -> Result<()> {
    if left_out_in_firefox("screens, phone", "its driver plays no phones") {
        return Ok(());
    }
    on_page("phone", async |page| {
        play_screen(page, 360, 740, true).await?;
        page.ensure(
            "it is a phone",
            "return innerWidth === 360 && innerHeight === 740 && matchMedia('(pointer: coarse)').matches;",
        )
        .await?;
        let look = "
            const wrong = [];
            const wide = document.documentElement.scrollWidth;
            if (wide > 360) wrong.push(`the page is ${wide} wide`);
            for (const button of document.querySelectorAll('button, select, summary')) {
                if (!button.checkVisibility()) continue;
                const { width, height, left, right } = button.getBoundingClientRect();
                const name = button.dataset.action ?? button.dataset.setting ?? button.dataset.field ?? button.className ?? button.tagName;
                if (Math.min(width, height) < 24 && width > 0) wrong.push(`${name} is ${width} x ${height}`);
                // What lies in a list that scrolls by itself may reach further.
                if ((left < 0 || right > 360.5) && !button.closest('[data-scrolls], .lesson-contents, [role=tablist]')) {
                    wrong.push(`${name} reaches from ${left} to ${right}`);
                }
            }
            // Tab goes through the parts as they lie below each other.
            const parts = [...document.querySelectorAll('main :is(.lesson, .picture, .transport, .rail, .controls)')];
            const shown = parts.filter((part) => part.checkVisibility());
            const top = (part) => part.getBoundingClientRect().top;
            if (shown.length < 4) wrong.push(`only ${shown.length} parts are there`);
            for (const [index, part] of shown.entries()) {
                if (index > 0 && top(part) <= top(shown[index - 1])) wrong.push(`Tab goes up to ${part.className}`);
            }
            return wrong;";
        in_all_views(page, "phone", look).await?;
        page.ensure(
            "another chart leaves the legend above it as it is",
            "await lsganLab.show({ look: { view: 'run', panel: 'history' } });
             const legend = document.querySelector('.legend');
             legend.open = true;
             await lsganLab.show({ look: { panel: 'metrics' } });
             return legend.open;",
        )
        .await?;
        // A finger plays and pauses.
        let at = page
            .evaluate(
                "await lsganLab.show({ look: { view: 'run' } });
                 const button = document.querySelector('[data-action=play]');
                 button.scrollIntoView({ block: 'center' });
                 await new Promise((resolve) => setTimeout(resolve, 300));
                 const { left, top, width, height } = button.getBoundingClientRect();
                 return [{ x: left + width / 2, y: top + height / 2 }];",
            )
            .await?;
        tell(page, "Input.dispatchTouchEvent", json!({ "type": "touchStart", "touchPoints": at })).await?;
        tell(page, "Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] })).await?;
        page.ensure(
            "it plays",
            "const before = lsganLab.timeline().end;
             for (const patience = Date.now() + 20000; lsganLab.timeline().end < before + 20;) {
                 if (Date.now() > patience) return 'it stands';
                 await new Promise((resolve) => setTimeout(resolve, 50));
             }
             return true;",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_laptop_and_a_projector_show_picture_and_controls_without_scrolling() -> Result<()> {
    if left_out_in_firefox("screens, laptop", "its driver plays no screens") {
        return Ok(());
    }
    on_page("laptop", async |page| {
        for (device, width, height) in [("laptop", 1366, 768), ("projector", 3840, 2160)] {
            play_screen(page, width, height, false).await?;
            let look = "
                const wrong = [];
                for (const part of ['.picture', '.transport']) {
                    const element = document.querySelector(part);
                    const { left, top, right, bottom } = element.getBoundingClientRect();
                    if (left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) {
                        wrong.push(`${part} from ${left}, ${top} to ${right}, ${bottom}`);
                    }
                }
                if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the screen');
                return wrong;";
            in_all_views(page, device, look).await?;
            let share = page
                .number(
                    "await lsganLab.show({ look: { view: 'run' } });
                     await new Promise((resolve) => setTimeout(resolve, 400));
                     return document.querySelector('[data-in=plane]').getBoundingClientRect().height / innerHeight;",
                )
                .await?;
            ensure!(share > 0.35, "{device}: the picture takes {share} of the height");
            page.ensure(
                &format!("{device}: the lab's legend makes no room for a chart that is not there"),
                "await lsganLab.show({ look: { view: 'lab', panel: 'history' } });
                 const legend = document.querySelector('.legend');
                 legend.open = true;
                 await lsganLab.show({ look: { panel: 'curve' } });
                 const { open } = legend;
                 await lsganLab.show({ look: { view: 'run' } });
                 return open;",
            )
            .await?;
            page.ensure(
                &format!("{device}: no chart is cut off"),
                "for (const panel of ['history', 'curve', 'gradients', 'metrics']) {
                     await lsganLab.show({ look: { panel } });
                     // Folded up to make room, it can be opened again.
                     document.querySelector('.legend').open = true;
                     await new Promise((resolve) => setTimeout(resolve, 400));
                     const [chart, card] = ['.inquiry .panel:not([hidden]) .chart-area > svg', '.inquiry']
                         .map((part) => document.querySelector(part).getBoundingClientRect());
                     if (chart.top < card.top || chart.bottom > card.bottom || chart.height < 100) return `${panel} ${chart.top} ${chart.bottom}`;
                 }
                 return true;",
            )
            .await?;
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_page_that_is_read_from_right_to_left_keeps_to_the_screen() -> Result<()> {
    if left_out_in_firefox("screens, right to left", "its driver plays no screens") {
        return Ok(());
    }
    on_page("right-to-left", async |page| {
        for (device, width, height, phone) in [
            ("phone-rtl", 360, 740, true),
            ("laptop-rtl", 1366, 768, false),
        ] {
            play_screen(page, width, height, phone).await?;
            // No language of the page is written so; its layout is to be ready for one.
            let look = format!(
                "document.documentElement.dir = 'rtl';
                 await new Promise((resolve) => setTimeout(resolve, 300));
                 const wrong = [];
                 if (innerWidth !== {width}) wrong.push(`the screen is ${{innerWidth}} wide`);
                 const wide = document.documentElement.scrollWidth;
                 if (wide > innerWidth) wrong.push(`the page is ${{wide}} wide`);
                 for (const part of document.querySelectorAll('.top, .picture, .transport, .rail, .controls, button, select, summary')) {{
                     if (!part.checkVisibility()) continue;
                     const {{ left, right }} = part.getBoundingClientRect();
                     const name = part.dataset.action ?? part.dataset.field ?? part.className;
                     if (left < -0.5 || right > innerWidth + 0.5) wrong.push(`${{name}} reaches from ${{left}} to ${{right}}`);
                     // Its arrow: an offset from the right is a part of the whole, from the left a length.
                     const arrow = getComputedStyle(part).backgroundPosition;
                     if (part.matches('select') && arrow.includes('100%')) wrong.push(`the arrow of ${{name}} is at ${{arrow}}`);
                 }}
                 for (const word of document.querySelectorAll('.chart-area text')) {{
                     const [inner, outer] = [word, word.closest('svg')].map((one) => one.getBoundingClientRect());
                     if (inner.left < outer.left - 1 || inner.right > outer.right + 1) wrong.push(`${{word.textContent}} is cut off in its chart`);
                 }}
                 if (document.documentElement.dir !== 'rtl') wrong.push('it was turned back meanwhile');
                 return wrong;"
            );
            in_all_views(page, device, &look).await?;
            page.ensure(
                "the settings are on the other side",
                "const [picture, controls] = ['.picture', '.controls'].map((part) => document.querySelector(part).getBoundingClientRect());
                 return innerWidth < 1000 || controls.right <= picture.left;",
            )
            .await?;
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn nothing_moves_by_itself_for_who_does_not_want_it() -> Result<()> {
    if left_out_in_firefox("screens, reduced motion", "its driver plays no wishes") {
        return Ok(());
    }
    on_page("reduced-motion", async |page| {
        let wish = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        tell(page, "Emulation.setEmulatedMedia", wish).await?;
        page.reload().await?;
        page.ensure(
            "it stands at its beginning",
            "await new Promise((resolve) => setTimeout(resolve, 1500));
             const play = document.querySelector('[data-action=play]');
             return lsganLab.timeline().end === 0 && play.getAttribute('aria-pressed') === 'false';",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}
