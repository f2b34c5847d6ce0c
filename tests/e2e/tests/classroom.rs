//! What a teacher does with the page: shares it, reduces it, frames it, presents it, works it by keys.

use anyhow::{Context, Result, ensure};
use e2e::{Page, browser::left_out_in_firefox, on_page};
use serde_json::{Value, json};
use std::io::Cursor;
use thirtyfour::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Opens a link of the page as a visitor does who was not there before.
async fn follow(page: &Page, link: &str) -> Result<()> {
    let address = page.driver.current_url().await?;
    page.driver.goto("about:blank").await?;
    page.driver.goto(address.join(link)?.as_str()).await?;
    page.until_ready().await
}

const LOOK: &str = "
    const one = (selector) => document.querySelector(selector);
    const shown = (selector) => one(selector).getClientRects().length > 0;
    const change = (element, value) => {
        element.type === 'checkbox' ? (element.checked = value) : (element.value = value);
        element.dispatchEvent(new Event('change', { bubbles: true }));
    };
    const until = async (what, holds) => {
        for (const patience = Date.now() + 30000; !(await holds());) {
            if (Date.now() > patience) throw `after half a minute: not ${what}`;
            await new Promise((resolve) => setTimeout(resolve, 20));
        }
    };";

async fn look(page: &Page, body: &str) -> Result<Value> {
    page.evaluate(&format!("{LOOK}{body}")).await
}

/// Presses what a selector finds with the mouse.
async fn press(page: &Page, selector: &str) -> Result<()> {
    Ok(page.driver.find(By::Css(selector)).await?.click().await?)
}

#[tokio::test]
async fn the_link_that_is_shared_opens_the_same_run_and_has_a_code() -> Result<()> {
    on_page("share", async |page| {
        follow(page, "#v=1&seed=5&loss.kind=minimax&lang=zh").await?;
        // By the mouse: only a hand may copy.
        press(page, ".controls [data-action=share]").await?;
        let shared = look(
            page,
            "await until('open', () => one('[data-dialog=share]').open);
             await until('told', () => one('[data-show=share_status]').textContent);
             const path = one('[data-show=qr] path').getAttribute('d');
             return {
                 link: one('[data-shared=link]').value,
                 address: location.href,
                 squares: path.split('M').length,
                 code: shown('[data-show=qr]'),
                 status: one('[data-show=share_status]').textContent,
             };",
        )
        .await?;
        ensure!(shared["link"] == shared["address"], "{shared}");
        ensure!(
            shared["code"] == true && shared["squares"].as_u64() > Some(100),
            "{shared}"
        );
        let words: Value = serde_json::from_str(include_str!("../../../www/locales/zh.json"))?;
        ensure!(shared["status"] == words["message.saved_link"], "{shared}");
        if !left_out_in_firefox("share, what was copied", "it lets no page read the clipboard") {
            let allowed = json!({ "permissions": ["clipboardReadWrite"] });
            page.driver
                .cdp()
                .send_raw("Browser.grantPermissions", allowed)
                .await?;
            let copied = page
                .evaluate("return navigator.clipboard.readText();")
                .await?;
            ensure!(copied == shared["link"], "{copied} was copied, not {shared}");
        }
        // Where the browser forbids it, nobody is told that it was done.
        page.evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden'));")
            .await?;
        press(page, "[data-action=copy_link]").await?;
        let status = look(
            page,
            &format!(
                "const status = () => one('[data-show=share_status]').textContent;
                 await until('told', () => status() !== {});
                 return status();",
                words["message.saved_link"]
            ),
        )
        .await?;
        ensure!(status == words["message.copy_by_hand"], "{status}");
        // Escape closes it, and the focus goes back to the button.
        page.driver
            .active_element()
            .await?
            .send_keys(Key::Escape)
            .await?;
        let back = look(
            page,
            "await until('closed', () => !one('[data-dialog=share]').open);
             return [lsganLab.config().seed, document.activeElement === one('.controls [data-action=share]')];",
        )
        .await?;
        ensure!(back == json!([5, true]), "{back}");
        page.ensure_no_errors().await
    })
    .await
}

/// What a phone reads off the QR code as it stands on the screen.
async fn read_off_the_screen(page: &Page) -> Result<String> {
    let code = page.driver.find(By::Css("[data-show=qr]")).await?;
    code.scroll_into_view().await?;
    let mut decoder = png::Decoder::new(Cursor::new(code.screenshot_as_png().await?));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut picture = decoder.read_info()?;
    let mut pixels = vec![
        0;
        picture
            .output_buffer_size()
            .context("a picture too large")?
    ];
    let info = picture.next_frame(&mut pixels)?;
    let [width, height] = [info.width, info.height].map(|side| side as usize);
    let bytes = info.buffer_size() / (width * height);
    // Black and white: green says as much as all three.
    let grey = |x, y| pixels[bytes * (y * width + x) + 1.min(bytes - 1)];
    let mut screen = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let codes = screen.detect_grids();
    ensure!(
        codes.len() == 1,
        "{} codes in {width} by {height} pixels",
        codes.len()
    );
    Ok(codes[0].decode()?.1)
}

#[tokio::test]
async fn the_code_on_the_screen_says_the_link_long_or_short_in_both_themes() -> Result<()> {
    on_page("share-code", async |page| {
        look(page, "await lsganLab.pause();").await?;
        // A short link; some drawing; and the longest that there is a code for, of up to 2,331 bytes.
        for (points, lengths) in [(0, 30..150), (60, 300..800), (390, 2250..2332)] {
            for theme in ["light", "dark"] {
                let link = look(
                    page,
                    &format!(
                        "change(one('[data-setting=theme]'), '{theme}');
                         const share = async (points) => {{
                             await lsganLab.configure({{ target: points.length ? {{ kind: 'points', points }} : {{ kind: 'ring' }} }});
                             one('[data-dialog=share]').close();
                             one('.controls [data-action=share]').click();
                             await until('open', () => one('[data-dialog=share]').open);
                             return one('[data-shared=link]').value;
                         }};
                         // Every place is some steps of the plane's lattice from the last: four or five letters.
                         const place = (at) => [Math.cos(2.4 * at), Math.sin(2.4 * at)].map((part) => 1.5 * part);
                         const points = Array.from({{ length: {points} }}, (_, at) => place(at));
                         let link = await share(points);
                         while (link.length > 2331) {{
                             points.length -= 1;
                             link = await share(points);
                         }}
                         return link;"
                    ),
                )
                .await?;
                let link = link.as_str().context("no link")?;
                ensure!(lengths.contains(&link.len()), "{} bytes: {link}", link.len());
                let read = read_off_the_screen(page).await.with_context(|| format!("{} bytes, {theme}", link.len()))?;
                ensure!(read == link, "the code says {read}, not {link}");
                page.screenshot(&format!("share-code-{points}-{theme}")).await?;
            }
        }
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_reduced_page_hides_and_locks_what_its_link_says() -> Result<()> {
    on_page("reduced", async |page| {
        let link = look(
            page,
            "await lsganLab.pause();
             one('.controls [data-action=share]').click();
             for (const more of document.querySelectorAll('.share-more')) more.open = true;
             change(one('[data-fate=badge]'), 'hidden');
             change(one('[data-fate=networks]'), 'hidden');
             change(one('[data-fate=loss]'), 'locked');
             change(one('[data-fate=presets]'), 'locked');
             // The timeline stands in it.
             change(one('[data-fate=transport]'), 'locked');
             // The page that hands it out stays whole.
             if (!shown('.badge')) throw 'the badge is gone here, too';
             return one('[data-shared=link]').value;",
        )
        .await?;
        let link = link.as_str().context("no link")?;
        follow(page, link).await?;
        let seen = look(
            page,
            "await lsganLab.pause();
             const before = lsganLab.config().loss.kind;
             const select = one('[data-field=\"loss.kind\"]');
             // Even where somebody enables it by hand.
             select.disabled = false;
             change(select, 'minimax');
             await new Promise((resolve) => setTimeout(resolve, 100));
             const target = one('[data-field=\"target.kind\"]');
             change(target, 'moons');
             await until('moons', () => lsganLab.config().target.kind === 'moons');
             return {
                 badge: shown('.badge'), networks: shown('[data-part=networks]'), loss: shown('[data-part=loss]'),
                 preset: one('[data-action=preset]').disabled && one('[data-time=stop]').disabled, kept: lsganLab.config().loss.kind === before,
                 address: location.hash,
             };",
        )
        .await?;
        ensure!(
            seen["badge"] == false && seen["networks"] == false && seen["loss"] == true,
            "{seen}"
        );
        ensure!(seen["preset"] == true && seen["kept"] == true, "{seen}");
        let address = seen["address"].as_str().context("no address")?;
        ensure!(
            address.contains("hide=badge,networks") && address.contains("lock=loss,presets,transport"),
            "the reduced page forgets what it is: {address}"
        );
        page.ensure_no_errors().await?;
        // A part that there is not: one sentence, and the page works.
        follow(page, "#v=1&hide=everything").await?;
        let said = look(page, "return one('[data-show=message]').textContent").await?;
        ensure!(
            said.as_str().is_some_and(|said| said.contains("hide must be at most 19 of views")),
            "{said}"
        );
        Ok(())
    })
    .await
}

/// Serves one page that has another in a frame, and notes what that one says.
async fn framing(address: &str) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let html = format!(
        "<!doctype html><title>around</title><iframe src=\"{}\" width=1200 height=700></iframe>
         <script>
             globalThis.heard = [];
             const frame = document.querySelector('iframe');
             addEventListener('message', (event) => heard.push(event.data.lsganLab));
             let last = 0;
             globalThis.ask = async (call, ...list) => {{
                 const id = ++last;
                 frame.contentWindow.postMessage({{ lsganLab: {{ id, call, arguments: list }} }}, '*');
                 for (const patience = Date.now() + 5000; Date.now() < patience;) {{
                     const answer = heard.find((one) => one.id === id);
                     if (answer) return answer;
                     await new Promise((resolve) => setTimeout(resolve, 20));
                 }}
                 return 'silence';
             }};
         </script>",
        address.replace("ORIGIN", &origin).replace('&', "&amp;")
    );
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{html}",
        html.len()
    );
    tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let mut asked = [0; 4096];
            // Whatever is asked for: there is one page.
            if visitor.read(&mut asked).await.is_ok() {
                drop(visitor.write_all(answer.as_bytes()).await);
            }
        }
    });
    Ok(origin)
}

#[tokio::test]
async fn a_framed_page_answers_the_sites_that_its_link_names_and_no_others() -> Result<()> {
    on_page("framed", async |page| {
        let address = page.driver.current_url().await?;
        let own = address.join("#v=1&seed=9&embed=1&origins=ORIGIN")?;
        let friend = framing(own.as_str()).await?;
        page.driver.goto(&friend).await?;
        let heard = page
            .evaluate(
                "for (const patience = Date.now() + 60000; !heard.some((one) => one.event === 'ready');) {
                     if (Date.now() > patience) throw 'it is never ready';
                     await new Promise((resolve) => setTimeout(resolve, 20));
                 }
                 await ask('pause');
                 await ask('reset');
                 const stepped = await ask('step', 3);
                 return {
                     seed: (await ask('config')).result.seed,
                     step: stepped.result.step,
                     fakes: stepped.result.fake.length,
                     refused: (await ask('configure', { batch: 3 })).error,
                     unknown: (await ask('constructor')).error,
                 };",
            )
            .await?;
        ensure!(
            heard["seed"] == 9 && heard["step"] == 3 && heard["fakes"] == 1000,
            "{heard}"
        );
        let said = |name: &str| heard[name].as_str().unwrap_or_default().to_owned();
        ensure!(said("refused").contains("batch must be"), "{heard}");
        ensure!(said("unknown").contains("call must be one of"), "{heard}");

        let other = address.join("#v=1&embed=1&origins=https://school.example")?;
        let stranger = framing(other.as_str()).await?;
        page.driver.goto(&stranger).await?;
        // It is there, ready and allowed to speak, to others.
        page.driver.enter_frame(0).await?;
        page.until_ready().await?;
        page.ensure(
            "it knows whom it may speak to",
            "return location.hash.includes('origins=https://school.example');",
        )
        .await?;
        page.driver.enter_parent_frame().await?;
        let heard = page
            .evaluate("return [await ask('config'), heard.length];")
            .await?;
        ensure!(heard == json!(["silence", 0]), "{heard}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn keys_press_the_buttons_and_a_clicker_turns_the_lessons() -> Result<()> {
    on_page("keys", async |page| {
        look(page, "await lsganLab.pause(); await lsganLab.reset(); document.activeElement.blur();").await?;
        let keys = async |keys: &str| -> Result<()> {
            page.driver.action_chain().send_keys(keys).perform().await?;
            Ok(())
        };
        keys("s").await?;
        look(page, "await until('stepped', async () => (await lsganLab.snapshot()).step === 1);").await?;
        keys(" ").await?;
        look(page, "await until('playing', () => one('[data-action=play]').ariaPressed === 'true');").await?;
        keys(" ").await?;
        look(page, "await until('paused', () => one('[data-action=play]').ariaPressed === 'false');").await?;
        keys("?").await?;
        look(page, "await until('listed', () => one('[data-dialog=keys]').open);").await?;
        // Keys are the dialog's own while it is open.
        keys("2").await?;
        ensure!(
            look(page, "return lsganLab.scene().look.view").await? == "run",
            "a key went through the dialog"
        );
        page.driver.active_element().await?.send_keys(Key::Escape).await?;
        keys("2").await?;
        look(page, "await until('lab', () => lsganLab.scene().look.view === 'lab');").await?;
        keys("1").await?;
        // What is typed into a field is no shortcut.
        look(page, "await until('run', () => lsganLab.scene().look.view === 'run'); one('[data-field=seed]').focus();").await?;
        keys("2").await?;
        ensure!(
            look(page, "return lsganLab.scene().look.view").await? == "run",
            "typing changes the view"
        );
        look(page, "document.activeElement.blur();").await?;
        keys("p").await?;
        look(page, "await until('presenting', () => document.documentElement.hasAttribute('data-present'));
                    if (shown('.controls')) throw 'the settings are in the way';").await?;
        keys("l").await?;
        look(page, "await until('a lesson', () => shown('.lesson'));").await?;
        let title = "return one('[data-show=lesson_title]').textContent";
        let first = look(page, title).await?;
        page.driver.action_chain().send_keys(Key::PageDown).perform().await?;
        look(page, "await until('revealed', () => !one('[data-show=lesson_reveal]').hidden);").await?;
        page.driver.action_chain().send_keys(Key::PageDown).perform().await?;
        look(page, &format!("await until('next', () => one('[data-show=lesson_title]').textContent !== {first});")).await?;
        page.driver.action_chain().send_keys(Key::PageUp).perform().await?;
        look(page, &format!("await until('back', () => one('[data-show=lesson_title]').textContent === {first});")).await?;
        // A link of the presenter's page opens it as such; the switch leaves it.
        page.reload().await?;
        look(
            page,
            "if (!document.documentElement.hasAttribute('data-present')) throw 'forgotten';
             one('[data-action=present]').click();
             await until('usual', () => !document.documentElement.hasAttribute('data-present'));",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}
