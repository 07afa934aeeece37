//! Mentions for people and for other tools: `CoNLL` columns, highlighted text.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

use super::{Output, Sink};
use crate::label::{Label, Tag};
use crate::pipeline::Extraction;
use crate::segment::{Gap, words};

/// Writes `word TAG` lines, a blank line between lines of the text, `# id = …` before each document.
pub struct ConllTags(Output);

impl ConllTags {
    /// Writes to `output`.
    pub fn new(output: Output) -> Self {
        Self(output)
    }
}

impl Sink for ConllTags {
    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()> {
        let text = &extraction.document.text;
        writeln!(self.0, "# id = {}", extraction.document.id)?;
        let mut mentions = extraction.mentions.iter().peekable();
        for (i, word) in words(text).iter().enumerate() {
            if word.gap == Gap::Line && i > 0 {
                writeln!(self.0)?;
            }
            while mentions.next_if(|m| m.span.end <= word.span.start).is_some() {}
            let tag = match mentions.peek() {
                Some(m) if m.span.start == word.span.start => Tag::Begin(m.label),
                Some(m) if m.span.overlaps(word.span) => Tag::Inside(m.label),
                _ => Tag::Outside,
            };
            writeln!(self.0, "{}\t{tag}", &text[word.span.range()])?;
        }
        writeln!(self.0)
    }

    fn finish(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// Writes the text with its mentions highlighted, or in brackets where colours are off.
pub struct TextTags {
    output: Output,
    colours: bool,
}

impl TextTags {
    /// Writes to `output`, with ANSI colours or without.
    pub fn new(output: Output, colours: bool) -> Self {
        Self { output, colours }
    }
}

/// Colour of each label.
fn style(label: Label) -> Style {
    let colour = match label {
        Label::Org => AnsiColor::BrightBlue,
        Label::Loc => AnsiColor::BrightGreen,
        Label::Money => AnsiColor::BrightYellow,
        Label::Jobs => AnsiColor::BrightMagenta,
        Label::Date => AnsiColor::BrightCyan,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

impl Sink for TextTags {
    fn write(&mut self, extraction: &Extraction) -> std::io::Result<()> {
        let text = &extraction.document.text;
        let mut at = 0;
        for mention in &extraction.mentions {
            let range = mention.span.range();
            write!(self.output, "{}", &text[at..range.start])?;
            let surface = &text[range.clone()];
            if self.colours {
                let style = style(mention.label);
                write!(
                    self.output,
                    "{style}{surface}{style:#} \u{1b}[2m{}\u{1b}[0m",
                    mention.label
                )?;
            } else {
                write!(self.output, "[{surface}]({})", mention.label)?;
            }
            at = range.end;
        }
        writeln!(self.output, "{}", &text[at..])
    }

    fn finish(&mut self) -> std::io::Result<()> {
        self.output.flush()
    }
}
