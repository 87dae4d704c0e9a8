//! The suite as a server: its answers to a client's request, and what the client makes of them
//! (RFC 6455 §4.1).

use super::probe::{Probed, probe};
use super::{Agreed, Unopened, conclude, send_pieces};
use crate::run::meeting::Start;
use crate::run::result::Judgement;
use crate::script::{Agreement, Answer, OpeningScript, Piece};
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
    let response = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Accept: %ACCEPT%\r\n{answer}\r\n"
    );
    send_pieces(start, &[Piece::Send(response.into())]).await;
    Ok(agreed.map(|(_, agreed)| agreed))
}

/// Chooses among what the client has offered.
fn agree(start: &Start, agreement: &Agreement) -> Result<(String, Agreed), Unopened> {
    let offers = start
        .request
        .as_ref()
        .map(|request| request.list("Sec-WebSocket-Extensions"))
        .unwrap_or_default();
    let unimplemented = |why: &str| Err(Unopened::Unimplemented(why.into()));
    let mut ours = offers
        .iter()
        .filter(|offer| offer.split(';').next().map(str::trim) == Some("permessage-deflate"));
    let Some(offer) = ours.next() else {
        return unimplemented("the client does not offer permessage-deflate");
    };
    // RFC 7692 §7.1.2.2: a server must not limit the window of a client that did not offer it.
    let limits_client = agreement.answer.contains("client_max_window_bits");
    if limits_client && !offer.contains("client_max_window_bits") {
        return unimplemented("the client does not offer client_max_window_bits");
    }
    let extension = match agreement.answer {
        "" => "permessage-deflate".to_owned(),
        parameters => format!("permessage-deflate; {parameters}"),
    };
    let agreed = Agreed::read(Role::Client, &extension)
        .ok_or_else(|| Unopened::Failed(format!("the suite's own answer {extension:?}")))?;
    Ok((extension, agreed))
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
    let probed = probe(start, script.is_quiet, script.patience).await;
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
            Answer::Opens => matches!(probed, Probed::Echoed),
            Answer::OpensWith(check) => {
                let request = start.request.as_ref();
                let passes = request.is_none_or(|request| check.ask(request).is_ok());
                passes && matches!(probed, Probed::Echoed)
            }
            Answer::Closes => matches!(probed, Probed::Closed(_)),
            Answer::Ends
            | Answer::Refuses(_)
            | Answer::RefusesOnce(_)
            | Answer::RefusesWith(..) => matches!(probed, Probed::Ended),
            Answer::Waits => matches!(probed, Probed::Silent),
        };
        if fits {
            return conclude(script, *verdict, *reason, words);
        }
    }
    conclude(script, Verdict::Failed, format!("it {words}"), words)
}
