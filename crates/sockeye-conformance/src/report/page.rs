//! The report as one page: the results, the style sheet and the scripts in a single HTML file.
//!
//! The page loads nothing, so it can be kept, sent and opened anywhere; its own policy forbids
//! more. Here the files in `page/` are only joined: what the results mean is up to the scripts, and
//! making their JSON, or writing the file, to the rest of the report.

/// The report's page for results given as one JSON object, in the shape `page/data.js` reads.
pub(crate) fn page(results_json: &str) -> String {
    let results = as_script_data(results_json);
    let parts = [
        ("/*{{style}}*/", STYLE),
        ("{{results}}", results.as_str()),
        ("/*{{script}}*/", &SCRIPTS.concat()),
    ];
    let mut page = String::with_capacity(results.len() + 100_000);
    // Cut at the placeholders rather than replaced: results that contain one stay as they are.
    let mut rest = INDEX;
    for (placeholder, content) in parts {
        let (before, after) = rest
            .split_once(placeholder)
            .expect("index.html has each placeholder once, in this order");
        page.push_str(before);
        page.push_str(content);
        rest = after;
    }
    page.push_str(rest);
    page
}

/// JSON that cannot end the script element it stands in, nor open a comment there.
///
/// Outside of its strings JSON has no `<`, and in them the escape means the same.
fn as_script_data(json: &str) -> String {
    json.replace('<', "\\u003c")
}

const INDEX: &str = include_str!("page/index.html");
const STYLE: &str = include_str!("page/style.css");

/// In the order in which they need each other; together they are one script.
const SCRIPTS: [&str; 5] = [
    include_str!("page/data.js"),
    include_str!("page/matrix.js"),
    include_str!("page/dump.js"),
    include_str!("page/case.js"),
    include_str!("page/page.js"),
];

#[cfg(test)]
mod tests;
