//! The target under real pointers and keys: points that are drawn, erased, loaded and saved, modes that
//! are moved while the run plays.

use anyhow::{Result, ensure};
use e2e::lab::{perform, press};
use e2e::{Page, browser::left_out_in_firefox, on_page, play_screen};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// The pixel of a point of the plane of the first pane.
async fn pixel(page: &Page, [x, y]: [f64; 2]) -> Result<[i64; 2]> {
    let at = page
        .evaluate(&format!(
            "
            const canvas = document.querySelector('[data-show=panes] [data-in=plane]');
            canvas.scrollIntoView({{ block: 'center' }});
            const em = parseFloat(getComputedStyle(document.documentElement).fontSize);
            const [left, right, top, bottom] = [2.4, 0.6, 0.6, 1.5].map((margin) => margin * em);
            const box = canvas.getBoundingClientRect();
            const [width, height] = [box.width - left - right, box.height - top - bottom];
            const {{ surface }} = await lsganLab.snapshot();
            const unit = Math.min(width, height) / (surface.x[1] - surface.x[0]);
            return [box.x + left + width / 2 + {x} * unit, box.y + top + height / 2 - {y} * unit];"
        ))
        .await?;
    Ok([0, 1].map(|axis| at[axis].as_f64().unwrap_or_default().round() as i64))
}

fn to([x, y]: [i64; 2], ms: u64) -> Value {
    json!({ "type": "pointerMove", "duration": ms, "x": x, "y": y })
}

/// A pointer goes down at the first of some points and up at the last.
async fn stroke(page: &Page, pointer: &str, points: &[[f64; 2]]) -> Result<()> {
    let mut actions = Vec::new();
    for (index, point) in points.iter().enumerate() {
        actions.push(to(pixel(page, *point).await?, 30 * index as u64));
        if index == 0 {
            actions.push(json!({ "type": "pointerDown", "button": 0 }));
        }
    }
    actions.push(json!({ "type": "pointerUp", "button": 0 }));
    perform(page, pointer, actions).await
}

/// The target's places, once the workers have them.
async fn places(page: &Page) -> Result<Vec<[f64; 2]>> {
    let places = page
        .evaluate(
            "
            await new Promise((resolve) => setTimeout(resolve, 300));
            const { points, means } = lsganLab.config().target;
            return points ?? means;",
        )
        .await?;
    let place = |place: &Value| [0, 1].map(|axis| place[axis].as_f64().unwrap_or(f64::NAN));
    Ok(places.as_array().into_iter().flatten().map(place).collect())
}

/// Begins a resting run on points of one's own, with nothing drawn.
async fn enter(page: &Page, points: &Value) -> Result<()> {
    page.evaluate(&format!(
        "await lsganLab.setBackend('cpu');
         await lsganLab.pause();
         await lsganLab.configure({{ target: {{ kind: 'points', points: {points}, sigma: 0 }} }});
         // On a phone the settings are folded.
         document.querySelector('[data-part=target]').open = true;"
    ))
    .await?;
    press(page, "own_edit").await
}

#[tokio::test]
async fn a_stroke_is_drawn_undone_and_erased_and_the_run_goes_on() -> Result<()> {
    on_page("own-draw", async |page| {
        enter(page, &json!([[1.5, 1.5]])).await?;
        page.evaluate("await lsganLab.step(30);").await?;
        page.evaluate("globalThis.stood = [...(await lsganLab.snapshot()).fake];")
            .await?;
        let line = [[-1.0, -0.5], [0.0, -0.5], [1.0, -0.5]];
        stroke(page, "mouse", &line).await?;
        let drawn = places(page).await?;
        // Two units at a spacing of 0.04, to the pixels' rounding.
        ensure!((49..=53).contains(&(drawn.len() - 1)), "{} points", drawn.len());
        ensure!(drawn[0] == [1.5, 1.5], "{:?}", drawn[0]);
        for [x, y] in &drawn[1..] {
            ensure!((y + 0.5).abs() < 0.01 && x.abs() < 1.01, "({x}, {y})");
        }
        page.screenshot("own-draw").await?;
        page.ensure(
            "the same networks stand at the same step",
            "const { step, fake } = await lsganLab.snapshot();
             return step === 30 && JSON.stringify([...fake]) === JSON.stringify(stood);",
        )
        .await?;
        page.ensure(
            "the real samples are points of the drawing",
            "const { real } = await lsganLab.snapshot();
             const drawn = lsganLab.config().target.points;
             for (let i = 0; i < real.length; i += 2) {
                 if (!drawn.some(([x, y]) => Math.hypot(x - real[i], y - real[i + 1]) < 1e-6)) return false;
             }
             return true;",
        )
        .await?;
        // The link says the drawing and opens it again.
        page.evaluate("await new Promise((resolve) => setTimeout(resolve, 700));").await?;
        let link = page.evaluate("return location.hash;").await?;
        ensure!(link.as_str().is_some_and(|link| link.contains("target.points=")), "{link}");
        page.reload().await?;
        ensure!(places(page).await? == drawn);
        page.evaluate("await lsganLab.setBackend('cpu'); await lsganLab.pause();").await?;
        press(page, "own_edit").await?;
        press(page, "own_erase").await?;
        stroke(page, "mouse", &[[0.0, -1.0], [0.0, 0.0]]).await?;
        let erased = places(page).await?;
        ensure!(erased.len() < drawn.len() && erased.len() > 30, "{}", erased.len());
        for [x, y] in &erased[1..] {
            ensure!(x.abs() > 0.13, "({x}, {y}) should be gone");
        }
        press(page, "own_undo").await?;
        ensure!(places(page).await? == drawn);
        press(page, "own_redo").await?;
        ensure!(places(page).await? == erased);
        // Nothing at all cannot be learnt: the run goes on with what was there.
        press(page, "own_clear").await?;
        ensure!(places(page).await? == erased);
        page.ensure(
            "it says so",
            "return document.querySelector('[data-show=own_count]').textContent.includes('until you draw');",
        )
        .await?;
        press(page, "own_done").await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_mode_is_dragged_while_the_run_plays_and_the_run_goes_on() -> Result<()> {
    on_page("own-modes", async |page| {
        page.evaluate(
            "await lsganLab.setBackend('cpu');
             await lsganLab.pause();
             await lsganLab.configure({ target: { kind: 'ring', modes: 8, sigma: 0.01 } });
             await lsganLab.step(50);",
        )
        .await?;
        press(page, "own_apart").await?;
        let ring = places(page).await?;
        ensure!(ring.len() == 8 && ring[0] == [1.0, 0.0], "{ring:?}");
        let step = page.number("return (await lsganLab.snapshot()).step;").await?;
        ensure!(step == 50.0, "taking the modes apart began anew: step {step}");
        page.evaluate("lsganLab.play();").await?;
        stroke(page, "mouse", &[[1.0, 0.0], [1.2, 0.4], [1.4, 0.8]]).await?;
        let moved = places(page).await?;
        let [x, y] = moved[0];
        ensure!((x - 1.4).hypot(y - 0.8) < 0.02, "{moved:?}");
        ensure!(moved[1..] == ring[1..], "{moved:?}");
        page.ensure(
            "the step count has gone on",
            "const { step } = await lsganLab.snapshot();
             await new Promise((resolve) => setTimeout(resolve, 500));
             const later = (await lsganLab.snapshot()).step;
             return step > 50 && later > step;",
        )
        .await?;
        page.ensure(
            "the real samples have a mode there and none where it was",
            &format!(
                "await lsganLab.pause();
                 const {{ real }} = await lsganLab.snapshot();
                 const near = (x, y) => {{
                     let count = 0;
                     for (let i = 0; i < real.length; i += 2) {{
                         count += Math.hypot(real[i] - x, real[i + 1] - y) < 0.06;
                     }}
                     return count;
                 }};
                 return near({x}, {y}) > 30 && near(1, 0) === 0;"
            ),
        )
        .await?;
        page.screenshot("own-modes").await?;
        // A pane that comes now makes the same steps under the same targets: with the same loss, the same run.
        page.evaluate(
            "await lsganLab.step(20);
             await lsganLab.show({ twins: ['lsgan01'] });",
        )
        .await?;
        page.ensure(
            "the twin is where the first pane is, to the last bit",
            "const [one, other] = await lsganLab.snapshots();
             return one.step === other.step && JSON.stringify([...one.fake]) === JSON.stringify([...other.fake])
                 && JSON.stringify([...one.real]) === JSON.stringify([...other.real]);",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}

/// Chooses a file with this text in the page's field for files.
async fn choose(page: &Page, name: &str, text: &str) -> Result<()> {
    let path = std::env::temp_dir().join(format!("lsgan-own-{}-{name}", std::process::id()));
    std::fs::write(&path, text)?;
    // It takes what is typed into it as a path; it is hidden from people only.
    page.evaluate("document.querySelector('[data-own-file]').hidden = false;")
        .await?;
    let field = page.driver.find(By::Css("[data-own-file]")).await?;
    field.send_keys(path.display().to_string()).await?;
    page.evaluate("document.querySelector('[data-own-file]').hidden = true;")
        .await?;
    Ok(())
}

#[tokio::test]
async fn points_come_from_a_file_and_by_paste_and_go_out_again() -> Result<()> {
    on_page("own-files", async |page| {
        enter(page, &json!([[0, 0]])).await?;
        let said = async || {
            page.evaluate(
                "await new Promise((resolve) => setTimeout(resolve, 300));
                 return document.querySelector('[data-show=message]').textContent;",
            )
            .await
        };
        let choose = async |name: &str, text: &str| choose(page, name, text).await;
        choose("good.csv", "x;y\n0.5;-1\n-0.25;1\n").await?;
        ensure!(said().await? == "2 points loaded.");
        let loaded = vec![[0.5, -1.0], [-0.25, 1.0]];
        ensure!(places(page).await? == loaded);
        choose("bad.csv", "x,y\n0.5,-1\n0.25,one\n").await?;
        let bad = said().await?;
        ensure!(bad.as_str().is_some_and(|bad| bad.starts_with("Line 3: “one” is not a number")), "{bad}");
        ensure!(places(page).await? == loaded, "a bad file has changed something");
        choose("large.csv", &"1,2\n".repeat(300_000)).await?;
        let large = said().await?;
        ensure!(
            large.as_str().is_some_and(|large| large.contains("1,200,000") && large.contains("1,048,576")),
            "{large}"
        );
        let paste = |text: &str| {
            format!(
                "const parcel = new DataTransfer();
                 parcel.setData('text/plain', {});
                 document.body.dispatchEvent(
                     // Firefox makes its own parcel of data and type.
                     new ClipboardEvent('paste', {{
                         clipboardData: parcel, data: {}, dataType: 'text/plain', bubbles: true, cancelable: true }}));",
                json!(text),
                json!(text)
            )
        };
        page.evaluate(&paste("[[1, 1], [-1, 0.5], [0, 0]]")).await?;
        ensure!(said().await? == "3 points loaded.");
        let pasted = vec![[1.0, 1.0], [-1.0, 0.5], [0.0, 0.0]];
        ensure!(places(page).await? == pasted);
        // Loading is an act like any other.
        press(page, "own_undo").await?;
        ensure!(places(page).await? == loaded);
        page.evaluate(&paste("170 50\n180 90\n")).await?;
        let fitted = said().await?;
        ensure!(fitted.as_str().is_some_and(|text| text.contains("× 0.06")), "{fitted}");
        ensure!(places(page).await? == [[-0.3, -1.2], [0.3, 1.2]]);
        // Dropped on the picture.
        page.evaluate(
            "const parcel = new DataTransfer();
             parcel.items.add(new File(['[[0.5, 0.5], [1, 0.25]]'], 'points.json'));
             const plane = document.querySelector('[data-show=panes] [data-in=plane]');
             plane.dispatchEvent(new DragEvent('drop', { dataTransfer: parcel, bubbles: true, cancelable: true }));",
        )
        .await?;
        ensure!(said().await? == "2 points loaded.");
        ensure!(places(page).await? == [[0.5, 0.5], [1.0, 0.25]]);
        page.screenshot("own-files").await?;
        page.ensure(
            "what is exported is what is there",
            "return lsganLab.exportPoints('csv') === 'x,y\\r\\n0.5,0.5\\r\\n1,0.25\\r\\n'
                 && JSON.stringify(JSON.parse(lsganLab.exportPoints('json'))) === '[[0.5,0.5],[1,0.25]]';",
        )
        .await?;
        page.ensure(
            "the button hands over a file of it",
            "let saved = null;
             HTMLAnchorElement.prototype.click = function () { saved = [this.download, this.href]; };
             document.querySelector('[data-action=own_csv]').click();
             const text = await (async () => decodeURIComponent(saved[1].split(',').slice(1).join(',')))();
             return saved[0] === 'points.csv' && text === lsganLab.exportPoints('csv');",
        )
        .await?;
        page.ensure(
            "the API loads too, and refuses with the same sentence",
            "await lsganLab.loadPoints('1,2\\n2,1');
             const refusal = await lsganLab.loadPoints('1,2,3').catch((error) => error.message);
             return lsganLab.config().target.points.length === 2 && refusal.startsWith('Line 1 has 3 columns');",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn where_the_target_is_locked_no_text_or_file_changes_it() -> Result<()> {
    on_page("own-locked", async |page| {
        enter(page, &json!([[1.5, 1.5]])).await?;
        let bring = async |points: &str| -> Result<()> {
            page.evaluate(&format!(
                "const parcel = (fill) => {{ const parcel = new DataTransfer(); fill(parcel); return parcel; }};
                 const points = {};
                 const text = parcel((parcel) => parcel.setData('text/plain', points));
                 const file = parcel((parcel) => parcel.items.add(new File([points], 'points.json')));
                 const plane = document.querySelector('[data-show=panes] [data-in=plane]');
                 for (const dataTransfer of [text, file]) {{
                     plane.dispatchEvent(new DragEvent('drop', {{ dataTransfer, bubbles: true, cancelable: true }}));
                     await new Promise((resolve) => setTimeout(resolve, 300));
                 }}
                 document.body.dispatchEvent(new ClipboardEvent('paste', {{
                     clipboardData: text, data: points, dataType: 'text/plain', bubbles: true, cancelable: true }}));
                 await new Promise((resolve) => setTimeout(resolve, 300));",
                json!(points)
            ))
            .await
            .map(drop)
        };
        // As long as it is open they come in.
        bring("[[0.5, 0.5], [1, 0.25]]").await?;
        let brought = places(page).await?;
        ensure!(brought == [[0.5, 0.5], [1.0, 0.25]], "{brought:?}");
        let reduced = ["lock", "hide"].map(|fate| ["points", "ring"].map(|kind| (fate, kind)));
        for (seed, (fate, kind)) in (10..).zip(reduced.concat()) {
            page.evaluate(&format!(
                "location.hash = '#v=1&backend=cpu&seed={seed}&target.kind={kind}&{fate}=target';
                 for (const patience = Date.now() + 20000; lsganLab.config().seed !== {seed};) {{
                     if (Date.now() > patience) throw 'the link is not followed';
                     await new Promise((resolve) => setTimeout(resolve, 20));
                 }}
                 globalThis.stood = JSON.stringify(lsganLab.config().target);"
            ))
            .await?;
            bring("[[0.25, 0.5], [-1, 0.25]]").await?;
            page.ensure(
                &format!("{fate}=target keeps {kind} as it is"),
                "return JSON.stringify(lsganLab.config().target) === stood;",
            )
            .await?;
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn points_that_were_saved_are_the_same_when_they_are_loaded_again() -> Result<()> {
    on_page("own-saved", async |page| {
        // Whatever a thousandth can say, to the edge of what stays where it is, and what a hand has drawn.
        let spiral = (0..300).map(|at| {
            let at = f64::from(at);
            [(0.7 * at).sin(), (0.7 * at).cos()].map(|part| (13.0 * at * part).round() / 1000.0)
        });
        let points: Vec<_> = [[4.0, -4.0], [-0.001, 0.0]].into_iter().chain(spiral).collect();
        enter(page, &json!(points)).await?;
        stroke(page, "mouse", &[[-1.0, 0.5], [0.0, 1.0], [1.0, 0.25]]).await?;
        let drawn = places(page).await?;
        ensure!(drawn.len() > points.len() + 10, "{} points", drawn.len());
        for (action, name) in [("own_csv", "points.csv"), ("own_json", "points.json")] {
            let saved = page
                .evaluate(&format!(
                    "let saved = null;
                     const {{ click }} = HTMLAnchorElement.prototype;
                     HTMLAnchorElement.prototype.click = function () {{ saved = [this.download, this.href]; }};
                     document.querySelector('[data-action={action}]').click();
                     HTMLAnchorElement.prototype.click = click;
                     const [name, address] = saved;
                     return {{ name, text: decodeURIComponent(address.split(',').slice(1).join(',')) }};"
                ))
                .await?;
            ensure!(saved["name"] == name, "{saved}");
            press(page, "own_clear").await?;
            choose(page, "other.csv", "0.5,0.5\n").await?;
            ensure!(places(page).await? == [[0.5, 0.5]], "{name}");
            choose(page, name, saved["text"].as_str().unwrap_or_default()).await?;
            let loaded = places(page).await?;
            ensure!(loaded == drawn, "{name}: {loaded:?}, not {drawn:?}");
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn everything_works_by_keys_and_is_announced() -> Result<()> {
    on_page("own-keys", async |page| {
        enter(page, &json!([[1.5, 1.5]])).await?;
        let said = async || {
            page.evaluate("return document.querySelector('[data-show=announcement]').textContent;")
                .await
        };
        ensure!(
            said()
                .await?
                .as_str()
                .is_some_and(|said| said.starts_with("Drawing."))
        );
        // The plane has the keyboard.
        let keys = async |keys: String| page.driver.action_chain().send_keys(keys).perform().await;
        let key = |key: Key, times: usize| String::from(key.value()).repeat(times);
        keys(key(Key::Right, 5) + key(Key::Up, 2).as_str() + " ").await?;
        ensure!(places(page).await? == [[1.5, 1.5], [0.5, 0.2]]);
        ensure!(said().await? == "Point put, 2 in all.");
        page.screenshot("own-keys").await?;
        keys(key(Key::Left, 10) + " ").await?;
        keys(key(Key::Right, 1) + key(Key::Delete, 1).as_str()).await?;
        ensure!(places(page).await? == [[1.5, 1.5], [0.5, 0.2]]);
        let undo = page
            .driver
            .action_chain()
            .key_down(Key::Control)
            .send_keys("z")
            .key_up(Key::Control);
        undo.perform().await?;
        ensure!(places(page).await? == [[1.5, 1.5], [0.5, 0.2], [-0.5, 0.2]]);
        keys(key(Key::Escape, 1)).await?;
        page.ensure(
            "the tools are away",
            "return document.querySelector('.own-tools').hidden;",
        )
        .await?;
        // Modes: Tab from one to the next, arrows move, A adds, Delete takes away.
        page.evaluate(
            "await lsganLab.configure({ target: { kind: 'mixture', means: [[1, 0], [-1, 0]] } });",
        )
        .await?;
        press(page, "own_edit").await?;
        keys(key(Key::Tab, 2) + key(Key::Up, 3).as_str()).await?;
        ensure!(places(page).await? == [[1.0, 0.0], [-1.0, 0.3]]);
        ensure!(
            said().await? == "Mode 2 of 2 at -1.00, 0.30",
            "{}",
            said().await?
        );
        keys("a".to_owned()).await?;
        ensure!(places(page).await? == [[1.0, 0.0], [-1.0, 0.3], [-0.8, 0.3]]);
        keys(key(Key::Delete, 1)).await?;
        ensure!(places(page).await? == [[1.0, 0.0], [-1.0, 0.3]]);
        keys(key(Key::Tab, 1)).await?;
        page.ensure(
            "beyond the last mode the keyboard leaves the plane",
            "return !document.activeElement.matches('[data-in=plane]');",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_finger_draws_on_a_small_screen_without_moving_the_page() -> Result<()> {
    on_page("own-touch", async |page| {
        if left_out_in_firefox("own-touch on a phone", "its window is wider and its driver plays no phones") {
            page.driver.set_window_rect(0, 0, 360, 740).await?;
        } else {
            play_screen(page, 360, 740, true).await?;
            page.ensure("it is a phone", "return innerWidth === 360 && innerHeight === 740;").await?;
        }
        enter(page, &json!([[1.5, 1.5]])).await?;
        // Where it is in the window decides nothing: the page is brought there first.
        pixel(page, [0.0, 0.0]).await?;
        let scrolled = page.number("return scrollY;").await?;
        stroke(page, "touch", &[[-0.8, -1.0], [-0.8, 0.0], [-0.8, 1.0]]).await?;
        let drawn = places(page).await?;
        ensure!((45..=55).contains(&drawn.len()), "{} points", drawn.len());
        ensure!(page.number("return scrollY;").await? == scrolled, "the page has moved under it");
        page.ensure(
            "nothing is wider than the screen, and every tool is large enough for a finger",
            "const tools = [...document.querySelectorAll('.own-tools button:not([hidden])')];
             const place = document.querySelector('.own-tools').getBoundingClientRect();
             return document.documentElement.scrollWidth <= innerWidth && place.left >= 0 && place.right <= innerWidth
                 && tools.length === 6
                 && tools.every((tool) => Math.min(tool.offsetWidth, tool.offsetHeight) >= 40);",
        )
        .await?;
        page.screenshot("own-touch").await?;
        if !left_out_in_firefox("own-touch by pen", "its driver has no pens") {
            stroke(page, "pen", &[[0.5, 0.0], [1.0, 0.0]]).await?;
            ensure!(places(page).await?.len() > drawn.len() + 8);
        }
        page.ensure_no_errors().await
    })
    .await
}
