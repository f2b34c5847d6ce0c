//! The engine against an oracle in another language: tests/oracle/oracle.py computed these steps in
//! float64 with NumPy, from the same weights and batches.
#![cfg(not(target_arch = "wasm32"))]

mod oracle_cases;

use burn::tensor::Device;
use oracle_cases::Case;

#[test]
fn three_steps_on_the_cpu_match_the_oracle_to_1e_4() {
    for case in Case::all() {
        let found = pollster::block_on(case.replayed(&Device::flex()));
        case.assert_matches(&found, 1e-4);
    }
}

#[test]
fn a_wrong_loss_would_be_noticed() {
    let mut case = Case::all()
        .into_iter()
        .find(|case| case.name.contains("pearson"))
        .expect("the Pearson case is there");
    case.config = case.config.with_assignment("loss.c=0.01").unwrap();
    let found = pollster::block_on(case.replayed(&Device::flex()));
    assert!(case.largest_deviation(&found) > 1e-3);
}
