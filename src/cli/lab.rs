//! `lab`: the frozen lab as a table.

use lsgan_lab::{
    config::Loss,
    gan::loss,
    lab::{Arrival, arrivals},
};

use super::{Failure, number, say};

pub const HELP: &str = "\
D(x) = w . x with |w| = 1 is held fixed, and each sample makes plain gradient steps, x <- x - rate l'(y)
grad y, from y = FROM (a triangle, on the side that D calls real) and from y = -FROM (a diamond). The
boundary is where D is undecided, (a + b) / 2 or 0; the rest is where l'(y) = 0, if there is such a level.
Under 0-1 coding it is y = c = 1, a way off the boundary at 1/2.";

#[derive(clap::Args)]
pub struct Arguments {
    /// Start the samples at y = FROM and -FROM
    #[arg(long, default_value = "8", value_parser = |text: &str| number(text, 0.0, 1000.0))]
    from: f64,
    /// Size of a step
    #[arg(long, default_value = "0.1", value_parser = |text: &str| number(text, 0.0001, 1.0))]
    rate: f64,
    /// Distance at which a sample has arrived
    #[arg(long, default_value = "0.5", value_parser = |text: &str| number(text, 0.001, 10.0))]
    within: f64,
    /// Steps after which nobody waits any longer
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    steps: u64,
    /// Print one JSON array: {"loss", "from", "boundary", "to_boundary", "rest", "to_rest", "output"}
    /// for each sample; steps are null where a sample never arrives
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments {
        from,
        rate,
        within,
        steps,
        json,
    } = *arguments;
    let pearson = Loss::Lsgan {
        a: -1.0,
        b: 1.0,
        c: 0.0,
        sigmoid: false,
    };
    // The four losses of the lab, and LSGAN's other coding beside its first.
    let mut losses = loss::four(Loss::Minimax).to_vec();
    losses.insert(3, pearson);
    let rows = arrivals(&losses, &[from, -from], rate, within, steps);
    say(&if json {
        serde_json::to_string(&rows).expect("numbers and names alone")
    } else {
        format!("Steps to within {within} at rate {rate}, at most {steps}\n\n") + &table(&rows)
    });
    Ok(())
}

fn table(rows: &[Arrival]) -> String {
    let row = |cells: [&str; 5]| {
        let [loss, sample, to_boundary, to_rest, output] = cells;
        format!("{loss:<35}{sample:<20}{to_boundary:>15}{to_rest:>13}{output:>13}\n")
    };
    let head = row([
        "loss",
        "sample",
        "to the boundary",
        "to its rest",
        "y in the end",
    ]);
    let steps = |count: Option<u64>| count.map_or("never".to_owned(), |count| count.to_string());
    let rows = rows.iter().map(|at| {
        let triangle = at.from > at.boundary;
        let side = if triangle { "triangle" } else { "diamond" };
        let to_rest = match at.rest {
            None => "has none".to_owned(),
            Some(_) => steps(at.to_rest),
        };
        // Adding zero turns -0 into 0.
        let output = (at.output * 1e3).round() / 1e3 + 0.0;
        row([
            &name(at.loss),
            &format!("{side} from y = {}", at.from),
            &steps(at.to_boundary),
            &to_rest,
            &format!("{output:.3}"),
        ])
    });
    head + &rows.collect::<String>()
}

fn name(loss: Loss) -> String {
    match loss {
        Loss::Minimax => "minimax".to_owned(),
        Loss::NonSaturating => "non-saturating".to_owned(),
        Loss::Lsgan { a, b, c, sigmoid } => {
            let kind = if sigmoid {
                "least squares on a sigmoid"
            } else {
                "LSGAN"
            };
            format!("{kind} {a}, {b}, {c}")
        }
    }
}
