//! The page without a mouse: Tab reaches every control in the order of reading, nothing holds it, and wherever it is can
//! be seen.
//!
//! In Firefox the walk ends at the last control: beyond it, in the browser's own bar, its driver loses the window.

use anyhow::{Context, Result, ensure};
use e2e::{Page, browser::is_firefox, on_page};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// What Tab is to reach inside of an element, and what is wrong with the place where it is.
const LOOK: &str = "
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
    // Of radio buttons with one name Tab reaches the one that is chosen.
    const stopsIn = (root) => [...root.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
        .filter((element) => !element.matches(':disabled') && isShown(element))
        // On the wall arrow keys go from picture to picture; elsewhere no control may keep out of Tab's way.
        .filter((element) => element.tabIndex >= 0 || element.matches(':is(button, input, select, textarea, summary):not(.wall-member)'))
        .filter(({ type, checked }) => type !== 'radio' || checked);
    const name = (element) => {
        const { dataset, tagName, className, textContent } = element;
        const hook = Object.entries(dataset).find(([key]) => /^(action|field|setting|in|time|show|fate|handout|shared|take)$/.test(key));
        return `${tagName.toLowerCase()} ${hook?.join('=') ?? className} ${dataset.take ?? ''} ${element.value ?? textContent.trim().slice(0, 20)}`;
    };
    const up = function* (element) { for (; element; element = element.parentElement) yield element; };
    const colour = (text) => text.match(/[0-9.]+/g).map(Number);
    const luminance = ([red, green, blue]) => {
        const [r, g, b] = [red, green, blue].map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    // What lies behind an element's edge.
    const ground = (element) => {
        for (const at of up(element)) {
            const [red, green, blue, alpha = 1] = colour(getComputedStyle(at).backgroundColor);
            if (alpha === 1) return [red, green, blue];
        }
        return [255, 255, 255];
    };
    // What is left of the window for an element by what cuts it off around it.
    const windowOf = (element) => {
        const clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
        for (const at of up(element.parentElement)) {
            if (at === document.body || at === document.documentElement) continue;
            if (getComputedStyle(at).overflow === 'visible') continue;
            const { left, top } = at.getBoundingClientRect();
            const [x, y] = [left + at.clientLeft, top + at.clientTop];
            clip.left = Math.max(clip.left, x);
            clip.top = Math.max(clip.top, y);
            clip.right = Math.min(clip.right, x + at.clientWidth);
            clip.bottom = Math.min(clip.bottom, y + at.clientHeight);
        }
        return clip;
    };
    const troubleWith = (focused) => {
        if (!isShown(focused)) return 'is hidden';
        // Drawn around the element, or around what it stands for where it is itself transparent.
        const candidates = [...up(focused)].slice(0, 3);
        const ring = candidates.find((at) => {
            const { outlineStyle, outlineWidth, opacity } = getComputedStyle(at);
            return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && opacity === '1';
        });
        if (!ring) return 'shows no focus';
        const { outlineColor, outlineWidth, outlineOffset } = getComputedStyle(ring);
        const [width, offset] = [outlineWidth, outlineOffset].map(parseFloat);
        const [one, other] = [colour(outlineColor), ground(offset < 0 ? ring : ring.parentElement)].map(luminance);
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (contrast < 3) return `shows its focus at ${contrast.toFixed(2)}:1`;
        const [box, clip] = [ring.getBoundingClientRect(), windowOf(ring)];
        const middle = offset + width / 2;
        const across = Math.min(box.right, clip.right) > Math.max(box.left, clip.left);
        const upright = Math.min(box.bottom, clip.bottom) > Math.max(box.top, clip.top);
        const sides = {
            top: across && box.top - middle >= clip.top && box.top - middle <= clip.bottom,
            bottom: across && box.bottom + middle >= clip.top && box.bottom + middle <= clip.bottom,
            left: upright && box.left - middle >= clip.left && box.left - middle <= clip.right,
            right: upright && box.right + middle >= clip.left && box.right + middle <= clip.right,
        };
        const unseen = Object.keys(sides).filter((side) => !sides[side]);
        if (unseen.length > 0) return `shows no focus at its ${unseen.join(', ')}`;
        const above = document.elementFromPoint((box.left + box.right) / 2, (Math.max(box.top, clip.top) + Math.min(box.bottom, clip.bottom)) / 2);
        if (above && !ring.contains(above)) return `lies under ${name(above)}`;
        return null;
    };
    // Where the focus is: its place among what Tab is to reach, its name, and what is wrong there.
    const stop = () => {
        const focused = document.activeElement;
        if (!focused || focused === document.body || focused === document.documentElement) return null;
        const { scrollHeight, clientHeight, scrollWidth, clientWidth } = focused;
        return {
            place: globalThis.expected.indexOf(focused), name: name(focused), trouble: troubleWith(focused),
            // Browsers let keys scroll what has nothing else to take them.
            scrolls: focused.tabIndex < 0 && (scrollHeight > clientHeight || scrollWidth > clientWidth),
        };
    };";

/// One stop of the focus.
struct Stop {
    place: i64,
    name: String,
    scrolls: bool,
}

/// Where the focus is; none where it has left the page.
async fn stop(page: &Page, troubles: &mut Vec<String>) -> Result<Option<Stop>> {
    let stop = page.evaluate(&format!("{LOOK} return stop();")).await?;
    if stop.is_null() {
        return Ok(None);
    }
    let text = |key: &str| stop[key].as_str().map(str::to_owned);
    let name = text("name").context("a stop has a name")?;
    if let Some(trouble) = text("trouble") {
        troubles.push(format!("{name} {trouble}"));
    }
    Ok(Some(Stop {
        place: stop["place"].as_i64().context("a stop has a place")?,
        name,
        scrolls: stop["scrolls"] == true,
    }))
}

async fn press(page: &Page, key: Key) -> Result<()> {
    page.driver.action_chain().send_keys(key).perform().await?;
    Ok(())
}

/// Says what Tab is to reach inside of an element, and insists that nothing there looks focused by itself.
async fn expect(page: &Page, root: &str) -> Result<Vec<Value>> {
    let expected = page
        .evaluate(&format!(
            "{LOOK}
             const root = document.querySelector('{root}');
             const others = [...root.querySelectorAll('*')].filter((element) => !element.contains(document.activeElement));
             const ringed = others.filter((element) => isShown(element) && getComputedStyle(element).outlineStyle !== 'none');
             if (ringed.length > 0) throw `${{name(ringed[0])}} has an outline without the focus`;
             globalThis.expected = stopsIn(root);
             return expected.map(name);"
        ))
        .await?;
    let expected = expected.as_array().cloned().unwrap_or_default();
    ensure!(
        expected.len() > 1,
        "there is hardly anything to reach in {root}: {expected:?}"
    );
    Ok(expected)
}

#[tokio::test]
async fn tab_goes_through_every_view_and_leaves_it() -> Result<()> {
    on_page("keyboard", async |page| {
        page.driver.set_window_rect(0, 0, 1366, 900).await?;
        page.evaluate("await lsganLab.setBackend('cpu');").await?;
        let small = json!({ "hidden": [8] });
        let mut troubles = Vec::new();
        for view in ["run", "lab", "wall"] {
            // Anew, so that Tab begins at the top.
            page.evaluate(&format!(
                "await lsganLab.show({{ look: {{ view: '{view}' }}, generator: {small}, discriminator: {small} }});
                 await lsganLab.pause();"
            ))
            .await?;
            page.reload().await?;
            page.evaluate(&format!(
                "await lsganLab.pause();
                 const button = document.querySelector('[data-action={view}_play]');
                 if (button?.ariaPressed === 'true') button.click();
                 for (const group of document.querySelectorAll('.controls details')) group.open = true;
                 const there = () => '{view}' !== 'wall' || lsganLab.wall()?.members.every(({{ modes }}) => modes);
                 for (const patience = Date.now() + 60000; !there();) {{
                     if (Date.now() > patience) throw 'there is never a wall';
                     await new Promise((resolve) => setTimeout(resolve, 50));
                 }}
                 await new Promise((resolve) => setTimeout(resolve, 500));"
            ))
            .await?;
            let expected = expect(page, "body").await?;
            let mut reached: Vec<i64> = Vec::new();
            let mut more = 0;
            while !is_firefox() || reached.len() < expected.len() {
                press(page, Key::Tab).await?;
                let mut wrong = Vec::new();
                let Some(stop) = stop(page, &mut wrong).await? else {
                    break;
                };
                // Without a bar of its own the browser begins again at the top.
                if reached.first() == Some(&stop.place) {
                    break;
                }
                troubles.extend(wrong.iter().map(|trouble| format!("{view}: {trouble}")));
                if stop.place >= 0 {
                    ensure!(!reached.contains(&stop.place), "{view}: {} is reached again", stop.name);
                    reached.push(stop.place);
                } else {
                    ensure!(stop.scrolls, "{view}: {} is reached and has no use for keys", stop.name);
                    more += 1;
                    ensure!(more < 20, "{view}: the focus goes round in what scrolls");
                }
            }
            let named = |places: &[i64]| -> Vec<&Value> {
                places.iter().map(|place| &expected[*place as usize]).collect()
            };
            let all: Vec<i64> = (0..).take(expected.len()).collect();
            println!("{view}: {} stops, and {more} that scroll", reached.len());
            let missed: Vec<i64> = all.iter().copied().filter(|place| !reached.contains(place)).collect();
            ensure!(missed.is_empty(), "{view}: never reached: {:?}", named(&missed));
            ensure!(reached == all, "{view}: out of order: {:?}", named(&reached));
        }
        ensure!(troubles.is_empty(), "{}", troubles.join("\n"));
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_dialog_keeps_the_focus_and_gives_it_back() -> Result<()> {
    on_page("keyboard-dialogs", async |page| {
        page.driver.set_window_rect(0, 0, 1366, 900).await?;
        page.evaluate("await lsganLab.setBackend('cpu'); await lsganLab.pause();")
            .await?;
        let mut troubles = Vec::new();
        for (dialog, opener) in [
            ("share", ".controls [data-action=share]"),
            ("keys", "[data-action=keys]"),
            ("takeaway", "[data-action=take_open]"),
        ] {
            page.evaluate(&format!("document.querySelector('{opener}').focus();"))
                .await?;
            press(page, Key::Enter).await?;
            page.evaluate(&format!(
                "const dialog = document.querySelector('[data-dialog={dialog}]');
                 for (const patience = Date.now() + 5000; !dialog.open;) {{
                     if (Date.now() > patience) throw 'Enter does not open {dialog}';
                     await new Promise((resolve) => setTimeout(resolve, 20));
                 }}
                 for (const more of dialog.querySelectorAll('details')) more.open = true;
                 const embed = dialog.querySelector('[data-handout=embed]');
                 if (embed) embed.click();
                 await new Promise((resolve) => setTimeout(resolve, 200));"
            ))
            .await?;
            let expected = expect(page, &format!("[data-dialog={dialog}]")).await?;
            let first = stop(page, &mut troubles)
                .await?
                .context("the dialog opens without the focus")?;
            let mut reached = vec![first.place];
            // Once around, and a little further.
            let stops = match is_firefox() {
                true => expected.len() - usize::try_from(first.place)?,
                false => expected.len() + 3,
            };
            while reached.len() < stops {
                press(page, Key::Tab).await?;
                // The browser's own bar lies between the last and the first.
                let Some(stop) = stop(page, &mut troubles).await? else {
                    continue;
                };
                if stop.place >= 0 {
                    reached.push(stop.place);
                } else {
                    // One that scrolls may itself be a stop.
                    let is_itself = stop.scrolls && stop.name.starts_with("dialog");
                    ensure!(is_itself, "{dialog} lets the focus go to {}", stop.name);
                }
            }
            let count = expected.len() as i64;
            let around: Vec<i64> = (0..)
                .map(|place| (first.place + place) % count)
                .take(reached.len())
                .collect();
            ensure!(
                reached == around,
                "{dialog}: {reached:?}, not {around:?}, of {expected:?}"
            );
            press(page, Key::Escape).await?;
            page.ensure(
                &format!("Escape closes {dialog} and the focus is where it was"),
                &format!(
                    "await new Promise((resolve) => setTimeout(resolve, 100));
                     return !document.querySelector('[data-dialog={dialog}]').open
                         && document.activeElement === document.querySelector('{opener}');"
                ),
            )
            .await?;
        }
        ensure!(troubles.is_empty(), "{}", troubles.join("\n"));
        page.ensure_no_errors().await
    })
    .await
}
