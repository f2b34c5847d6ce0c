#!/bin/sh
# The sweep behind the page's defaults: LSGAN with 0-1 coding, one or two fields changed at a time, each
# for as many steps as the page makes in about ten seconds on the CPU: 2,650 at the defaults, and for what
# changes the price of a step in proportion to it (`train --steps 300 --json` tells it). Only the widths
# are compared at equal steps. Writes defaults.csv beside this file; stopped and started again, it goes on
# where it was.
set -e
cd "$(dirname "$0")"
lab="${LSGAN_LAB:-cargo run --release --no-default-features --}"
mkdir -p parts

candidate() { # NAME SEEDS STEPS FURTHER ARGUMENTS
    csv="parts/$1.csv"; seeds="$2"; steps="$3"; shift 3
    $lab sweep "$@" --seeds "1..=$seeds" --steps "$steps" --csv "$csv" ${JOBS:+--jobs "$JOBS"}
}

rates=0.0005,0.001,0.002
widths='32,32|64,64|128,128'
candidate rates 20 2650 --vary optimizer.generator.lr=$rates --vary optimizer.discriminator.lr=$rates
candidate batch_128 20 5800 --vary batch=128 --vary optimizer.generator.lr=$rates --vary optimizer.discriminator.lr=$rates
candidate batch_512 20 1750 --vary batch=512
candidate steps_d_2 20 1800 --vary steps_d=2
candidate latent_8 20 2330 --vary latent.dim=8
candidate relu 20 2870 --vary activation=relu
candidate tanh 20 1300 --vary activation=tanh
candidate widths 10 2650 --vary "generator.hidden=$widths" --vary "discriminator.hidden=$widths"
# One header, then all rows.
head -n 1 parts/rates.csv > defaults.csv
tail -q -n +2 parts/*.csv >> defaults.csv
