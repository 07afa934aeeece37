//! README shows what the program prints.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests may fail as tests do"
)]

#[test]
fn the_table_in_readme_is_what_its_first_command_prints() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).unwrap();
    let command = "cargo run -- extract --format table tests/fixtures/articles";
    let (_, rest) = readme.split_once(command).expect("README gives the command");
    let (_, rest) = rest.split_once("```text\n").expect("README shows its output");
    let (shown, _) = rest.split_once("```").unwrap();
    let arguments = command.split_whitespace().skip(3);
    let mut jalon = assert_cmd::Command::cargo_bin("jalon").unwrap();
    let output = jalon
        .current_dir(root)
        .args(arguments)
        .assert()
        .success()
        .get_output()
        .stdout
        .clone();
    assert_eq!(String::from_utf8(output).unwrap(), shown);
}
