//! `forces`: -l'(y) grad_x y at points of the plane, with its factors.

use std::path::PathBuf;

use lsgan_lab::{
    config::{Loss, TrainingConfig},
    gan::FixedDiscriminator,
    measure::PointForce,
    train::checkpoint_file::SavedRun,
};

use super::{Failure, number, say};

pub const HELP: &str = "\
Each row is a sample at x: y, the discriminator's output before any sigmoid; l'(y), the slope of the
generator's loss; grad y, by both coordinates; and the force, -l'(y) grad y.

Examples:
  lsgan-lab forces --discriminator linear:1,0,0 --loss '{\"kind\": \"lsgan\", \"a\": -1, \"c\": 0}' --points '8,0;-8,0'
  lsgan-lab train --steps 500 --checkpoint run.safetensors
  lsgan-lab forces --discriminator run:run.safetensors --loss '{\"kind\": \"minimax\"}' --points '0,1.5' --json";

/// Points and weights beyond it have no use, and their products stay far from overflow.
const MOST: f64 = 1e6;

#[derive(clap::Args)]
pub struct Arguments {
    /// linear:W1,W2,B for D(x) = W1 x1 + W2 x2 + B, or run:FILE for that of a checkpoint
    #[arg(long, value_parser = source)]
    discriminator: Source,
    /// The loss in JSON, as in a configuration [default: the run's own; LSGAN with 0-1 coding if linear]
    #[arg(long, value_name = "JSON", value_parser = loss)]
    loss: Option<Loss>,
    /// Where the samples are: 'x,y;x,y;…'
    #[arg(long, value_parser = points, allow_hyphen_values = true)]
    points: Points,
    /// Print one JSON array: {"x", "output", "slope", "gradient", "force"} for each point
    #[arg(long)]
    json: bool,
}

#[derive(Clone)]
enum Source {
    Linear([f64; 3]),
    Run(PathBuf),
}

/// In a type of its own, since clap takes a list for an argument that may be repeated.
#[derive(Clone)]
struct Points(Vec<[f64; 2]>);

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let (discriminator, own_loss) = match &arguments.discriminator {
        Source::Linear([w1, w2, b]) => (
            FixedDiscriminator::linear([*w1, *w2], *b),
            TrainingConfig::default().loss,
        ),
        Source::Run(path) => {
            let SavedRun { config, checkpoint } = SavedRun::read(path)
                .map_err(|error| Failure::Input(format!("{} {error}", path.display())))?;
            let weights = &checkpoint.discriminator.weights;
            let discriminator = FixedDiscriminator::new(&config.discriminator, weights);
            (discriminator, config.loss)
        }
    };
    let loss = arguments.loss.unwrap_or(own_loss);
    let forces: Vec<_> = arguments
        .points
        .0
        .iter()
        .map(|point| PointForce::new(loss, *point, discriminator.at(*point)))
        .collect();
    say(&if arguments.json {
        serde_json::to_string(&forces).expect("numbers and names alone")
    } else {
        table(&forces)
    });
    Ok(())
}

fn table(forces: &[PointForce]) -> String {
    let row = |cells: [String; 8]| cells.map(|cell| format!("{cell:>12}")).concat() + "\n";
    let names = [
        "x1", "x2", "y", "l'(y)", "dy/dx1", "dy/dx2", "force 1", "force 2",
    ];
    let rows = forces.iter().map(|at| {
        let ([x1, x2], [g1, g2], [f1, f2]) = (at.x, at.gradient, at.force);
        row([x1, x2, at.output, at.slope, g1, g2, f1, f2].map(digits))
    });
    row(names.map(str::to_owned)) + &rows.collect::<String>()
}

/// A number to five digits, at any size.
fn digits(number: f64) -> String {
    if number == 0.0 || (0.001..100_000.0).contains(&number.abs()) {
        format!("{number:.4}")
    } else {
        format!("{number:.4e}")
    }
}

fn source(text: &str) -> Result<Source, String> {
    let what = "must be linear:W1,W2,B or run:FILE";
    match text.split_once(':') {
        Some(("linear", numbers)) => list(numbers)
            .map(Source::Linear)
            .map_err(|error| format!("{what}; {error}")),
        Some(("run", path)) if !path.is_empty() => Ok(Source::Run(path.into())),
        _ => Err(what.to_owned()),
    }
}

fn loss(text: &str) -> Result<Loss, String> {
    Loss::from_json(text).map_err(|error| error.to_string())
}

fn points(text: &str) -> Result<Points, String> {
    let text = text.trim().trim_end_matches(';');
    let points = text.split(';').enumerate().map(|(index, point)| {
        list(point).map_err(|error| format!("point {} must be x,y; {error}", index + 1))
    });
    points.collect::<Result<_, _>>().map(Points)
}

/// As many numbers as wanted, between commas.
fn list<const N: usize>(text: &str) -> Result<[f64; N], String> {
    let numbers = text.split(',').map(|entry| number(entry, -MOST, MOST));
    let numbers = numbers
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("each {error}"))?;
    let count = numbers.len();
    numbers
        .try_into()
        .map_err(|_| format!("{count} found, {N} wanted"))
}
