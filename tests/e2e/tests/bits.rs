//! The same link gives the same bits on the CPU engine in both browsers and natively: the prints stand in
//! tests/bits/runs.json, where the native test (tests/same_bits.rs) compares its own.

use anyhow::{Context, Result, ensure};
use e2e::{Page, on_page_at};
use serde_json::Value;
use std::env;

/// The print of the page's run after 1,000 steps: FNV-1a over the numbers of its safetensors file, in the order that
/// `print_of` in tests/bits/mod.rs says. BigInt would take seconds for it, so a 64-bit product is made of the digits of
/// its prime, 2^40 + 435.
const PRINT: &str = "
    const print = async () => {
        const file = await (await lsganLab.export('weights.safetensors')).arrayBuffer();
        const length = Number(new DataView(file).getBigUint64(0, true));
        const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, length)));
        const parts = ['generator', 'discriminator'].flatMap((network) =>
            [network, `optimizer.${network}.first_moment`, `optimizer.${network}.second_moment`]);
        const names = parts.flatMap((part) => {
            const layers = Object.keys(header).filter((name) => name.startsWith(`${part}.`)).length / 2;
            return Array.from({ length: layers }, (_, layer) => [`${part}.${layer}.weight`, `${part}.${layer}.bias`]).flat();
        });
        if (names.length !== Object.keys(header).length - 1) throw `other tensors than ${names}`;
        let [high, low] = [0xcbf29ce4, 0x84222325];
        for (const name of names) {
            const [begin, end] = header[name].data_offsets;
            for (const byte of new Uint8Array(file, 8 + length + begin, end - begin)) {
                low = (low ^ byte) >>> 0;
                const product = low * 435;
                high = (Math.imul(high, 435) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0;
                low = product >>> 0;
            }
        }
        return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');
    };";

/// Opens each link of the list with what the address says of SIMD, and compares.
async fn compare(page: &Page, url: &str, search: &str) -> Result<()> {
    let runs: Value = serde_json::from_str(include_str!("../../bits/runs.json"))?;
    let runs = runs.as_array().context("runs.json is a list")?;
    // From here on each link is another fragment of the same page.
    let badge = page
        .evaluate(
            "await lsganLab.setBackend('cpu');
             await lsganLab.pause();
             const { hasRelaxedSimd } = await import(new URL('simd.js', document.querySelector('script[src*=boot]').src));
             const detail = document.querySelector('[data-show=badge_detail]').textContent;
             return { relaxed: hasRelaxedSimd(), detail };",
        )
        .await?;
    println!("{url}{search}: {badge}");
    let loops = match (search, badge["relaxed"].as_bool()) {
        ("", Some(true)) => "relaxed SIMD",
        _ => "SIMD",
    };
    ensure!(
        badge["detail"] == format!("Computes with {loops}."),
        "{badge} where the loops are those of {loops}"
    );
    let (mut wrong, mut ways) = (Vec::new(), Vec::new());
    for run in runs {
        let (name, link) = (&run["name"], run["link"].as_str().unwrap_or_default());
        page.driver
            .goto(format!("{url}{search}#v=1&{link}&backend=cpu"))
            .await?;
        page.reload().await?;
        let found = page
            .evaluate(&format!(
                "{PRINT}
                 await lsganLab.pause();
                 await lsganLab.reset();
                 const {{ step }} = await lsganLab.step(1000);
                 if (step !== 1000 || lsganLab.backend() !== 'cpu') throw `step ${{step}}, ${{lsganLab.backend()}}`;
                 return print();"
            ))
            .await
            .with_context(|| name.to_string())?;
        // A browser may make relaxed SIMD of either way of rounding, but of one.
        match ["fused", "plain"].into_iter().find(|way| run[way] == found) {
            Some(way) => ways.push(way),
            None => wrong.push(format!(
                "{name}: {found}, neither {} nor {}",
                run["fused"], run["plain"]
            )),
        }
    }
    ways.dedup();
    println!("as {ways:?}");
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    ensure!(ways.len() == 1, "now this way, now that: {ways:?}");
    ensure!(
        search.is_empty() || ways == ["plain"],
        "{search} gives {ways:?}"
    );
    page.ensure_no_errors().await
}

#[tokio::test]
async fn a_link_gives_the_same_bits_as_natively() -> Result<()> {
    let url = env::var("LSGAN_URL").context("LSGAN_URL is not set")?;
    on_page_at("bits", &url, async |page| compare(page, &url, "").await).await
}

#[tokio::test]
async fn without_fused_instructions_it_gives_the_bits_of_those_who_have_none() -> Result<()> {
    let url = env::var("LSGAN_URL").context("LSGAN_URL is not set")?;
    let search = "?simd=plain";
    on_page_at("bits-plain", &format!("{url}{search}"), async |page| {
        compare(page, &url, search).await
    })
    .await
}
