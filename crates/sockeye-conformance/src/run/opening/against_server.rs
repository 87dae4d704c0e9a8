//! The suite as a client: its requests, and what a server answers (RFC 6455 §4.2).

use std::time::Duration;

use tokio::time::Instant;

use super::probe::{Probed, probe};
use super::refusal::Refusal;
use super::{Agreed, Settled, Unopened, conclude, send_pieces};
use crate::run::heads::take_head;
use crate::run::line::End;
use crate::run::meeting::Start;
use crate::run::record::Sender;
use crate::run::result::Judgement;
use crate::script::{Agreement, Answer, Check, OpeningScript, Piece, REQUEST};
use crate::wire::{Head, accept};
use crate::{Role, Verdict};

/// Opens a WebSocket with a request that every server must take.
pub(super) async fn open(
    start: &mut Start,
    agreement: Option<&Agreement>,
) -> Result<Option<Agreed>, Unopened> {
    let offer = match agreement {
        Some(agreement) => format!("Sec-WebSocket-Extensions: {}\r\n", agreement.offer),
        None => String::new(),
    };
    let request = format!("{REQUEST}{offer}\r\n");
    send_pieces(start, &[Piece::Send(request.clone().into())]).await;
    let head = match response(start, OPEN_PATIENCE).await {
        Response::Head(head) if head.status() == Some(101) => head,
        Response::Head(head) => {
            let why = format!("the opening handshake was refused: {}", head.start_line);
            return Err(Unopened::Failed(why));
        }
        Response::Ended(_) | Response::Silent | Response::Garbage => {
            return Err(Unopened::Failed(
                "no answer to the opening handshake".into(),
            ));
        }
    };
    let settled = Settled::read(Role::Server, &sent_head(request.as_bytes()), &head)
        .map_err(|why| Unopened::Failed(format!("its 101: {why}")))?;
    match (agreement, settled) {
        (None, _) => Ok(None),
        (Some(_), Settled::Nothing) => {
            let why = "the server does not agree to permessage-deflate";
            Err(Unopened::Unimplemented(why.into()))
        }
        (Some(_), Settled::Unspoken | Settled::Wrong) => {
            Err(Unopened::Failed("an extension of no use".into()))
        }
        (Some(agreement), Settled::Deflate(agreed)) => match agreed.meets(agreement.needs) {
            Ok(()) => Ok(Some(agreed)),
            Err(why) => Err(Unopened::Unimplemented(why)),
        },
    }
}

/// Sends the request of a script and judges the answer.
pub(super) async fn run(script: &OpeningScript, start: &mut Start) -> Judgement {
    if let Some(key) = &script.key {
        start.key.clone_from(key);
    }
    send_pieces(start, &script.pieces).await;
    let (head, given) = match response(start, script.patience).await {
        Response::Head(head) if head.status() == Some(101) => {
            let given = match (
                fault_of_acceptance(&head, &start.key),
                settled(script, &head),
            ) {
                (Some(fault), _) | (None, Err(fault)) => Given::Wrongly(fault),
                (None, Ok(Settled::Unspoken)) => Given::Opened,
                (None, Ok(settled)) => match probe(start, script, settled).await {
                    Probed::Echoed => Given::Opened,
                    Probed::Sent(what) => Given::Wrongly(format!("after its 101 no echo: {what}")),
                    other => Given::Mute(format!("after its 101 no echo: {other:?}")),
                },
            };
            (Some(head), given)
        }
        Response::Head(head) => {
            let given = match Refusal::see(start, &head, asks_for_head(script)).await {
                Ok(refusal) => Given::Refused(refusal),
                Err(fault) => Given::Wrongly(fault),
            };
            (Some(head), given)
        }
        Response::Ended(end) => (None, Given::Ended(end)),
        Response::Silent => (None, Given::Silence),
        Response::Garbage => {
            let why = "it sends what is no HTTP response";
            (None, Given::Wrongly(why.into()))
        }
    };
    judge(script, head.as_ref(), &given)
}

/// What the 101 to a script's request says of extensions.
fn settled(script: &OpeningScript, head: &Head) -> Result<Settled, String> {
    let sent: Vec<_> = script
        .pieces
        .iter()
        .flat_map(Piece::bytes)
        .copied()
        .collect();
    Settled::read(Role::Server, &sent_head(&sent), head).map_err(|why| format!("its 101: {why}"))
}

/// The head that `bytes` begin with; an empty one if they do not.
fn sent_head(bytes: &[u8]) -> Head {
    Head::read(bytes).map(|(head, _)| head).unwrap_or_default()
}

/// Whether the answer has no body whatever its head says (RFC 9110 §9.3.2).
fn asks_for_head(script: &OpeningScript) -> bool {
    matches!(script.pieces.first(), Some(Piece::Send(bytes)) if bytes.starts_with(b"HEAD "))
}

/// What the server did.
#[derive(Debug)]
enum Given {
    Opened,
    /// Its 101 is right, and no echo followed; the words say what did.
    Mute(String),
    Refused(Refusal),
    Ended(End),
    Silence,
    /// Something that no answer may be.
    Wrongly(String),
}

fn judge(script: &OpeningScript, head: Option<&Head>, given: &Given) -> Judgement {
    let words = match given {
        Given::Opened | Given::Mute(_) => "opens the WebSocket".to_owned(),
        Given::Refused(refusal) => refusal.to_string(),
        Given::Ended(End::Eof) => "ends the connection".to_owned(),
        Given::Ended(End::Reset) => "resets the connection".to_owned(),
        Given::Silence => "waits".to_owned(),
        Given::Wrongly(what) => return conclude(script, Verdict::Failed, what, what),
    };
    if let (Some(needs), Some(head)) = (&script.needs, head)
        && let Err(why) = needs.ask(head)
    {
        return conclude(script, Verdict::Unimplemented, why, words);
    }
    if let (Some(check), Some(head)) = (&script.check, head)
        && let Err(why) = check.ask(head)
    {
        return conclude(script, Verdict::Failed, why, words);
    }
    let mut misses = match given {
        Given::Mute(what) => vec![what.clone()],
        _ => Vec::new(),
    };
    for (verdict, reason, answer) in &script.answers {
        match fits(answer, head, given) {
            Ok(true) => return conclude(script, *verdict, *reason, words),
            Ok(false) => {}
            Err(why) => misses.push(why),
        }
    }
    let why = match misses.is_empty() {
        true => format!("it {words}"),
        false => format!("it {words}: {}", misses.join("; ")),
    };
    conclude(script, Verdict::Failed, why, words)
}

/// Whether the answer is the one given; the error is what a check misses.
fn fits(answer: &Answer, head: Option<&Head>, given: &Given) -> Result<bool, String> {
    let asked = |check: &Check| match head.map(|head| check.ask(head)) {
        Some(Ok(())) => Ok(true),
        Some(Err(why)) => Err(why),
        None => Ok(false),
    };
    let is_among = |statuses: &[u16], status: &u16| match statuses {
        [] => (400..600).contains(status),
        statuses => statuses.contains(status),
    };
    match (answer, given) {
        (Answer::Opens, Given::Opened) => Ok(true),
        (Answer::Upgrades, Given::Opened | Given::Mute(_)) => Ok(true),
        (Answer::OpensWith(check), Given::Opened) => asked(check),
        (Answer::Responds, Given::Refused(refusal)) => Ok(refusal.status >= 200),
        (Answer::RespondsWell, Given::Refused(refusal)) => match &refusal.fault {
            None => Ok(refusal.status >= 200),
            Some(fault) => Err(fault.clone()),
        },
        (Answer::Refuses(statuses), Given::Refused(refusal)) => {
            Ok(is_among(statuses, &refusal.status))
        }
        (Answer::RefusesOnce(statuses), Given::Refused(refusal)) => {
            Ok(is_among(statuses, &refusal.status) && refusal.is_last)
        }
        (Answer::RefusesWith(statuses, check), Given::Refused(refusal)) => {
            match is_among(statuses, &refusal.status) {
                true => asked(check),
                false => Ok(false),
            }
        }
        (Answer::Ends, Given::Ended(_)) | (Answer::Waits, Given::Silence) => Ok(true),
        _ => Ok(false),
    }
}

enum Response {
    Head(Head),
    Ended(End),
    Silent,
    /// Bytes that begin no HTTP response, and then the end.
    Garbage,
}

/// Waits for the head of a final response, or of a 101; other interim ones may come before it
/// (RFC 9110 §15.2).
async fn response(start: &mut Start, patience: Duration) -> Response {
    let deadline = Instant::now() + patience;
    let mut n_interim = 0;
    loop {
        if let Some(head) = take_head(&mut start.line) {
            match head.status() {
                Some(100 | 102..200) if n_interim < MAX_INTERIM => {
                    n_interim += 1;
                    continue;
                }
                Some(100 | 102..200) => start.line.give_up(),
                Some(_) | None => return Response::Head(head),
            }
        }
        if start.line.received.len() > MAX_HEAD_BYTES {
            start.line.give_up();
        }
        if let Some(end) = start.line.end {
            let rest = std::mem::take(&mut start.line.received);
            if !rest.is_empty() {
                let what = || "part of a head".to_owned();
                start.line.record.bytes(Sender::Subject, &rest, what);
            }
            return match rest.is_empty() || rest.starts_with(b"HTTP/") {
                true => Response::Ended(end),
                false => Response::Garbage,
            };
        }
        if !start.line.receive_until(deadline).await {
            start.line.record.note("no answer in time");
            return Response::Silent;
        }
    }
}

/// What is wrong with a 101, whatever the case is about (RFC 6455 §4.2.2).
fn fault_of_acceptance(head: &Head, key: &str) -> Option<String> {
    let accepts: Vec<_> = head.values("Sec-WebSocket-Accept").collect();
    if let Some(fault) = head.faults.first() {
        Some(format!("its 101 has {fault}"))
    } else if !head.start_line.starts_with("HTTP/1.1 101") {
        Some(format!("its status line is {:?}", head.start_line))
    } else if !head.has_token("Upgrade", "websocket") {
        Some("its 101 has no `Upgrade: websocket`".into())
    } else if !head.has_token("Connection", "Upgrade") {
        Some("its 101 has no `Connection: Upgrade`".into())
    } else if accepts != [accept(key)] {
        Some(format!("its 101 has the accept values {accepts:?}"))
    } else {
        None
    }
}

const OPEN_PATIENCE: Duration = Duration::from_secs(10);

/// Interim responses before the final one; more of them have no end.
const MAX_INTERIM: usize = 100;

/// Far more than a head has: it is looked for its end again each time more has come.
const MAX_HEAD_BYTES: usize = 1 << 20;
