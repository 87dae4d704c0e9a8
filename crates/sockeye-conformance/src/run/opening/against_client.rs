//! The suite as a server: its answers to a client's request, and what the client makes of them
//! (RFC 6455 §4.1).

use super::agreed::FIELD;
use super::probe::{Probed, probe};
use super::{Agreed, Settled, Unopened, conclude, send_pieces};
use crate::run::meeting::Start;
use crate::run::result::Judgement;
use crate::script::{Agreement, Answer, OpeningScript, Piece, RESPONSE};
use crate::wire::{Extension, Head, Parameters};
use crate::{Role, Verdict};

/// Answers the client's request as every client must take it.
pub(super) async fn open(
    start: &mut Start,
    agreement: Option<&Agreement>,
) -> Result<Option<Agreed>, Unopened> {
    let agreed = match agreement {
        Some(agreement) => Some(agree(start, agreement)?),
        None => None,
    };
    let answer = match &agreed {
        Some((extension, _)) => format!("Sec-WebSocket-Extensions: {extension}\r\n"),
        None => String::new(),
    };
    let response = format!("{RESPONSE}{answer}\r\n");
    send_pieces(start, &[Piece::Send(response.into())]).await;
    Ok(agreed.map(|(_, agreed)| agreed))
}

/// Chooses among what the client has offered.
fn agree(start: &Start, agreement: &Agreement) -> Result<(String, Agreed), Unopened> {
    let request = start.request.clone().unwrap_or_default();
    let offers = Extension::read_all(request.values(FIELD))
        .map_err(|why| Unopened::Failed(format!("its offers: {why}")))?;
    let mut ours = Vec::new();
    for offer in offers.iter().filter(|offer| offer.name == Parameters::NAME) {
        let why = |why| Unopened::Failed(format!("its offer: {why}"));
        ours.push(Parameters::of_offer(offer).map_err(why)?);
    }
    let mut why = match ours.is_empty() {
        true => "the client does not offer permessage-deflate".to_owned(),
        false => String::new(),
    };
    for answer in agreement.answer.split(',') {
        for offer in &ours {
            let answer = answer_to(offer, answer.trim());
            let head = Head {
                fields: vec![(FIELD.to_owned(), answer.clone())],
                ..Head::default()
            };
            match Settled::read(Role::Client, &request, &head) {
                Ok(Settled::Deflate(agreed)) => match agreed.meets(agreement.needs) {
                    Ok(()) => return Ok((answer, agreed)),
                    Err(missing) => why = missing,
                },
                Ok(Settled::Nothing | Settled::Unspoken | Settled::Wrong) => {}
                Err(fault) => why = fault,
            }
        }
    }
    Err(Unopened::Unimplemented(why))
}

/// `parameters` as an answer, with what the offer demands of the server.
fn answer_to(offer: &Parameters, parameters: &str) -> String {
    let mut answer = Parameters::NAME.to_owned();
    if !parameters.is_empty() {
        answer += "; ";
        answer += parameters;
    }
    if offer.server_no_context_takeover && !answer.contains("server_no_context_takeover") {
        answer += "; server_no_context_takeover";
    }
    if let Some(bits) = offer.server_max_window_bits
        && !answer.contains("server_max_window_bits")
    {
        answer += &format!("; server_max_window_bits={bits}");
    }
    answer
}

/// Sends the response of a script and judges what the client makes of it.
pub(super) async fn run(script: &OpeningScript, start: &mut Start) -> Judgement {
    if let Some(request) = &start.request {
        let words = request.start_line.clone();
        if let Some(needs) = &script.needs
            && let Err(why) = needs.ask(request)
        {
            return conclude(script, Verdict::Unimplemented, why, words);
        }
        if let Some(check) = &script.check
            && let Err(why) = check.ask(request)
        {
            return conclude(script, Verdict::Failed, why, words);
        }
    }
    send_pieces(start, &script.pieces).await;
    let settled = settled(script, start);
    let probed = probe(start, script, settled).await;
    let words = match &probed {
        Probed::Echoed => "opens the WebSocket".to_owned(),
        Probed::Ended => "ends the connection".to_owned(),
        Probed::Closed(Some(code)) => format!("opens the WebSocket and closes it with {code}"),
        Probed::Closed(None) => "opens the WebSocket and closes it".to_owned(),
        Probed::Sent(what) => format!("sends frames: {what}"),
        Probed::Silent => "waits".to_owned(),
    };
    for (verdict, reason, answer) in &script.answers {
        let fits = match answer {
            Answer::Opens | Answer::Upgrades => matches!(probed, Probed::Echoed),
            Answer::OpensWith(check) => {
                let request = start.request.as_ref();
                let passes = request.is_none_or(|request| check.ask(request).is_ok());
                passes && matches!(probed, Probed::Echoed)
            }
            Answer::Closes => matches!(probed, Probed::Closed(_)),
            Answer::Ends
            | Answer::Refuses(_)
            | Answer::RefusesOnce(_)
            | Answer::RefusesWith(..)
            | Answer::Responds
            | Answer::RespondsWell => matches!(probed, Probed::Ended),
            Answer::Waits => matches!(probed, Probed::Silent),
        };
        if fits {
            return conclude(script, *verdict, *reason, words);
        }
    }
    conclude(script, Verdict::Failed, format!("it {words}"), words)
}

/// What the script's response says of extensions.
fn settled(script: &OpeningScript, start: &Start) -> Settled {
    let sent: Vec<_> = script
        .pieces
        .iter()
        .flat_map(Piece::bytes)
        .copied()
        .collect();
    let answer = Head::read(&sent).map(|(head, _)| head).unwrap_or_default();
    let request = start.request.clone().unwrap_or_default();
    Settled::read(Role::Client, &request, &answer).unwrap_or(Settled::Wrong)
}
