//! The lab under real pointers and keys.

use anyhow::{Result, ensure};
use e2e::lab::{Canvas, enter, is_at, perform, rows, shows, start_of};
use e2e::{browser::left_out_in_firefox, on_page};
use serde_json::json;
use thirtyfour::prelude::*;

#[tokio::test]
async fn a_sample_is_dragged_to_the_far_other_side_added_and_deleted() -> Result<()> {
    on_page("lab-drag", async |page| {
        let (from, to) = ([1.6, 0.4], [-1.3, 1.1]);
        enter(
            page,
            &json!({ "steepness": 4, "offset": 0.2, "samples": [from, [-1.6, -0.4]] }),
        )
        .await?;
        let before = rows(page).await?;
        ensure!(
            before[0]["side"] == "above" && shows(&before[0]["y"], 5.6),
            "{before:#?}"
        );
        let canvas = Canvas::of(page).await?;
        canvas.drag(page, "mouse", from, to).await?;
        let start = start_of(page, 0).await?;
        let way = canvas.way(from, to);
        ensure!(
            is_at(start, [from[0] + way[0], from[1] + way[1]]),
            "{start:?}, {way:?}"
        );
        let after = rows(page).await?;
        ensure!(after[0]["side"] == "below", "{after:#?}");
        ensure!(
            shows(&after[0]["y"], 4.0 * (start[0] - 0.2)),
            "{start:?}: {after:#?}"
        );
        ensure!(after[1] == before[1], "the other one too: {after:#?}");
        // An empty place that is clicked gets a sample, which Delete takes away.
        let empty = [0.9, -1.2];
        canvas.drag(page, "mouse", empty, empty).await?;
        let added = start_of(page, 2).await?;
        ensure!(is_at(added, canvas.point(canvas.pixel(empty))), "{added:?}");
        ensure!(rows(page).await?.len() == 3);
        page.screenshot("lab-drag").await?;
        page.driver
            .action_chain()
            .send_keys(Key::Delete)
            .perform()
            .await?;
        ensure!(rows(page).await? == after);
        page.ensure(
            "the scene has two again",
            "return lsganLab.scene().lab.samples.length === 2;",
        )
        .await?;
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_sample_is_placed_by_touch_and_by_keys() -> Result<()> {
    let reason = "whether its driver's finger scrolls the page differs from run to run, which is not understood";
    if left_out_in_firefox("lab-touch", reason) {
        return Ok(());
    }
    on_page("lab-touch", async |page| {
        // So small that the page scrolls where a finger holds nothing.
        page.driver.set_window_rect(0, 0, 500, 600).await?;
        let (from, to) = ([1.5, 0.4], [-1.2, 0.8]);
        enter(page, &json!({ "samples": [from, [-1.5, -0.4]] })).await?;
        let canvas = Canvas::of(page).await?;
        let scrolled = page.number("return scrollY;").await?;
        canvas.drag(page, "touch", from, to).await?;
        let start = start_of(page, 0).await?;
        let way = canvas.way(from, to);
        ensure!(
            is_at(start, [from[0] + way[0], from[1] + way[1]]),
            "{start:?}, {way:?}"
        );
        let touched = rows(page).await?;
        ensure!(
            touched[0]["side"] == "below" && shows(&touched[0]["y"], 5.0 * start[0]),
            "{touched:#?}"
        );
        ensure!(
            page.number("return scrollY;").await? == scrolled,
            "the page has moved under it"
        );
        page.screenshot("lab-touch").await?;
        // A finger that holds nothing moves the page; it adds no sample.
        canvas.drag(page, "touch", [0.8, 0.0], [0.8, 1.2]).await?;
        ensure!(rows(page).await? == touched);
        ensure!(
            page.number("return scrollY;").await? > scrolled,
            "the page does not scroll"
        );
        // By keys: N takes the next sample, an arrow moves it by 0.1, with Shift by 0.01.
        let plane = page
            .driver
            .find(By::Css("[data-show=lab_panes] canvas"))
            .await?;
        plane.focus().await?;
        plane.send_keys("n").await?;
        let right = String::from(Key::Right.value()).repeat(30);
        plane
            .send_keys(right + Key::Up + Key::Shift + Key::Up + Key::Down + Key::Down)
            .await?;
        let start = start_of(page, 1).await?;
        ensure!(is_at(start, [1.5, -0.31]), "{start:?}");
        let keyed = rows(page).await?;
        ensure!(
            keyed[1]["side"] == "above" && shows(&keyed[1]["y"], 7.5),
            "{keyed:#?}"
        );
        ensure!(keyed[0] == touched[0], "{keyed:#?}");
        plane.send_keys("a").await?;
        ensure!(rows(page).await?.len() == 3);
        plane.send_keys(Key::Delete).await?;
        ensure!(rows(page).await? == keyed);
        page.ensure_no_errors().await
    })
    .await
}

#[tokio::test]
async fn a_hand_that_shifts_or_turns_the_boundary_changes_every_output_at_once() -> Result<()> {
    on_page("lab-boundary", async |page| {
        let samples = [[1.5, 0.4], [-1.5, -0.4]];
        enter(page, &json!({ "steepness": 5, "samples": samples })).await?;
        let follows = async |offset: f64, angle: f64| {
            let normal = [angle.to_radians().cos(), angle.to_radians().sin()];
            let rows = rows(page).await?;
            for ([x, y], row) in samples.iter().zip(&rows) {
                let output = 5.0 * (normal[0] * x + normal[1] * y - offset);
                ensure!(
                    shows(&row["y"], output),
                    "{offset} {angle}: {output}, {row:#}"
                );
                let distance = (output - 0.5).abs() / 5.0;
                ensure!(shows(&row["distance"], distance), "{distance}, {row:#}");
            }
            Ok(rows.len() == 2)
        };
        let offset = "return lsganLab.scene().lab.offset;";
        let angle = "return lsganLab.scene().lab.angle;";
        let canvas = Canvas::of(page).await?;
        // The line of y = 1/2 is at x = 0.1; its rows follow while the hand still holds it.
        let (from, to) = ([0.1, -1.2], [0.6, -1.0]);
        perform(page, "mouse", canvas.hold(from, to)).await?;
        let shifted = page.number(offset).await?;
        ensure!(
            (shifted - canvas.way(from, to)[0]).abs() < 0.0011,
            "{shifted}"
        );
        ensure!(follows(shifted, 0.0).await?);
        perform(
            page,
            "mouse",
            vec![json!({ "type": "pointerUp", "button": 0 })],
        )
        .await?;
        ensure!(page.number(offset).await? == shifted && page.number(angle).await? == 0.0);
        // Its handle is on the line, 0.8 of the way to the plane's edge from the middle.
        let along = shifted + 0.1;
        let half_side = page
            .number("return (await lsganLab.snapshot()).surface.x[1];")
            .await?;
        let handle = [along, ((0.8 * half_side).powi(2) - along * along).sqrt()];
        let aside = [-1.1, 0.9];
        canvas.drag(page, "mouse", handle, aside).await?;
        let direction = |point: [f64; 2]| {
            let [x, y] = canvas.point(canvas.pixel(point));
            y.atan2(x).to_degrees()
        };
        let turned = page.number(angle).await?;
        ensure!(
            (turned - (direction(aside) - direction(handle))).abs() < 0.11,
            "{turned}"
        );
        ensure!(turned > 60.0 && follows(shifted, turned).await?, "{turned}");
        page.screenshot("lab-boundary").await?;
        page.ensure_no_errors().await
    })
    .await
}
