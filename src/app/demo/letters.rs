//! The letters of the demo, oldest first. Everything in them is made up.

/// One letter. People of the office go by their log-in names.
pub struct Letter {
    pub id: &'static str,
    pub answers: &'static str,
    pub from: &'static str,
    pub to: &'static [&'static str],
    pub subject: &'static str,
    pub text: &'static str,
    pub html: &'static str,
    pub files: &'static [(&'static str, &'static str, &'static [u8])],
}

const fn letter(
    id: &'static str,
    from: &'static str,
    to: &'static [&'static str],
    subject: &'static str,
    text: &'static str,
) -> Letter {
    Letter { id, answers: "", from, to, subject, text, html: "", files: &[] }
}

const fn answer(
    id: &'static str,
    answers: &'static str,
    from: &'static str,
    to: &'static [&'static str],
    subject: &'static str,
    text: &'static str,
) -> Letter {
    Letter { id, answers, from, to, subject, text, html: "", files: &[] }
}

/// Everything that lies in the inboxes.
pub const ALL: &[Letter] = &[
    letter("talk-1", "priya", &["alice"], "Draft of the talk in Copenhagen", "Hi Alice,\n\nslides 1–14 are fine; I would cut the history part and show the joint detail twice as long.\n\nPriya"),
    answer("talk-2", "talk-1", "carla", &["alice", "priya"], "Re: Draft of the talk in Copenhagen", "Agreed, and the last picture should be the stair in evening light.\n\n> slides 1–14 are fine; I would cut the history part\n\nCarla"),
    letter("brick-1", "Norddeutsche Ziegelwerke <versand@ziegelwerke.example>", &["bob", "alice"], "Musterlieferung KW 48", "Sehr geehrte Damen und Herren,\n\ndie Lieferung erfolgt frei Bordsteinkante am Dienstag zwischen 7 und 9 Uhr.\n\nMit freundlichen Grüßen\nNorddeutsche Ziegelwerke"),
    letter("printer-1", "dan", &["team"], "Printer on the second floor", "It works again. It was the cable, of course.\n\nDan"),
    letter("minutes-1", "carla", &["alice", "bob", "yuki"], "Protokoll der Baubesprechung Nr. 12", "Liebe alle,\n\nBeschlüsse, offene Punkte und Verantwortliche unten – bitte bis morgen gegenlesen.\n\n1. Fenster Nordseite: Angebot liegt vor (Bob)\n2. Geländer: Muster am Freitag (Yuki)\n3. Aufzug: Entscheidung vertagt\n\nCarla"),
    Letter {
        id: "roof-1",
        answers: "",
        from: "bob",
        to: &["alice", "carla"],
        subject: "Photos of the roof",
        text: "From this morning; the north gutter is the worst.\n\nBob",
        html: "",
        files: &[("north-gutter.png", "image/png", include_bytes!("north-gutter.png"))],
    },
    letter("account-1", "accounts.receivable.department@very-long-subsidiary-name.holding.example", &["alice"], "Statement of account October", "Please find the statement for your records in the customer area.\n\nThis mailbox is not read."),
    letter("lunch-1", "eszter", &["team"], "Lunch list for the Christmas party 🍽️", "31 answers so far, four vegan, one without nuts. Who is missing?\n\nEszter"),
    letter("interview-1", "priya", &["alice"], "Interview on Monday – can you take the second half?", "She has a portfolio with two timber towers, worth an hour. I have to leave at three.\n\nPriya"),
    answer("interview-2", "interview-1", "dan", &["alice", "priya"], "Re: Interview on Monday – can you take the second half?", "The small room is booked for you until four.\n\nDan"),
    Letter {
        id: "invoice-1",
        answers: "",
        from: "Tomás Ó Briain <tomas@obriain-surveying.example>",
        to: &["alice", "dan"],
        subject: "Invoice 2026-1187",
        text: "Hello,\n\nthanks for the quick work. Payment within 14 days as always.\n\nTomás",
        html: "",
        files: &[("invoice-2026-1187.txt", "text/plain", b"Invoice 2026-1187\r\n\r\nSurvey of the plot Hafenstrasse 12   1,840.00 EUR\r\nVAT 19 %                                349.60 EUR\r\nTotal                                 2,189.60 EUR\r\n")],
    },
    letter("parking-1", "yuki", &["alice", "carla"], "Parking spaces in the courtyard", "Twelve would be possible if the bicycle shelter moves to the north wall. Is that fixed?\n\nYuki"),
    answer("parking-2", "parking-1", "carla", &["yuki", "alice"], "Re: Parking spaces in the courtyard", "Not fixed. The fire brigade wants five metres there, the rest is ours.\n\nCarla"),
    letter("law-1", "\"Dr. Hans-Joachim Müller-Lüdenscheidt\" <hans-joachim.mueller-luedenscheidt@ingenieurbuero-fuer-tragwerksplanung.example>", &["alice"], "Re: Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung", "Kurz gesagt: wir brauchen sie nicht.\n\nBeste Grüße\nH.-J. M.-L.\n\n-- \nIngenieurbüro für Tragwerksplanung"),
    letter("samples-1", "layla", &["alice", "bob"], "Samples have arrived 🎉", "The terracotta is warmer than on the photos, come and see before Friday.\n\nLayla"),
    letter("permit-1", "Amt für Bauordnung und Denkmalpflege <bauordnung@stadt.example>", &["alice"], "Aktenzeichen 63-2026-00418: Nachforderung Brandschutznachweis gemäß Bauvorlagenverordnung", "Sehr geehrte Damen und Herren,\n\nzu Ihrem Antrag fehlen noch die folgenden Unterlagen:\n\n- Brandschutznachweis, zweifach\n- Feuerwehraufstellflächenplan\n\nBitte reichen Sie diese bis zum 4. Dezember nach.\n\nIm Auftrag\nSchröder"),
    Letter {
        id: "agenda-1",
        answers: "",
        from: "carla",
        to: &["alice", "bob"],
        subject: "Site meeting Thursday: agenda",
        text: "Dear all,\n\nwe meet at 09:00 at the container – bring boots.\n\nFire doors (Bob, 20 min), façade grid (Alice, 40 min), lift supplier (Carla, 20 min).\n\nCarla",
        html: "<h1>Agenda for Thursday</h1><p>Dear all,</p><p>we meet at <b>09:00</b> at the container – bring boots, the yard is still wet. Three points, one hour and a half at most:</p><table><tr><th>Point</th><th>Who</th><th align=\"right\">Minutes</th></tr><tr><td>Fire doors, second floor</td><td>Bob</td><td align=\"right\">20</td></tr><tr><td>Change of the façade grid (1.35 m → 1.25 m)</td><td>Alice</td><td align=\"right\">40</td></tr><tr><td>Lift supplier: last two offers</td><td>Carla</td><td align=\"right\">20</td></tr></table><p>The older plans are in <a href=\"https://plans.bergmann-roth.example/hafenstrasse-12\">our folder</a>. <img src=\"https://plans.bergmann-roth.example/seal.png\" alt=\"\"></p><p>Carla</p>",
        files: &[],
    },
    letter("offer-1", "bob", &["alice"], "Angebot für das neue Büro – bitte bis Freitag prüfen", "Hi Alice,\n\nas promised the offer with the two options we talked about. Option B keeps the old stair.\n\nBob"),
    answer("offer-2", "offer-1", "Stahlhandel Rhein <angebote@stahlhandel-rhein.example>", &["alice", "bob"], "Re: Angebot für das neue Büro – bitte bis Freitag prüfen", "Guten Tag,\n\nder Preis für Option B gilt bis Monatsende: https://stahlhandel-rhein.example/angebot/4711\n\nStahlhandel Rhein"),
    answer("offer-3", "offer-2", "bob", &["alice"], "Re: Angebot für das neue Büro – bitte bis Freitag prüfen", "That is a good price. I would take it.\n\nBob"),
];
