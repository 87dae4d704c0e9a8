//! A scenario's figures as a table of words: the same for the page and for the document.
//!
//! Escaping is for whoever writes them into a format of its own.

use super::figure::{Figure, number};
use super::rows::{Outcome, Row};
use super::subject::Group;

/// The heads of the columns; the first is for names.
pub(super) fn heads(outcome: &Outcome<'_>) -> Vec<String> {
    let headline = outcome.scenario.headline;
    let mut heads = vec![
        "subject".to_owned(),
        format!("{}, {}", headline.title(), headline.unit()),
        "min–max".to_owned(),
    ];
    if headline == Figure::Cpu {
        heads.push("user / system".to_owned());
    }
    heads.extend(floors(outcome).map(|(floor, _)| format!("× {floor}")));
    heads.push("× best peer".to_owned());
    heads.push(format!("{OURS} × this"));
    let others = others(headline);
    heads.extend(others.iter().map(|figure| match figure.unit() {
        "/s" => "messages/s".to_owned(),
        unit => format!("{}, {unit}", figure.title()),
    }));
    heads.push("clean".to_owned());
    heads
}

/// The cells of a subject, as many as there are heads.
pub(super) fn cells(outcome: &Outcome<'_>, row: &Row<'_>) -> Vec<String> {
    let headline = outcome.scenario.headline;
    let spread = row.headline;
    let mut cells = vec![
        row.subject.name.clone(),
        number(spread.median),
        format!("{}–{}", number(spread.min), number(spread.max)),
    ];
    if headline == Figure::Cpu {
        cells.push(row.user_share().map_or_else(String::new, |user| {
            let user = user * spread.median;
            format!("{} / {}", number(user), number(spread.median - user))
        }));
    }
    cells.extend(floors(outcome).map(|(_, floor)| ratio(spread.median, Some(floor))));
    let best = outcome
        .best_peer()
        .filter(|_| row.subject.group != Group::Floor);
    cells.push(ratio(spread.median, best));
    let ours = outcome.figure_of(OURS);
    cells.push(ours.map_or_else(String::new, |ours| ratio(ours, Some(spread.median))));
    for &figure in others(headline) {
        cells.push(row.median(figure).map_or_else(String::new, number));
    }
    cells.push(format!("{}/{}", row.n_clean(), row.n_samples()));
    cells
}

/// The floors that took part.
fn floors(outcome: &Outcome<'_>) -> impl Iterator<Item = (&'static str, f64)> {
    let floors = FLOORS.into_iter();
    floors.filter_map(|floor| Some((floor, outcome.figure_of(floor)?)))
}

/// What a chart's ratios are to, and its name: the floor on the same runtime, or the best peer.
pub(super) fn reference(outcome: &Outcome<'_>) -> Option<(&'static str, f64)> {
    let best_peer = || Some(("best peer", outcome.best_peer()?));
    let floor = floors(outcome).last().map(|(_, figure)| ("floor", figure));
    floor.or_else(best_peer).filter(|&(_, figure)| figure > 0.0)
}

fn ratio(value: f64, to: Option<f64>) -> String {
    let to = to.filter(|&to| to > 0.0);
    to.map_or_else(String::new, |to| format!("{:.2}", value / to))
}

/// What else there is to say beside the headline figure.
fn others(headline: Figure) -> &'static [Figure] {
    match headline {
        Figure::MemoryOpen | Figure::MemoryUsed => &[Figure::MemoryOpen],
        Figure::PeakMemory => &[Figure::Cpu],
        Figure::Echo | Figure::Compress | Figure::Decompress | Figure::Compressed => {
            &[Figure::Compress, Figure::Decompress, Figure::Compressed]
        }
        Figure::Cpu => &[Figure::Rate, Figure::P50, Figure::P99, Figure::P999],
        Figure::Rate | Figure::P50 | Figure::P99 | Figure::P999 => {
            &[Figure::P50, Figure::P999, Figure::Cpu, Figure::Rate]
        }
    }
}

/// The subject that the others are compared with.
pub(super) const OURS: &str = "sockeye";

/// What the same work costs without WebSocket: by bare system calls, on the same runtime, there
/// without a buffer, and compression alone. The last that took part is what ratios are to.
const FLOORS: [&str; 4] = ["rawtcp", "rawtcp-tokio", "rawtcp-tokio-bare", "zlib"];

#[cfg(test)]
mod tests {
    use super::super::rows::{outcomes, tests::results};
    use super::*;

    #[test]
    fn each_head_has_its_cell() {
        let results = results(&[
            ("rawtcp-tokio", Group::Floor, 1.0),
            ("sockeye", Group::Ours, 2.0),
            ("peer", Group::Peer, 4.0),
        ]);
        for outcome in outcomes(&results) {
            let heads = heads(&outcome);
            for row in &outcome.rows {
                assert_eq!(cells(&outcome, row).len(), heads.len(), "{heads:?}");
            }
        }
    }

    #[test]
    fn ratios_are_to_floors_to_the_best_peer_and_from_ours() {
        let results = results(&[
            ("rawtcp-tokio", Group::Floor, 1.0),
            ("sockeye", Group::Ours, 2.0),
            ("peer", Group::Peer, 4.0),
        ]);
        let outcomes = outcomes(&results);
        let cells: Vec<_> = outcomes[0]
            .rows
            .iter()
            .map(|row| cells(&outcomes[0], row))
            .collect();
        assert_eq!(
            cells[2][..7],
            [
                "peer",
                "4.00",
                "3.60–4.40",
                "1.00 / 3.00",
                "4.00",
                "1.00",
                "0.50"
            ]
        );
        assert_eq!(cells[0][4..7], ["1.00", "", "2.00"]);
    }
}
