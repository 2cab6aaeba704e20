//! What `filter` promises.

use super::*;
use crate::kernel::id::{PersonId, RuleId};

const ALICE: PersonId = PersonId::new(1);
const BOB: PersonId = PersonId::new(2);

#[test]
fn a_rule_holds_by_sayer_state_and_words_all_together() {
    let rule = |sayer, state, words: &str| Rule {
        id: RuleId::new(1),
        sayer,
        state,
        words: words.to_owned(),
        deed: Deed::Mail,
    };
    let said = |sayer, text, state| Said { sayer, text, state };
    for (rule, said, holds) in [
        (rule(None, State::Any, ""), said(BOB, "hello", State::Away), true),
        (rule(Some(BOB), State::Any, ""), said(BOB, "hello", State::Busy), true),
        (rule(Some(BOB), State::Any, ""), said(ALICE, "hello", State::Busy), false),
        (rule(None, State::Away, ""), said(BOB, "hello", State::Away), true),
        (rule(None, State::Away, ""), said(BOB, "hello", State::Offline), false),
        (rule(None, State::Any, "invoice, Rechnung"), said(BOB, "die RECHNUNG liegt hier", State::Any), true),
        (rule(None, State::Any, "invoice, Rechnung"), said(BOB, "hello", State::Any), false),
        (rule(None, State::Any, " , ,"), said(BOB, "hello", State::Any), true),
    ] {
        assert_eq!(rule.holds(&said), holds, "{rule:?} {said:?}");
    }
}
