//! `cargo dev bench scale`: the limits of the application and of the services of AWS against 1,000,
//! 1 million and 100 million people, in an ordinary peak hour and in the first minutes of a new
//! year. Computes only: it needs no local cloud. See `docs/scale.md`.
#![expect(clippy::print_stdout, reason = "the result of the benchmark")]

mod limits;
mod load;
mod midnight;

use limits::{Kind, LIMITS};
use load::{Friends, Load};

/// The numbers of people.
const PEOPLE: [f64; 3] = [1e3, 1e6, 1e8];

fn main() {
    print_friends();
    for (name, load) in
        [("an ordinary peak hour", Load::ordinary as fn(f64) -> Load), ("midnight", Load::midnight)]
    {
        print_limits(name, load);
    }
    print_messages();
    midnight::print();
}

/// Prints the live messages of a month and their price, 1 $ for a million.
fn print_messages() {
    println!("\nlive messages of a month");
    for people in PEOPLE {
        let messages = Load::ordinary(people).messages() / load::PEAK * load::SECONDS_PER_DAY * 30.0;
        println!("{people:>11} people: {:>12.1} million", messages / 1e6);
    }
}

/// Prints the skew of friends and of attention.
fn print_friends() {
    println!("friends of a person, and the share of the most viewed of a day's public pictures\n");
    println!("{:>11}{:>8}{:>8}{:>8}{:>8}{:>10}", "people", "mean", "median", "99 %", "most", "views");
    for people in PEOPLE {
        let friends = Friends::among(people);
        let [median, most_have, most] = [0.5, 0.99, 1.0 - 1.0 / people].map(|share| friends.quantile(share));
        let views = load::share_of_the_most_viewed(people);
        println!(
            "{people:>11}{:>8.0}{median:>8}{most_have:>8}{most:>8}{:>9.1}%",
            friends.mean(),
            100.0 * views
        );
    }
}

/// Prints the demand for each limit as a part of the limit. A limit breaks above 100 %.
fn print_limits(name: &str, load: fn(f64) -> Load) {
    println!("\n{name}: demand, and its part of the limit\n");
    let columns: String = PEOPLE.iter().map(|people| format!("{people:>22}")).collect();
    println!("{:<46}{:>9}{columns}", "a second", "limit");
    let loads = PEOPLE.map(load);
    for limit in LIMITS {
        let kind = match limit.kind {
            Kind::Ours => "ours",
            Kind::Quota => "quota",
            Kind::Fixed => "fixed",
        };
        let columns: String = loads
            .iter()
            .map(|load| (limit.demand)(load))
            .map(|demand| format!("{demand:>13.1}{:>8.0}%", 100.0 * demand / limit.value))
            .collect();
        println!("{:<46}{:>9.1}{columns}  {kind}", limit.name, limit.value);
    }
    for (people, load) in PEOPLE.iter().zip(&loads) {
        let mut broken: Vec<_> = LIMITS
            .iter()
            .map(|limit| ((limit.demand)(load) / limit.value, limit.name))
            .filter(|(part, _)| *part > 1.0)
            .collect();
        broken.sort_by(|a, b| b.0.total_cmp(&a.0));
        let names: Vec<_> = broken.iter().map(|(part, name)| format!("{name} ({part:.0} times)")).collect();
        println!(
            "{people} people: {}",
            if names.is_empty() { "nothing breaks".into() } else { names.join(", ") }
        );
    }
}
