//! The laws of the layers, read from the source itself.

#[cfg(test)]
mod laws {
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Which layers each layer may name. What is not listed is forbidden.
    const LAYERS: [(&str, &[&str]); 7] = [
        ("kernel", &["kernel"]),
        ("format", &["format", "kernel"]),
        ("proto", &["proto", "format", "kernel"]),
        ("domain", &["domain", "format", "kernel"]),
        ("services", &["services", "domain", "proto", "format", "kernel"]),
        ("servers", &["servers", "services", "domain", "proto", "format", "kernel"]),
        ("app", &["app", "servers", "services", "domain", "proto", "format", "kernel"]),
    ];
    /// What every domain module may know of the others.
    const SHARED_DOMAIN: [&str; 5] = ["event", "job", "people", "policy", "store"];
    /// What every server may know of the others.
    const SHARED_SERVERS: [&str; 1] = ["net"];
    /// Longest file, in lines.
    const FILE_LINES: usize = 600;
    /// Longest file but for a few, in lines.
    const MEDIAN_LINES: usize = 200;

    struct Source {
        path: PathBuf,
        /// Its place below `src`, as `domain/mail/act.rs`.
        place: String,
        text: String,
    }

    impl Source {
        /// The layer, and the module in it.
        fn home(&self) -> (&str, &str) {
            let mut parts = self.place.trim_end_matches(".rs").split('/');
            (parts.next().unwrap_or(""), parts.next().unwrap_or(""))
        }

        fn is_test(&self) -> bool {
            self.place.ends_with("tests.rs")
        }

        /// Its lines up to the tests at its end.
        fn code(&self) -> impl Iterator<Item = (usize, &str)> {
            let lines = self.text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
            lines
                .enumerate()
                .filter(|(_, line)| !line.trim_start().starts_with("//") && !line.contains("pub(in crate::"))
        }

        /// Every `crate::a::b` it names, with its line.
        fn imports(&self) -> Vec<(usize, String, String)> {
            let mut found = Vec::new();
            for (number, line) in self.code() {
                for rest in line.split("crate::").skip(1) {
                    let mut words =
                        rest.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
                    let module = words.next().unwrap_or("").to_owned();
                    found.push((number + 1, module, words.next().unwrap_or("").to_owned()));
                }
            }
            found
        }
    }

    fn sources() -> Vec<Source> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut found = Vec::new();
        collect(&root, &root, &mut found);
        assert!(found.len() > 50, "the source was not found");
        found
    }

    fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let place = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source { path, place, text });
            }
        }
    }

    fn allowed(layer: &str) -> Option<&'static [&'static str]> {
        LAYERS.iter().find(|(name, _)| *name == layer).map(|(_, may)| *may)
    }

    #[test]
    fn imports_go_down() {
        let mut broken = Vec::new();
        for source in sources() {
            let Some(may) = allowed(source.home().0) else { continue };
            for (line, layer, _) in source.imports() {
                if allowed(&layer).is_some() && !may.contains(&layer.as_str()) {
                    broken.push(format!("{}:{line} names {layer}", source.path.display()));
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    #[test]
    fn neighbours_are_strangers() {
        let mut broken = Vec::new();
        for source in sources().iter().filter(|source| !source.is_test()) {
            let (layer, module) = source.home();
            let shared: &[&str] = match layer {
                "domain" => &SHARED_DOMAIN,
                "servers" => &SHARED_SERVERS,
                _ => continue,
            };
            for (line, other_layer, other) in source.imports() {
                if other_layer == layer && other != module && !shared.contains(&other.as_str()) && module != "mod" {
                    broken.push(format!("{}:{line} names {other_layer}::{other}", source.path.display()));
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    #[test]
    fn sql_lives_in_the_domain_and_is_never_built_from_values() {
        let mut broken = Vec::new();
        for source in sources().iter().filter(|source| !source.is_test()) {
            for (line, text) in source.code() {
                let lower = text.to_lowercase();
                let is_sql = ["select ", "insert into", "delete from", " set "].iter().any(|word| lower.contains(word));
                let is_outside =
                    source.home().0 != "domain" && (text.contains(".sql()") || text.contains("prepare_cached"));
                if is_outside
                    || (text.contains("format!(") && is_sql && source.home().0 == "domain" && !text.contains("Finding"))
                {
                    broken.push(format!("{}:{}", source.path.display(), line + 1));
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    #[test]
    fn nothing_goes_round_a_check() {
        for source in sources() {
            assert!(!source.text.contains("fn unchecked_"), "{}", source.path.display());
        }
    }

    #[test]
    fn foreign_html_reaches_a_page_only_as_clean_html() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                assert!(!text.contains("|safe") && !text.contains("| safe"), "{}", path.display());
                assert!(!text.contains(" style=\"") && !text.contains("<script>"), "{}", path.display());
            }
        }
    }

    #[test]
    fn every_table_carries_its_modules_name_and_every_migration_its_owner() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let owner = text.lines().next().unwrap().trim_start_matches("-- ").trim().to_owned();
            for line in text.lines() {
                let Some(rest) =
                    line.strip_prefix("create table ").or_else(|| line.strip_prefix("create virtual table "))
                else {
                    continue;
                };
                assert!(rest.starts_with(&format!("{owner}_")), "{}: {line}", path.display());
                assert!(line.contains("virtual") || text.contains("strict"), "{}", path.display());
            }
        }
    }

    #[test]
    fn files_stay_short() {
        let mut lengths: Vec<(usize, String)> =
            sources().iter().map(|source| (source.text.lines().count(), source.place.clone())).collect();
        lengths.sort();
        let (longest, place) = lengths.last().unwrap();
        assert!(*longest <= FILE_LINES, "{place} has {longest} lines");
        let median = lengths[lengths.len() / 2].0;
        assert!(median <= MEDIAN_LINES, "half of all files are longer than {median} lines");
    }

    #[test]
    fn every_module_says_what_it_is() {
        for source in sources().iter().filter(|source| !source.is_test()) {
            assert!(source.text.starts_with("//! "), "{} does not open with what it is", source.path.display());
        }
    }
}
