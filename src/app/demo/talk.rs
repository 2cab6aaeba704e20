//! The conversations of the demo, oldest first. Everything in them is made up.

/// A room and what is said in it.
pub struct Room {
    pub name: &'static str,
    pub topic: &'static str,
    pub is_private: bool,
    /// Its owner first. People go by their log-in names.
    pub members: &'static [&'static str],
    pub lines: &'static [Line],
}

/// What two people say to each other.
pub struct Pair {
    pub people: [&'static str; 2],
    pub lines: &'static [Line],
}

/// One message: how many minutes before now, who, and what.
pub struct Line {
    pub minutes_ago: u64,
    pub by: &'static str,
    pub text: &'static str,
    /// Whose emoji stand under it.
    pub reactions: &'static [(&'static str, &'static [&'static str])],
    /// Which earlier message of the same conversation it quotes, counted from the first.
    pub answers: Option<usize>,
    /// Which earlier message it hangs under.
    pub thread: Option<usize>,
    pub is_pinned: bool,
}

const DAY: u64 = 24 * 60;

const fn line(minutes_ago: u64, by: &'static str, text: &'static str) -> Line {
    Line { minutes_ago, by, text, reactions: &[], answers: None, thread: None, is_pinned: false }
}

const fn liked(mut line: Line, reactions: &'static [(&'static str, &'static [&'static str])]) -> Line {
    line.reactions = reactions;
    line
}

const fn under(mut line: Line, root: usize) -> Line {
    line.thread = Some(root);
    line
}

const fn quoting(mut line: Line, quoted: usize) -> Line {
    line.answers = Some(quoted);
    line
}

const fn pinned(mut line: Line) -> Line {
    line.is_pinned = true;
    line
}

const EVERYBODY: &[&str] = &["alice", "bob", "carla", "dan", "eszter", "layla", "priya", "yuki"];

/// The rooms.
pub const ROOMS: &[Room] = &[
    Room {
        name: "office",
        topic: "Everything that concerns all of us · kitchen, keys, plotter",
        is_private: false,
        members: EVERYBODY,
        lines: &[
            pinned(line(
                3 * DAY + 340,
                "dan",
                "The spare keys hang in the server cupboard now. Whoever takes one **writes it into the book**, please.",
            )),
            liked(
                line(
                    DAY + 300,
                    "eszter",
                    "31 answers for the Christmas party so far. Who is still missing? I have to tell the kitchen **tomorrow at noon**.",
                ),
                &[("🎄", &["alice", "bob", "dan", "layla", "priya", "carla"]), ("🙋", &["yuki", "layla"])],
            ),
            line(DAY + 278, "yuki", "Me! Vegetarian, please. And my sister comes along."),
            under(line(DAY + 270, "eszter", "Noted, and welcome to your sister!"), 1),
            under(line(DAY + 262, "priya", "Is there still room for two more?"), 1),
            under(line(DAY + 260, "eszter", "Always."), 1),
            line(
                310,
                "bob",
                "Good morning. The plotter is back, driver settings for the new paper:\n```\n[paper]\nroll    = 914 mm\nmargin  = 5 mm\nprofile = Lichtpauspapier-90g\n```",
            ),
            line(309, "bob", "Please don’t feed the old roll any more, it tears."),
            liked(
                quoting(
                    line(290, "layla", "Too late 😅 – but the samples are here, come and see them in the small room."),
                    7,
                ),
                &[("👀", &["alice", "carla", "dan"]), ("🧡", &["bob"])],
            ),
            line(24, "carla", "@alice can we use room “Elbe” at half past? The projector in “Alster” flickers again."),
            liked(
                line(19, "dan", "Fixed the projector. It was the cable, of course."),
                &[("👏", &["bob", "carla", "eszter", "yuki"])],
            ),
        ],
    },
    Room {
        name: "hafenstrasse-12",
        topic: "The house at the harbour: site, permits, façade",
        is_private: false,
        members: &["carla", "alice", "bob", "layla", "yuki"],
        lines: &[
            line(
                2 * DAY + 120,
                "carla",
                "Minutes of meeting 12 are in your mail. Three open points:\n- windows on the north side (Bob)\n- railing samples (Yuki)\n- the lift",
            ),
            line(2 * DAY + 100, "bob", "Windows: the offer is there, I send it round today."),
            liked(
                line(
                    200,
                    "yuki",
                    "Twelve parking spaces would be possible if the bicycle shelter moves to the north wall.",
                ),
                &[("👍", &["carla"])],
            ),
            line(65, "layla", "Terracotta or brick on the stair tower? I have both on the table."),
            line(52, "bob", "@alice you decide, as always 😄"),
            line(
                12,
                "carla",
                "Fire brigade was on site: they want *five* metres there, the rest is ours. @alice call me when you are back?",
            ),
        ],
    },
    Room {
        name: "wettbewerb-grundschulerweiterungsbau",
        topic: "Abgabe 14. Dezember, 12 Uhr",
        is_private: false,
        members: &["priya", "alice", "yuki", "eszter"],
        lines: &[
            line(DAY + 30, "priya", "Raumprogramm ist durch, Modell bis Freitag im Maßstab 1:200."),
            line(140, "yuki", "> Modell bis Freitag\nKarton liegt bereit, ich fange heute an."),
            line(45, "eszter", "Die Turnhalle passt nur, wenn wir das Treppenhaus drehen. Skizze folgt."),
        ],
    },
    Room {
        name: "lunch",
        topic: "Where and when",
        is_private: false,
        members: &["eszter", "alice", "bob", "dan", "layla", "priya", "yuki"],
        lines: &[
            line(DAY + 95, "dan", "Roma at half past twelve?"),
            liked(line(DAY + 92, "priya", "In!"), &[("🍕", &["dan", "bob", "alice"])]),
            line(100, "layla", "Today soup at the market, 12:15, downstairs."),
        ],
    },
    Room {
        name: "partners",
        topic: "For the partners alone",
        is_private: true,
        members: &["alice", "dan"],
        lines: &[
            line(2 * DAY, "dan", "The bank says yes. Numbers on Thursday?"),
            line(2 * DAY - 20, "alice", "Thursday at ten."),
        ],
    },
];

/// What is said between two.
pub const PAIRS: &[Pair] = &[
    Pair {
        people: ["bob", "alice"],
        lines: &[
            line(DAY + 200, "alice", "Is the offer for the stair complete now?"),
            line(DAY + 190, "bob", "Yes, with both options. **B** keeps the old stair."),
            line(8, "bob", "Steel trader holds the price until the end of the month. Shall I order?"),
        ],
    },
    Pair {
        people: ["carla", "alice"],
        lines: &[
            line(3 * DAY, "carla", "Boots on Thursday, the yard is under water."),
            line(3 * DAY - 5, "alice", "Thanks!"),
        ],
    },
    Pair {
        people: ["layla", "alice"],
        lines: &[
            line(230, "layla", "صباح الخير! The samples are on your desk."),
            line(226, "alice", "Saw them, beautiful."),
        ],
    },
    Pair {
        people: ["priya", "alice"],
        lines: &[line(DAY + 15, "priya", "Can you take the second half of the interview on Monday?")],
    },
    Pair { people: ["dan", "bob"], lines: &[line(70, "dan", "Your laptop is ready."), line(66, "bob", "Hero.")] },
];

/// Messages that alice has not read yet lie this many minutes back at most.
pub const READ_BEFORE: u64 = 60;
