#!/bin/sh
# The sweeps that the page's defaults are held against; docs/experiments/README.md says what came out. Writes
# defaults.csv and contrast.csv beside this file; stopped and started again, it goes on where it was. Takes about
# 20 minutes on one core. JOBS says how many runs go on at a time.
set -e
cd "$(dirname "$0")"
lab="${LSGAN_LAB:-cargo run --release --no-default-features --}"
mkdir -p parts

sweep() { # NAME SEEDS STEPS EVERY FURTHER ARGUMENTS
    csv="parts/$1.csv"; seeds="$2"; steps="$3"; every="$4"; shift 4
    $lab sweep "$@" --seeds "1..=$seeds" --steps "$steps" --every "$every" --csv "$csv" ${JOBS:+--jobs "$JOBS"}
}

# One header, then the rows of all parts.
together() { # NAME PREFIX
    head -n 1 "parts/$2rates.csv" > "$1"
    tail -q -n +2 "parts/$2"*.csv >> "$1"
}

# LSGAN with 0-1 coding, one or two fields changed at a time, each for about as many steps as the page makes in
# ten seconds on the CPU, with a row at each quarter: 8,000 at the defaults, others in proportion to what a step
# takes natively (`train --steps 2000 --json`). Only the widths are compared at 2,000 steps each.
rates=0.0005,0.001,0.002
widths='32,32|64,64|128,128'
sweep within_rates 20 8000 2000 --vary optimizer.generator.lr=$rates --vary optimizer.discriminator.lr=$rates
sweep within_batch_128 15 15000 3750 --vary batch=128 --vary optimizer.generator.lr=$rates --vary optimizer.discriminator.lr=$rates
sweep within_batch_512 20 4200 1050 --vary batch=512
sweep within_steps_d_2 20 5000 1250 --vary steps_d=2
sweep within_latent_8 20 7600 1900 --vary latent.dim=8
sweep within_relu 20 8000 2000 --vary activation=relu
sweep within_tanh 20 6800 1700 --vary activation=tanh
sweep within_widths 10 2000 2000 --vary "generator.hidden=$widths" --vary "discriminator.hidden=$widths"
together defaults.csv within_

# What is to be seen under the other losses, with the best of these: the first thousand steps.
losses=loss=lsgan01,non_saturating,minimax
sweep contrast_rates 20 1000 250 --vary optimizer.generator.lr=0.0005 --vary $losses
sweep contrast_batch_128 20 1000 250 --vary batch=128 --vary optimizer.generator.lr=0.0005 --vary $losses
sweep contrast_relu 20 1000 250 --vary activation=relu --vary $losses
sweep contrast_tanh 20 1000 250 --vary activation=tanh --vary $losses
together contrast.csv contrast_
