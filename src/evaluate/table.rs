//! Aligned tables, for a terminal or in Markdown.

/// A titled table; the first column is text, the others are figures.
#[derive(Debug)]
pub(super) struct Table {
    title: String,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(title: &str, headers: &[&str]) -> Self {
        Self {
            title: title.to_owned(),
            rows: vec![headers.iter().map(|&h| h.to_owned()).collect()],
        }
    }

    pub(super) fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// True when there is nothing under the headers.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// Title, headers and rows, columns padded with spaces.
    pub(super) fn plain(&self) -> String {
        let lines = self.padded().map(|cells| cells.join("  ").trim_end().to_owned());
        let lines: Vec<String> = std::iter::once(self.title.clone()).chain(lines).collect();
        lines.join("\n") + "\n"
    }

    /// The same in Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut lines: Vec<String> = self
            .padded()
            .map(|cells| format!("| {} |", cells.join(" | ")))
            .collect();
        let rule: Vec<String> = self
            .widths()
            .iter()
            .enumerate()
            .map(|(i, w)| {
                if i == 0 {
                    "-".repeat(w + 2)
                } else {
                    format!("{}:", "-".repeat(w + 1))
                }
            })
            .collect();
        lines.insert(1, format!("|{}|", rule.join("|")));
        format!("## {}\n\n{}\n", self.title, lines.join("\n"))
    }

    fn padded(&self) -> impl Iterator<Item = Vec<String>> {
        let widths = self.widths();
        self.rows.iter().map(move |row| {
            let cells = row.iter().zip(&widths).enumerate();
            cells
                .map(|(i, (cell, &w))| {
                    if i == 0 {
                        format!("{cell:<w$}")
                    } else {
                        format!("{cell:>w$}")
                    }
                })
                .collect()
        })
    }

    /// Widest cell of each column, in characters; at least 1.
    fn widths(&self) -> Vec<usize> {
        let n_columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |i: usize| {
            self.rows
                .iter()
                .filter_map(|r| r.get(i))
                .map(|c| c.chars().count())
                .max()
        };
        (0..n_columns).map(|i| width(i).unwrap_or(0).max(1)).collect()
    }
}

/// Tables one after the other, empty ones left out.
pub(super) fn join(tables: &[Table], render: fn(&Table) -> String) -> String {
    tables
        .iter()
        .filter(|t| !t.is_empty())
        .map(render)
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_in_characters() {
        let mut table = Table::new("Places", &["place", "n"]);
        table.push(vec!["Fès".to_owned(), "12".to_owned()]);
        assert_eq!(table.plain(), "Places\nplace   n\nFès    12\n");
        assert_eq!(
            table.markdown(),
            "## Places\n\n| place |  n |\n|-------|---:|\n| Fès   | 12 |\n"
        );
        assert_eq!(
            join(&[Table::new("Empty", &["x"]), table], Table::plain),
            "Places\nplace   n\nFès    12\n"
        );
    }
}
