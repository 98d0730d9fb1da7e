//! Prints the tables.

use crate::index_objects;
use crate::month::{self, FEWEST_READERS, READERS};
use crate::prices::Item;
use crate::record::Step;
use crate::usage::Usage;
use crate::{FRIENDS, Steps};

/// The numbers of people.
const PEOPLE: [f64; 3] = [10.0, 1_000.0, 100_000.0];
/// Numbers of people for docs/scale.md.
const PEOPLE_BEYOND: [f64; 2] = [1e6, 1e8];
/// The columns of the table of steps.
const COLUMNS: [(&str, &[Item]); 9] = [
    ("API", &[Item::Call]),
    ("messages", &[Item::LiveMessage]),
    ("Lambda", &[Item::Invocation]),
    ("GB-s", &[Item::GigabyteSecond]),
    ("reads", &[Item::ReadUnit]),
    ("writes", &[Item::WriteUnit]),
    ("S3 PUT", &[Item::S3Write]),
    ("S3 GET", &[Item::S3Read]),
    ("SQS+SNS", &[Item::Queue, Item::Topic]),
];

/// Prints all tables.
pub fn print(steps: &Steps) {
    print_steps(steps);
    print_details(&steps.shared_upload);
    print_units(steps);
    print_months(steps);
}

fn print_steps(steps: &Steps) {
    println!("\nwhat one step uses, and its list price without a free tier\n");
    let columns: String = COLUMNS.iter().map(|(name, _)| format!("{name:>9}")).collect();
    println!("{:<24}{columns}{:>12}", "step", "$ / 1,000");
    for (name, step) in [
        ("upload, 10 friends", &steps.shared_upload),
        ("upload, private", &steps.private_upload),
        ("feed, page of 50", &steps.feed_page),
        ("visit", &steps.visit),
        ("comment", &steps.comment),
        ("friendship, 60 pictures", &steps.friendship),
        ("profile", &steps.profile),
        ("deletion", &steps.deletion),
    ] {
        let amounts: String = COLUMNS
            .iter()
            .map(|(_, items)| items.iter().map(|item| step.usage.amount(*item)).sum::<f64>())
            .map(|amount| format!("{amount:>9.2}"))
            .collect();
        println!("{name:<24}{amounts}{:>12.4}", 1e3 * step.usage.list_dollars());
    }
    let renditions = &steps.shared_upload.renditions;
    println!(
        "\nbytes of a rendition: {renditions:.0?}; of a page of the feed: {:.0}",
        steps.feed_page.replies
    );
}

/// Prints what happens in one upload.
fn print_details(step: &Step) {
    println!(
        "\nan upload by function\n{:<12}{:>12}{:>14}{:>16}",
        "function", "invocations", "billed ms", "processor ms"
    );
    for (name, [invocations, billed, processor]) in &step.functions {
        println!("{name:<12}{invocations:>12.1}{billed:>14.0}{processor:>16.0}");
    }
    println!("\nby table\n{:<32}{:>8}{:>8}", "table", "reads", "writes");
    for (name, [reads, writes]) in &step.tables {
        println!("{name:<32}{reads:>8.1}{writes:>8.1}");
    }
    println!("\nby call");
    for (name, times) in &step.calls {
        println!("{name:<32}{times:>8.1}");
    }
}

fn print_units(steps: &Steps) {
    println!("\nlist prices in $ without a free tier, and the design with index objects\n");
    println!("{:<44}{:>10}{:>12}{:>10}", "", "Albumen", "indexes", "ratio");
    let friends = FRIENDS as f64;
    let row = |name: &str, ours: Usage, theirs: Usage| {
        let (ours, theirs) = (ours.list_dollars(), theirs.list_dollars());
        println!("{name:<44}{ours:>10.3}{theirs:>12.3}{:>9.2}x", ours / theirs);
    };
    for friends in [0.0, friends, 50.0] {
        row(
            &format!("1,000 uploads, {friends} friends"),
            &month::upload(steps, friends) * 1e3,
            &index_objects::upload(steps, friends) * 1e3,
        );
    }
    for friends in [0.0, friends, 50.0] {
        row(
            &format!("a million pages of the feed, {friends} friends"),
            &steps.feed_page.usage * 1e6,
            &index_objects::feed(friends) * 1e6,
        );
    }
    for (name, archived) in [("new", 0.0), ("not opened for 90 days", 1.0)] {
        row(
            &format!("1,000 pictures for a month, {name}"),
            month::storage(steps, 1e3, friends, archived),
            index_objects::storage(steps, 1e3),
        );
    }
}

fn print_months(steps: &Steps) {
    println!("\na month in $, with the free tier that does not expire, by service\n");
    for people in PEOPLE {
        println!("{people} people, {} pictures", people * month::STORED);
        let ours = month::active(steps, people) + month::idle(READERS);
        let theirs = index_objects::month(steps, people);
        let [ours_by, theirs_by] = [&ours, &theirs].map(|usage| usage.by_service(Item::dollars));
        for (service, dollars) in &ours_by {
            let other = theirs_by.get(service).copied().unwrap_or_default();
            println!("  {service:<20}{dollars:>14.2}{other:>14.2}");
        }
        let fewer = month::active(steps, people) + month::idle(FEWEST_READERS);
        let (sum, other) = (ours.monthly_dollars(), theirs.monthly_dollars());
        println!("  {:<20}{sum:>14.2}{other:>14.2}  ratio {:.2}", "sum", sum / other);
        println!("  {:<20}{:>14.2}", "with fewer readers", fewer.monthly_dollars());
        println!(
            "  {:<20}{:>14.2}{:>14.2}\n",
            "without free tier",
            ours.list_dollars(),
            theirs.list_dollars()
        );
    }
    for people in PEOPLE_BEYOND {
        println!(
            "{people} people: {:.0}",
            (month::active(steps, people) + month::idle(READERS)).monthly_dollars()
        );
    }
    println!(
        "idle: {:.2}, with fewer readers {:.2}",
        month::idle(READERS).monthly_dollars(),
        month::idle(FEWEST_READERS).monthly_dollars()
    );
}
