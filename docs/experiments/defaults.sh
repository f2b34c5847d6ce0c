#!/bin/sh
# The sweeps behind the page's defaults; docs/experiments/README.md says what came out. Writes defaults.csv and
# contrast.csv beside this file; stopped and started again, it goes on where it was. Takes about an hour on one
# core. JOBS says how many runs go on at a time.
set -e
cd "$(dirname "$0")"
lab="${LSGAN_LAB:-cargo run --release --no-default-features --}"
mkdir -p parts

sweep() { # NAME SEEDS STEPS FURTHER ARGUMENTS
    csv="parts/$1.csv"; seeds="$2"; steps="$3"; shift 3
    $lab sweep "$@" --seeds "1..=$seeds" --steps "$steps" --csv "$csv" ${JOBS:+--jobs "$JOBS"}
}

# One header, then the rows of all parts.
together() { # NAME PREFIX
    head -n 1 "parts/$2rates.csv" > "$1"
    tail -q -n +2 "parts/$2"*.csv >> "$1"
}

# LSGAN with 0-1 coding, one or two fields changed at a time, each for about as many steps as the page makes in
# ten seconds on the CPU: 2,650 at the defaults, others in proportion to what a step takes natively
# (`train --steps 300 --json`). Only the widths are compared at equal steps.
rates=0.0005,0.001,0.002
widths='32,32|64,64|128,128'
sweep within_rates 20 2650 --vary optimizer.generator.lr=$rates --vary optimizer.discriminator.lr=$rates
sweep within_batch_128 20 5800 --vary batch=128 --vary optimizer.generator.lr=$rates --vary optimizer.discriminator.lr=$rates
sweep within_batch_512 20 1750 --vary batch=512
sweep within_steps_d_2 20 1800 --vary steps_d=2
sweep within_latent_8 20 2330 --vary latent.dim=8
sweep within_relu 20 2870 --vary activation=relu
sweep within_tanh 20 1300 --vary activation=tanh
sweep within_widths 10 2650 --vary "generator.hidden=$widths" --vary "discriminator.hidden=$widths"
together defaults.csv within_

# What is to be seen under the other losses, with the best of these: the first thousand steps.
losses=loss=lsgan01,non_saturating,minimax
sweep contrast_rates 20 1000 --every 250 --vary optimizer.generator.lr=0.0005 --vary $losses
sweep contrast_batch_128 20 1000 --every 250 --vary batch=128 --vary optimizer.generator.lr=0.0005 --vary $losses
sweep contrast_relu 20 1000 --every 250 --vary activation=relu --vary $losses
sweep contrast_tanh 20 1000 --every 250 --vary activation=tanh --vary $losses
together contrast.csv contrast_
