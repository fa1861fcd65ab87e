//! Links between our own pages: what they point to exists.

use std::path::Path;

use super::File;

pub(super) fn check(file: &File, root: &Path) -> Vec<String> {
    if !file.name.ends_with(".md") {
        return Vec::new();
    }
    let folder = root.join(&file.name);
    let folder = folder.parent().unwrap_or(root);
    targets(&file.text)
        .filter(|target| {
            !target.contains("://") && !target.starts_with('#') && !target.starts_with("mailto:")
        })
        .filter(|target| {
            let path = target.split('#').next().unwrap_or_default();
            !folder.join(path).exists()
        })
        .map(|target| format!("{}: a link to {target}, which does not exist", file.name))
        .collect()
}

/// What stands in the round brackets of `[text](target)`, outside of code blocks.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines()
        .filter(move |line| {
            let fence = line.trim_start().starts_with("```");
            code ^= fence;
            !code && !fence
        })
        .flat_map(|line| line.match_indices("](").map(move |(at, mark)| &line[at + mark.len()..]))
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_of_code() {
        let text = "[a](one.md) and [b](two.md#x)\n```\n[c](three.md)\n```\n[d](four.md)";
        assert_eq!(targets(text).collect::<Vec<_>>(), ["one.md", "two.md#x", "four.md"]);
    }

    #[test]
    fn a_dead_link_is_named() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = "[a](Cargo.toml) [b](https://example.org) [c](#here) [d](gone.md)";
        let file = File { name: "page.md".into(), text: text.into() };
        let problems = check(&file, root);
        assert_eq!(problems, ["page.md: a link to gone.md, which does not exist"]);
    }
}
