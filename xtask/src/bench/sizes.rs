//! The sizes of networks and batches that are measured.

/// A configuration by what it changes of the default one.
#[derive(Clone, Debug, PartialEq)]
pub struct Size {
    /// Its name in the results.
    pub name: String,
    /// The command line's arguments that make it.
    pub fields: Vec<String>,
}

/// The sizes that engines are compared at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Named {
    /// Batch 256, two hidden layers of 64 in either network
    Default,
    /// Batch 512, two hidden layers of 128
    Wide,
    /// Batch 512, 256-128-128 with tanh, simultaneous updates: docs/experiments/authors.json
    Authors,
}

impl Named {
    /// What it is in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Default => "batch 256, G 2-64-64-2, D 2-64-64-1, alternating updates",
            Self::Wide => "batch 512, G 2-128-128-2, D 2-128-128-1, alternating updates",
            Self::Authors => {
                "batch 512, G 256-128-128-2, D 2-128-128-1, tanh, simultaneous updates"
            }
        }
    }

    /// The size itself.
    pub fn size(self) -> Size {
        match self {
            Self::Default => set("default", &[]),
            Self::Wide => set(
                "wide",
                &[hidden(128), vec!["batch=512".to_owned()]].concat(),
            ),
            Self::Authors => Size {
                name: "authors".to_owned(),
                fields: vec![
                    "--config".to_owned(),
                    "docs/experiments/authors.json".to_owned(),
                ],
            },
        }
    }
}

/// The default configuration with other hidden layers.
pub fn of_width(width: u32) -> Size {
    set(&format!("width-{width}"), &hidden(width))
}

/// The default configuration with another batch.
pub fn of_batch(batch: u32) -> Size {
    set(&format!("batch-{batch}"), &[format!("batch={batch}")])
}

fn hidden(width: u32) -> Vec<String> {
    ["generator", "discriminator"]
        .map(|player| format!("{player}.hidden={width},{width}"))
        .to_vec()
}

fn set(name: &str, assignments: &[String]) -> Size {
    let fields = assignments
        .iter()
        .flat_map(|assignment| ["--set".to_owned(), assignment.clone()]);
    Size {
        name: name.to_owned(),
        fields: fields.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_what_the_command_line_is_told() {
        assert_eq!(Named::Default.size().fields, Vec::<String>::new());
        let wide =
            "--set generator.hidden=128,128 --set discriminator.hidden=128,128 --set batch=512";
        assert_eq!(Named::Wide.size().fields.join(" "), wide);
        assert_eq!(of_batch(32).fields, ["--set", "batch=32"]);
        assert_eq!(of_width(16).name, "width-16");
    }
}
