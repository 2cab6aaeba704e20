//! The regions whose holidays are known.
//!
//! Sources: the holiday laws of the German states, §7 Arbeitsruhegesetz, Article 20a of the Swiss labour act with the cantons'
//! own days, the Banking and Financial Dealings Act 1971, Article L3133-1 of the French labour code, 5 U.S.C. §6103.

use super::{Holiday, Rule};
use chrono::Weekday;

/// A country, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Its ISO 3166 code, in lower case.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What the whole country keeps.
    pub country: &'static [Holiday],
    /// What it keeps besides.
    pub own: &'static [Holiday],
}

/// The region of this code.
#[must_use]
pub fn region(code: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.code == code)
}

/// All of Germany.
const DE: &[Holiday] = &[
    Holiday { name: "Neujahr", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Karfreitag", rule: Rule::Easter(-2), since: 0 },
    Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Tag der Arbeit", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Christi Himmelfahrt", rule: Rule::Easter(39), since: 0 },
    Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
    Holiday { name: "Tag der Deutschen Einheit", rule: Rule::Fixed(10, 3), since: 1990 },
    Holiday { name: "1. Weihnachtstag", rule: Rule::Fixed(12, 25), since: 0 },
    Holiday { name: "2. Weihnachtstag", rule: Rule::Fixed(12, 26), since: 0 },
];

/// All of Austria.
const AT: &[Holiday] = &[
    Holiday { name: "Neujahr", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Heilige Drei Könige", rule: Rule::Fixed(1, 6), since: 0 },
    Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Staatsfeiertag", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Christi Himmelfahrt", rule: Rule::Easter(39), since: 0 },
    Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
    Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
    Holiday { name: "Mariä Himmelfahrt", rule: Rule::Fixed(8, 15), since: 0 },
    Holiday { name: "Nationalfeiertag", rule: Rule::Fixed(10, 26), since: 0 },
    Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
    Holiday { name: "Mariä Empfängnis", rule: Rule::Fixed(12, 8), since: 0 },
    Holiday { name: "Christtag", rule: Rule::Fixed(12, 25), since: 0 },
    Holiday { name: "Stefanitag", rule: Rule::Fixed(12, 26), since: 0 },
];

/// All of Switzerland.
const CH: &[Holiday] = &[
    Holiday { name: "Neujahr", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Auffahrt", rule: Rule::Easter(39), since: 0 },
    Holiday { name: "Bundesfeier", rule: Rule::Fixed(8, 1), since: 1994 },
    Holiday { name: "Weihnachten", rule: Rule::Fixed(12, 25), since: 0 },
];

/// All of the United Kingdom.
const GB: &[Holiday] = &[
    Holiday { name: "New Year’s Day", rule: Rule::Substituted(1, 1), since: 0 },
    Holiday { name: "Good Friday", rule: Rule::Easter(-2), since: 0 },
    Holiday { name: "Early May bank holiday", rule: Rule::Nth(5, 1, Weekday::Mon), since: 1978 },
    Holiday { name: "Spring bank holiday", rule: Rule::Nth(5, 0, Weekday::Mon), since: 1971 },
    Holiday { name: "Christmas Day", rule: Rule::Substituted(12, 25), since: 0 },
    Holiday { name: "Boxing Day", rule: Rule::Substituted(12, 26), since: 0 },
];

/// All of France.
const FR: &[Holiday] = &[
    Holiday { name: "Jour de l’an", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Lundi de Pâques", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Fête du Travail", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Victoire 1945", rule: Rule::Fixed(5, 8), since: 1982 },
    Holiday { name: "Ascension", rule: Rule::Easter(39), since: 0 },
    Holiday { name: "Lundi de Pentecôte", rule: Rule::Easter(50), since: 0 },
    Holiday { name: "Fête nationale", rule: Rule::Fixed(7, 14), since: 0 },
    Holiday { name: "Assomption", rule: Rule::Fixed(8, 15), since: 0 },
    Holiday { name: "Toussaint", rule: Rule::Fixed(11, 1), since: 0 },
    Holiday { name: "Armistice 1918", rule: Rule::Fixed(11, 11), since: 0 },
    Holiday { name: "Noël", rule: Rule::Fixed(12, 25), since: 0 },
];

/// Federal holidays of the United States.
const US: &[Holiday] = &[
    Holiday { name: "New Year’s Day", rule: Rule::Observed(1, 1), since: 0 },
    Holiday { name: "Martin Luther King Jr. Day", rule: Rule::Nth(1, 3, Weekday::Mon), since: 1986 },
    Holiday { name: "Washington’s Birthday", rule: Rule::Nth(2, 3, Weekday::Mon), since: 1971 },
    Holiday { name: "Memorial Day", rule: Rule::Nth(5, 0, Weekday::Mon), since: 1971 },
    Holiday { name: "Juneteenth", rule: Rule::Observed(6, 19), since: 2021 },
    Holiday { name: "Independence Day", rule: Rule::Observed(7, 4), since: 0 },
    Holiday { name: "Labor Day", rule: Rule::Nth(9, 1, Weekday::Mon), since: 0 },
    Holiday { name: "Columbus Day", rule: Rule::Nth(10, 2, Weekday::Mon), since: 1971 },
    Holiday { name: "Veterans Day", rule: Rule::Observed(11, 11), since: 1978 },
    Holiday { name: "Thanksgiving Day", rule: Rule::Nth(11, 4, Weekday::Thu), since: 1942 },
    Holiday { name: "Christmas Day", rule: Rule::Observed(12, 25), since: 0 },
];

/// The Netherlands.
const NL: &[Holiday] = &[
    Holiday { name: "Nieuwjaarsdag", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Tweede Paasdag", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Koningsdag", rule: Rule::Fixed(4, 27), since: 2014 },
    Holiday { name: "Hemelvaartsdag", rule: Rule::Easter(39), since: 0 },
    Holiday { name: "Tweede Pinksterdag", rule: Rule::Easter(50), since: 0 },
    Holiday { name: "Eerste Kerstdag", rule: Rule::Fixed(12, 25), since: 0 },
    Holiday { name: "Tweede Kerstdag", rule: Rule::Fixed(12, 26), since: 0 },
];

/// Poland.
const PL: &[Holiday] = &[
    Holiday { name: "Nowy Rok", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Święto Trzech Króli", rule: Rule::Fixed(1, 6), since: 2011 },
    Holiday { name: "Poniedziałek Wielkanocny", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Święto Pracy", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Święto Konstytucji 3 Maja", rule: Rule::Fixed(5, 3), since: 0 },
    Holiday { name: "Boże Ciało", rule: Rule::Easter(60), since: 0 },
    Holiday { name: "Wniebowzięcie NMP", rule: Rule::Fixed(8, 15), since: 0 },
    Holiday { name: "Wszystkich Świętych", rule: Rule::Fixed(11, 1), since: 0 },
    Holiday { name: "Święto Niepodległości", rule: Rule::Fixed(11, 11), since: 0 },
    Holiday { name: "Wigilia", rule: Rule::Fixed(12, 24), since: 2025 },
    Holiday { name: "Boże Narodzenie", rule: Rule::Fixed(12, 25), since: 0 },
    Holiday { name: "Drugi dzień Bożego Narodzenia", rule: Rule::Fixed(12, 26), since: 0 },
];

/// Czechia.
const CZ: &[Holiday] = &[
    Holiday { name: "Nový rok", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Velký pátek", rule: Rule::Easter(-2), since: 2016 },
    Holiday { name: "Velikonoční pondělí", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Svátek práce", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Den vítězství", rule: Rule::Fixed(5, 8), since: 0 },
    Holiday { name: "Cyril a Metoděj", rule: Rule::Fixed(7, 5), since: 0 },
    Holiday { name: "Jan Hus", rule: Rule::Fixed(7, 6), since: 0 },
    Holiday { name: "Den české státnosti", rule: Rule::Fixed(9, 28), since: 0 },
    Holiday { name: "Vznik Československa", rule: Rule::Fixed(10, 28), since: 0 },
    Holiday { name: "Den boje za svobodu", rule: Rule::Fixed(11, 17), since: 0 },
    Holiday { name: "Štědrý den", rule: Rule::Fixed(12, 24), since: 0 },
    Holiday { name: "1. svátek vánoční", rule: Rule::Fixed(12, 25), since: 0 },
    Holiday { name: "2. svátek vánoční", rule: Rule::Fixed(12, 26), since: 0 },
];

/// All of Italy.
const IT: &[Holiday] = &[
    Holiday { name: "Capodanno", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Epifania", rule: Rule::Fixed(1, 6), since: 0 },
    Holiday { name: "Lunedì dell’Angelo", rule: Rule::Easter(1), since: 0 },
    Holiday { name: "Festa della Liberazione", rule: Rule::Fixed(4, 25), since: 0 },
    Holiday { name: "Festa del Lavoro", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Festa della Repubblica", rule: Rule::Fixed(6, 2), since: 0 },
    Holiday { name: "Ferragosto", rule: Rule::Fixed(8, 15), since: 0 },
    Holiday { name: "San Francesco", rule: Rule::Fixed(10, 4), since: 2026 },
    Holiday { name: "Ognissanti", rule: Rule::Fixed(11, 1), since: 0 },
    Holiday { name: "Immacolata Concezione", rule: Rule::Fixed(12, 8), since: 0 },
    Holiday { name: "Natale", rule: Rule::Fixed(12, 25), since: 0 },
    Holiday { name: "Santo Stefano", rule: Rule::Fixed(12, 26), since: 0 },
];

/// All of Spain.
const ES: &[Holiday] = &[
    Holiday { name: "Año Nuevo", rule: Rule::Fixed(1, 1), since: 0 },
    Holiday { name: "Epifanía del Señor", rule: Rule::Fixed(1, 6), since: 0 },
    Holiday { name: "Viernes Santo", rule: Rule::Easter(-2), since: 0 },
    Holiday { name: "Fiesta del Trabajo", rule: Rule::Fixed(5, 1), since: 0 },
    Holiday { name: "Asunción de la Virgen", rule: Rule::Fixed(8, 15), since: 0 },
    Holiday { name: "Fiesta Nacional", rule: Rule::Fixed(10, 12), since: 0 },
    Holiday { name: "Todos los Santos", rule: Rule::Fixed(11, 1), since: 0 },
    Holiday { name: "Día de la Constitución", rule: Rule::Fixed(12, 6), since: 0 },
    Holiday { name: "Inmaculada Concepción", rule: Rule::Fixed(12, 8), since: 0 },
    Holiday { name: "Natividad del Señor", rule: Rule::Fixed(12, 25), since: 0 },
];

/// Every region, countries together.
pub const REGIONS: &[Region] = &[
    Region { code: "de", name: "Germany (nationwide)", country: DE, own: &[] },
    Region {
        code: "de-bw",
        name: "Germany: Baden-Württemberg",
        country: DE,
        own: &[
            Holiday { name: "Heilige Drei Könige", rule: Rule::Fixed(1, 6), since: 0 },
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "de-by",
        name: "Germany: Bavaria",
        country: DE,
        own: &[
            Holiday { name: "Heilige Drei Könige", rule: Rule::Fixed(1, 6), since: 0 },
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "de-by-mh",
        name: "Germany: Bavaria with Assumption Day",
        country: DE,
        own: &[
            Holiday { name: "Heilige Drei Könige", rule: Rule::Fixed(1, 6), since: 0 },
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Mariä Himmelfahrt", rule: Rule::Fixed(8, 15), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "de-be",
        name: "Germany: Berlin",
        country: DE,
        own: &[Holiday { name: "Internationaler Frauentag", rule: Rule::Fixed(3, 8), since: 2019 }],
    },
    Region {
        code: "de-bb",
        name: "Germany: Brandenburg",
        country: DE,
        own: &[
            Holiday { name: "Ostersonntag", rule: Rule::Easter(0), since: 0 },
            Holiday { name: "Pfingstsonntag", rule: Rule::Easter(49), since: 0 },
            Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 0 },
        ],
    },
    Region {
        code: "de-hb",
        name: "Germany: Bremen",
        country: DE,
        own: &[Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 2018 }],
    },
    Region {
        code: "de-hh",
        name: "Germany: Hamburg",
        country: DE,
        own: &[Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 2018 }],
    },
    Region {
        code: "de-he",
        name: "Germany: Hesse",
        country: DE,
        own: &[Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 }],
    },
    Region {
        code: "de-mv",
        name: "Germany: Mecklenburg-Vorpommern",
        country: DE,
        own: &[
            Holiday { name: "Internationaler Frauentag", rule: Rule::Fixed(3, 8), since: 2023 },
            Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 0 },
        ],
    },
    Region {
        code: "de-ni",
        name: "Germany: Lower Saxony",
        country: DE,
        own: &[Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 2018 }],
    },
    Region {
        code: "de-nw",
        name: "Germany: North Rhine-Westphalia",
        country: DE,
        own: &[
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "de-rp",
        name: "Germany: Rhineland-Palatinate",
        country: DE,
        own: &[
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "de-sl",
        name: "Germany: Saarland",
        country: DE,
        own: &[
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Mariä Himmelfahrt", rule: Rule::Fixed(8, 15), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "de-sn",
        name: "Germany: Saxony",
        country: DE,
        own: &[
            Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 0 },
            Holiday { name: "Buß- und Bettag", rule: Rule::Before(11, 23, Weekday::Wed), since: 1990 },
        ],
    },
    Region {
        code: "de-st",
        name: "Germany: Saxony-Anhalt",
        country: DE,
        own: &[
            Holiday { name: "Heilige Drei Könige", rule: Rule::Fixed(1, 6), since: 0 },
            Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 0 },
        ],
    },
    Region {
        code: "de-sh",
        name: "Germany: Schleswig-Holstein",
        country: DE,
        own: &[Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 2018 }],
    },
    Region {
        code: "de-th",
        name: "Germany: Thuringia",
        country: DE,
        own: &[
            Holiday { name: "Weltkindertag", rule: Rule::Fixed(9, 20), since: 2019 },
            Holiday { name: "Reformationstag", rule: Rule::Fixed(10, 31), since: 0 },
        ],
    },
    Region { code: "at", name: "Austria", country: AT, own: &[] },
    Region { code: "ch", name: "Switzerland (nationwide)", country: CH, own: &[] },
    Region {
        code: "ch-zh",
        name: "Switzerland: Zürich",
        country: CH,
        own: &[
            Holiday { name: "Karfreitag", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
            Holiday { name: "Stephanstag", rule: Rule::Fixed(12, 26), since: 0 },
            Holiday { name: "Tag der Arbeit", rule: Rule::Fixed(5, 1), since: 0 },
        ],
    },
    Region {
        code: "ch-be",
        name: "Switzerland: Bern",
        country: CH,
        own: &[
            Holiday { name: "Karfreitag", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
            Holiday { name: "Stephanstag", rule: Rule::Fixed(12, 26), since: 0 },
            Holiday { name: "Berchtoldstag", rule: Rule::Fixed(1, 2), since: 0 },
        ],
    },
    Region {
        code: "ch-bs",
        name: "Switzerland: Basel-Stadt",
        country: CH,
        own: &[
            Holiday { name: "Karfreitag", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
            Holiday { name: "Stephanstag", rule: Rule::Fixed(12, 26), since: 0 },
            Holiday { name: "Tag der Arbeit", rule: Rule::Fixed(5, 1), since: 0 },
        ],
    },
    Region {
        code: "ch-lu",
        name: "Switzerland: Lucerne",
        country: CH,
        own: &[
            Holiday { name: "Karfreitag", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
            Holiday { name: "Stephanstag", rule: Rule::Fixed(12, 26), since: 0 },
            Holiday { name: "Fronleichnam", rule: Rule::Easter(60), since: 0 },
            Holiday { name: "Mariä Himmelfahrt", rule: Rule::Fixed(8, 15), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
            Holiday { name: "Mariä Empfängnis", rule: Rule::Fixed(12, 8), since: 0 },
        ],
    },
    Region {
        code: "ch-sg",
        name: "Switzerland: St. Gallen",
        country: CH,
        own: &[
            Holiday { name: "Karfreitag", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Ostermontag", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Pfingstmontag", rule: Rule::Easter(50), since: 0 },
            Holiday { name: "Stephanstag", rule: Rule::Fixed(12, 26), since: 0 },
            Holiday { name: "Allerheiligen", rule: Rule::Fixed(11, 1), since: 0 },
        ],
    },
    Region {
        code: "ch-ge",
        name: "Switzerland: Geneva",
        country: CH,
        own: &[
            Holiday { name: "Vendredi saint", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Lundi de Pâques", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Lundi de Pentecôte", rule: Rule::Easter(50), since: 0 },
            Holiday { name: "Restauration de la République", rule: Rule::Fixed(12, 31), since: 0 },
        ],
    },
    Region {
        code: "gb-eng",
        name: "United Kingdom: England and Wales",
        country: GB,
        own: &[
            Holiday { name: "Easter Monday", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Summer bank holiday", rule: Rule::Nth(8, 0, Weekday::Mon), since: 1971 },
        ],
    },
    Region {
        code: "gb-sct",
        name: "United Kingdom: Scotland",
        country: GB,
        own: &[
            Holiday { name: "2 January", rule: Rule::Substituted(1, 2), since: 0 },
            Holiday { name: "Summer bank holiday", rule: Rule::Nth(8, 1, Weekday::Mon), since: 1971 },
            Holiday { name: "St Andrew’s Day", rule: Rule::Substituted(11, 30), since: 2007 },
        ],
    },
    Region {
        code: "gb-nir",
        name: "United Kingdom: Northern Ireland",
        country: GB,
        own: &[
            Holiday { name: "St Patrick’s Day", rule: Rule::Substituted(3, 17), since: 0 },
            Holiday { name: "Easter Monday", rule: Rule::Easter(1), since: 0 },
            Holiday { name: "Battle of the Boyne", rule: Rule::Substituted(7, 12), since: 0 },
            Holiday { name: "Summer bank holiday", rule: Rule::Nth(8, 0, Weekday::Mon), since: 1971 },
        ],
    },
    Region { code: "fr", name: "France", country: FR, own: &[] },
    Region {
        code: "fr-am",
        name: "France: Alsace-Moselle",
        country: FR,
        own: &[
            Holiday { name: "Vendredi saint", rule: Rule::Easter(-2), since: 0 },
            Holiday { name: "Saint-Étienne", rule: Rule::Fixed(12, 26), since: 0 },
        ],
    },
    Region { code: "us", name: "United States (federal)", country: US, own: &[] },
    Region { code: "nl", name: "Netherlands", country: NL, own: &[] },
    Region { code: "pl", name: "Poland", country: PL, own: &[] },
    Region { code: "cz", name: "Czechia", country: CZ, own: &[] },
    Region { code: "it", name: "Italy", country: IT, own: &[] },
    Region { code: "es", name: "Spain (nationwide)", country: ES, own: &[] },
];
