//! Numbers that the office makes up: invented companies, and rates that look like rates. For trying quotes out, and for
//! networks that are closed. Every number follows from its symbol and the time alone, so that nothing is kept, and the past
//! is the same whenever it is looked at. Whole numbers throughout.

use crate::format::feed::{Bar, Tick};
use crate::kernel::clock::Moment;
use rust_decimal::Decimal;

/// One invented symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invented {
    /// What it is called by.
    pub code: &'static str,
    /// What it stands for.
    pub name: &'static str,
    /// What it is counted in.
    pub currency: &'static str,
    /// Where it is traded.
    pub market: &'static str,
    /// Its usual number, in units of its last figure, and how many figures stand behind the point.
    base: (i64, u32),
    /// How restless it is: 100 for a share.
    swing: i64,
    /// How much is traded on a usual day; nothing where that means nothing.
    volume: i64,
}

const fn share(code: &'static str, name: &'static str, base: i64, volume: i64) -> Invented {
    Invented { code, name, currency: "EUR", market: "Frankfurt", base: (base, 2), swing: 100, volume }
}

const fn rate(code: &'static str, name: &'static str, currency: &'static str, base: (i64, u32)) -> Invented {
    Invented { code, name, currency, market: "Rates", base, swing: 25, volume: 0 }
}

const fn ware(code: &'static str, name: &'static str, base: i64, volume: i64) -> Invented {
    Invented { code, name, currency: "USD", market: "London", base: (base, 2), swing: 70, volume }
}

const fn index(code: &'static str, name: &'static str, base: i64) -> Invented {
    Invented { code, name, currency: "", market: "Index", base: (base, 2), swing: 60, volume: 0 }
}

/// All of them.
pub const ALL: [Invented; 42] = [
    share("ACME", "Acme Baustoffe AG", 12_340, 412_000),
    share("BETN", "Beton & Ziegel Norddeutsche Holding SE", 987, 1_200_000),
    share("HLZ", "Holzwerke Allgäu", 4_705, 88_000),
    share("STAL", "Stahlhandel Rhein", 21_200, 23_000),
    share("GLAS", "Glas Süd", 1_832, 5_000),
    share("DAMM", "Dämmstoff Union", 3_190, 61_000),
    share("ZEMT", "Zement International", 6_412, 320_000),
    share("LIFT", "Aufzugswerke Schmidt & Söhne", 502, 9_000),
    share("SOLR", "Solardach", 1_477, 504_000),
    share("KRAN", "Kranbau Weser", 7_740, 12_000),
    share("TUER", "Türen & Tore Lippe", 2_615, 18_000),
    share("FLIS", "Fliesen Nord", 845, 44_000),
    share("ROHR", "Rohrwerk Neckar", 5_320, 71_000),
    share("FARB", "Farben Elbe", 3_975, 95_000),
    share("GERU", "Gerüstbau Mitte", 1_128, 7_500),
    share("WERK", "Werkzeug Solingen", 16_850, 39_000),
    share("BAGR", "Bagger & Lader AG", 9_430, 52_000),
    share("KIES", "Kies und Sand Isar", 2_244, 15_000),
    share("PUMP", "Pumpen Harz", 6_180, 27_000),
    share("NETZ", "Netzbau Ost", 1_905, 210_000),
    share("STRM", "Stromwerke Küste", 2_870, 640_000),
    share("WIND", "Windkraft Fehmarn", 1_312, 380_000),
    share("BANK", "Handwerksbank Berlin", 4_488, 150_000),
    share("VERS", "Bauversicherung AG", 11_760, 33_000),
    share("LOGI", "Baustellenlogistik Ruhr", 735, 120_000),
    share("HAIL", "Hailstone Invented SE", 10_125, 2_100),
    rate("EURUSD", "Euro / US dollar", "USD", (10_873, 4)),
    rate("EURGBP", "Euro / pound sterling", "GBP", (84_120, 5)),
    rate("EURCHF", "Euro / Swiss franc", "CHF", (9_385, 4)),
    rate("EURJPY", "Euro / yen", "JPY", (15_821, 2)),
    rate("EURPLN", "Euro / złoty", "PLN", (42_610, 4)),
    rate("EURSEK", "Euro / Swedish krona", "SEK", (11_274, 3)),
    rate("EURCZK", "Euro / Czech koruna", "CZK", (25_190, 3)),
    ware("KUPF", "Copper, 3 months, t", 891_450, 0),
    ware("ALUM", "Aluminium, 3 months, t", 243_700, 0),
    ware("ZINK", "Zinc, 3 months, t", 281_250, 0),
    ware("OIL", "Oil, barrel", 7_412, 0),
    ware("GAS", "Natural gas, MWh", 3_385, 0),
    ware("GOLD", "Gold, ounce", 241_780, 0),
    index("IMMO", "Immobilien-Index", 148_220),
    index("BAU30", "Construction index, 30 shares", 912_640),
    index("TEMP", "Building costs, 2015 = 100", 14_210),
];

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;
/// The longest wave that a number swings in: about nine years. Each next is half as long, down to some two seconds.
const LONGEST: i64 = 1 << 38;
const WAVES: u32 = 27;
/// Parts that a number is swung by.
const WHOLE: i64 = 1_000_000;
/// Looks at a day that find its highest and its lowest.
const LOOKS: i64 = 12;

/// The invented symbol of this code.
#[must_use]
pub fn invented(code: &str) -> Option<&'static Invented> {
    ALL.iter().find(|one| one.code == code)
}

/// A number that looks random and follows from what goes in: the finisher of SplitMix64.
const fn mixed(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

fn seed(code: &str) -> u64 {
    code.bytes().fold(0x4861_696C, |sum, byte| mixed(sum ^ u64::from(byte)))
}

/// Between −1,000 and 1,000, at one corner of a wave.
fn corner(seed: u64, wave: u32, place: i64) -> i64 {
    let x = mixed(seed ^ mixed(u64::from(wave) << 56 ^ u64::from_ne_bytes(place.to_ne_bytes())));
    i64::try_from(x % 2001).unwrap_or(1000) - 1000
}

/// How far a number is swung at a time, in parts of `WHOLE`: waves within waves, each half as long and less high.
fn swung(seed: u64, at: i64) -> i64 {
    let (mut sum, mut length, mut height) = (0, LONGEST, 380_000_i64);
    for wave in 0..WAVES {
        let (place, within) = (at.div_euclid(length), at.rem_euclid(length));
        let (from, to) = (corner(seed, wave, place), corner(seed, wave, place + 1));
        let between = i64::try_from(i128::from(to - from) * i128::from(within) / i128::from(length)).unwrap_or(0);
        sum += (from + between) * height / 1000;
        length /= 2;
        // As heights of a random walk fall: by the root of two.
        height = height * 707 / 1000;
    }
    sum
}

/// The number of a symbol at a time, in units of its last figure.
fn units(one: &Invented, at: i64) -> i64 {
    let parts = (swung(seed(one.code), at) * one.swing / 100).clamp(-WHOLE * 85 / 100, WHOLE * 3);
    let units = i128::from(one.base.0) * i128::from(WHOLE + parts) / i128::from(WHOLE);
    i64::try_from(units).unwrap_or(one.base.0).max(1)
}

fn number(one: &Invented, units: i64) -> Decimal {
    Decimal::new(units, one.base.1)
}

/// How much was traded up to a time of its day.
fn volume(one: &Invented, at: i64) -> Option<Decimal> {
    let (day, within) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let usual = one.volume * (1000 + corner(seed(one.code), 99, day) / 2) / 1000;
    let so_far = i128::from(usual) * i128::from(within) / i128::from(DAY);
    (one.volume > 0).then(|| Decimal::from(so_far))
}

/// The first, the highest, the lowest and the last of a day up to a time.
fn day(one: &Invented, from: i64, to: i64) -> [i64; 4] {
    let (open, close) = (units(one, from), units(one, to));
    let step = (to - from).max(LOOKS) / LOOKS;
    let looks = (1..LOOKS).map(|look| units(one, from + look * step)).filter(|_| to - from > LOOKS);
    let (low, high) = looks.fold((open.min(close), open.max(close)), |(low, high), at| (low.min(at), high.max(at)));
    [open, high, low, close]
}

/// What these symbols are at a time. Codes that nobody invented are left out.
#[must_use]
pub fn ticks(codes: &[String], now: Moment) -> Vec<Tick> {
    let tick = |code: &String| {
        let (one, at) = (invented(code)?, now.millis());
        let start = at.div_euclid(DAY) * DAY;
        let [open, high, low, close] = day(one, start, at).map(|units| number(one, units));
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Some(Tick {
            symbol: code.clone(),
            price: close,
            at: Some(now),
            open: Some(open),
            high: Some(high),
            low: Some(low),
            previous: Some(open),
            volume: volume(one, at),
            currency: text(one.currency),
            name: text(one.name),
            market: text(one.market),
            ..Tick::default()
        })
    };
    codes.iter().filter_map(tick).collect()
}

/// The days of a symbol in the years before a time, weekends left out.
#[must_use]
pub fn bars(code: &str, now: Moment, years: u32) -> Vec<Bar> {
    let Some(one) = invented(code) else { return Vec::new() };
    let today = now.millis().div_euclid(DAY);
    let days = today - i64::from(years) * 365 - 2..today;
    // 1 January 1970 was a Thursday.
    let is_weekday = |day: &i64| (day + 3).rem_euclid(7) < 5;
    days.filter(is_weekday)
        .map(|at| {
            let [open, high, low, close] = day(one, at * DAY, (at + 1) * DAY).map(|units| number(one, units));
            let volume = volume(one, (at + 1) * DAY - 1);
            Bar { at: Moment::from_millis(at * DAY), open, high, low, close, volume }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const NOW: Moment = Moment::from_millis(1_768_314_600_000);

    #[test]
    fn the_same_time_tells_the_same_number_and_the_next_one_a_near_one() {
        let codes: Vec<String> = ALL.iter().map(|one| one.code.to_owned()).collect();
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), ALL.len());
        let (now, again) = (ticks(&codes, NOW), ticks(&codes, NOW));
        assert_eq!((now.len(), &now), (ALL.len(), &again));
        let later = ticks(&codes, Moment::from_millis(NOW.millis() + 5000));
        let moved = now.iter().zip(&later).filter(|(one, other)| one.price != other.price).count();
        assert!(moved > ALL.len() / 5, "{moved} moved in five seconds");
        for (one, other) in now.iter().zip(&later) {
            let apart = (one.price - other.price).abs() * Decimal::from(50);
            assert!(apart < one.price && one.price > Decimal::ZERO, "{}: {} {}", one.symbol, one.price, other.price);
            assert!(one.high >= Some(one.price) && one.low <= Some(one.price) && one.low > Some(Decimal::ZERO));
        }
        assert!(ticks(&["NOBODY".to_owned()], NOW).is_empty());
    }

    #[test]
    fn ten_years_are_days_that_hold_together_and_end_where_today_begins() {
        let bars = bars("ACME", NOW, 10);
        assert!((2600..2620).contains(&bars.len()), "{}", bars.len());
        for pair in bars.windows(2) {
            let [one, next] = pair else { continue };
            assert!(one.high >= one.open.max(one.close) && one.low <= one.open.min(one.close) && one.at < next.at);
            let apart = (next.open - one.close).abs() * Decimal::from(4);
            assert!(apart < one.close, "{:?} to {:?}", one, next);
        }
        let tick = ticks(&["ACME".to_owned()], NOW).remove(0);
        assert_eq!(tick.open, Some(bars[bars.len() - 1].close), "today goes on where yesterday ended");
        let (low, high) =
            bars.iter().fold((bars[0].low, bars[0].high), |(low, high), bar| (low.min(bar.low), high.max(bar.high)));
        assert!(high > low * Decimal::new(15, 1), "it goes somewhere in ten years: {low} to {high}");
    }
}
