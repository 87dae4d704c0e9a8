//! Runs a script of frames: its steps, then the end of the connection.

use std::time::Duration;

use tokio::time::Instant;

use super::inbox::{Close, Inbox};
use super::judge::{First, Seen, judge};
use super::line::Line;
use super::meeting::Start;
use super::opening::{Unopened, open};
use super::record::describe_frames;
use super::result::Judgement;
use crate::Verdict;
use crate::script::{Ending, Event, FrameScript, Help, Message, Series, Step, binary, text};
use crate::wire::{Deflater, Pen};

/// Opens the connection, does the steps, ends the connection, and judges.
pub(crate) async fn run(script: &FrameScript, start: &mut Start) -> Judgement {
    let pen = Pen::against(start.subject);
    start.line.be_patient(script.patience);
    let agreed = match open(start, script.agreement.as_ref()).await {
        Ok(agreed) => agreed,
        Err(Unopened::Unimplemented(why)) => return Judgement::new(Verdict::Unimplemented, why),
        Err(Unopened::Failed(why)) => return Judgement::failed(why),
    };
    let inflater = agreed.map(|agreed| agreed.inflater());
    let mut play = Play {
        script,
        pen,
        line: &mut start.line,
        inbox: Inbox::new(start.subject, inflater),
        deflater: agreed.map(|agreed| agreed.deflater()),
        is_silent: false,
    };
    play.inbox.merges_repeats = script.merges_repeats;
    play.inbox.take(play.line);
    for step in &script.steps {
        play.step(step).await;
        if play.is_silent {
            break;
        }
    }
    let first = play.end().await;
    let seen = Seen {
        subject: start.subject,
        events: play.inbox.events,
        close: play.inbox.close,
        end: start.line.end,
        first,
        is_helped: script.help == Help::Whole,
    };
    judge(script, &seen)
}

struct Play<'a> {
    script: &'a FrameScript,
    pen: Pen,
    line: &'a mut Line,
    inbox: Inbox,
    deflater: Option<Deflater>,
    /// Whether the subject has been waited for in vain.
    is_silent: bool,
}

impl Play<'_> {
    async fn step(&mut self, step: &Step) {
        match step {
            Step::Send(bytes) => self.line.send(bytes, || describe_frames(bytes)).await,
            Step::Chop(bytes, piece_bytes) => {
                let what = || format!("{}, in pieces of {piece_bytes}", describe_frames(bytes));
                self.line.chop(bytes, *piece_bytes, what).await;
            }
            Step::Flood(bytes, n_times) => self.line.repeat(bytes, *n_times, false).await,
            Step::Repeat(bytes, n_times) => self.line.repeat(bytes, *n_times, true).await,
            Step::Message(message) => {
                let bytes = self.encode(message);
                self.line.send(&bytes, || describe_frames(&bytes)).await;
            }
            Step::Series(series) => self.series(series).await,
            Step::Await(n_events) => self.await_events(*n_events).await,
            Step::Pause(duration) => self.pause(*duration).await,
            Step::StillOpen => {
                if !self.is_ending() {
                    self.inbox.events.push(Event::StillOpen);
                    self.line.record.note("still open");
                }
            }
            Step::HalfClose => self.line.half_close().await,
            Step::Reset => self.line.reset(),
        }
        self.inbox.take(self.line);
    }

    /// A message as frames, encoded by the extension unless it is to be plain.
    fn encode(&mut self, message: &Message) -> Vec<u8> {
        let (rsv1, payload) = match &mut self.deflater {
            Some(deflater) if !message.is_plain => (0x40, deflater.message(&message.payload)),
            Some(_) | None => (0, message.payload.clone()),
        };
        let opcode = if message.is_text { 0x1 } else { 0x2 };
        if message.max_fragment_bytes == 0 || payload.len() <= message.max_fragment_bytes {
            return self.pen.frame(0x80 | rsv1 | opcode, &payload);
        }
        let mut bytes = Vec::new();
        let n_fragments = payload.len().div_ceil(message.max_fragment_bytes);
        for (index, fragment) in payload.chunks(message.max_fragment_bytes).enumerate() {
            let start = if index == 0 { rsv1 | opcode } else { 0 };
            let fin = if index + 1 == n_fragments { 0x80 } else { 0 };
            bytes.extend(self.pen.frame(fin | start, fragment));
        }
        bytes
    }

    /// Sends messages one by one, up to the first whose echo is wrong.
    async fn series(&mut self, series: &Series) {
        for index in 0..series.n_messages {
            let message = Message {
                is_text: series.is_text,
                payload: (series.payload)(index),
                max_fragment_bytes: series.max_fragment_bytes,
                is_plain: false,
            };
            let bytes = self.encode(&message);
            // The echo may come while the message is still being sent.
            let n_before = self.inbox.events.len();
            self.line.send(&bytes, || describe_frames(&bytes)).await;
            self.inbox.take(self.line);
            // A series may take longer than a subject waits for its pongs. Other scripts are shorter,
            // and may be amid a frame.
            for payload in std::mem::take(&mut self.inbox.pings) {
                let pong = self.pen.pong(payload);
                self.line.send(&pong, || describe_frames(&pong)).await;
            }
            self.await_events(n_before + 1).await;
            let wanted = match series.is_text {
                true => text(&message.payload),
                false => binary(&message.payload),
            };
            match self.inbox.events.get(n_before) {
                Some(seen) if *seen == wanted => {
                    self.inbox.events.remove(n_before);
                }
                Some(Event::Violation(_)) => return,
                Some(seen) => {
                    let what = format!("message {}: {seen} in the place of {wanted}", index + 1);
                    return self.inbox.events.push(Event::Violation(what));
                }
                None => {
                    let what = format!("message {}: {wanted} did not come", index + 1);
                    return self.inbox.events.push(Event::Violation(what));
                }
            }
        }
    }

    async fn await_events(&mut self, n_events: usize) {
        while self.inbox.events.len() < n_events && !self.is_ending() {
            if !self.line.receive(self.script.patience).await {
                self.is_silent = true;
                return;
            }
            self.inbox.take(self.line);
        }
    }

    /// Waits while receiving; a pause in which the subject ends TCP is over.
    async fn pause(&mut self, duration: Duration) {
        let deadline = Instant::now() + duration;
        // Behind its Close too: what it still sends is against the rules.
        while self.line.end.is_none() && self.line.receive_until(deadline).await {
            self.inbox.take(self.line);
        }
    }

    fn is_ending(&self) -> bool {
        self.inbox.close.is_some() || self.line.end.is_some()
    }

    /// Brings the connection to its end, and says who began it.
    async fn end(&mut self) -> First {
        let mut alternatives = self.script.alternatives.iter();
        let script_closes = alternatives.any(|alternative| {
            matches!(
                alternative.ending,
                Ending::Answers(_) | Ending::Echoes(_) | Ending::Refuses(_) | Ending::Undefined
            )
        });
        let first = match script_closes {
            true => First::Suite,
            false if self.is_silent => First::Patience,
            false => self.wait_for_events().await,
        };
        let has_sent_close = script_closes || first != First::Subject;
        if !script_closes && has_sent_close {
            self.send_close(1000).await;
        }
        let patience = match first {
            First::Patience => self.script.patience.min(LAST_PATIENCE),
            First::Suite | First::Subject => self.script.patience,
        };
        self.wait_for_close(patience).await;
        if !has_sent_close
            && self.script.help != Help::Nothing
            && let Some(Close { code, .. }) = self.inbox.close
        {
            self.send_close(code.unwrap_or(1000)).await;
        }
        match self.is_ending() {
            true => self.wait_for_end().await,
            false => self.line.record.note("the suite has to end the connection"),
        }
        first
    }

    /// Waits until the subject ends the connection, or has done what lets the suite close it.
    async fn wait_for_events(&mut self) -> First {
        loop {
            if self.is_ending() {
                return First::Subject;
            }
            if self.may_close() || self.is_decided() {
                return First::Suite;
            }
            if !self.line.receive(self.script.patience).await {
                let seconds = self.script.patience.as_secs_f32();
                self.line.record.note(format!("nothing for {seconds} s"));
                return First::Patience;
            }
            self.inbox.take(self.line);
        }
    }

    /// Whether the events so far are all that an alternative expects before a normal close, and
    /// not the beginning of what a better one expects.
    fn may_close(&self) -> bool {
        let events = &self.inbox.events;
        for alternative in &self.script.alternatives {
            if alternative.events == *events {
                return matches!(alternative.ending, Ending::Normal);
            }
            if alternative.events.starts_with(events) {
                return false;
            }
        }
        false
    }

    /// Whether no alternative can fit any more, whatever comes.
    fn is_decided(&self) -> bool {
        let mut alternatives = self.script.alternatives.iter();
        !alternatives.any(|alternative| alternative.events.starts_with(&self.inbox.events))
    }

    async fn send_close(&mut self, code: u16) {
        let bytes = self.pen.close(code, "");
        self.line.send(&bytes, || describe_frames(&bytes)).await;
        // The answer may have come while it was being sent.
        self.inbox.take(self.line);
    }

    async fn wait_for_close(&mut self, patience: Duration) {
        while !self.is_ending() && self.line.receive(patience).await {
            self.inbox.take(self.line);
        }
    }

    /// Waits for the end of TCP; against a client the suite, being the server, ends it first.
    async fn wait_for_end(&mut self) {
        let is_helped = self.script.help == Help::Whole;
        if is_helped && self.line.end.is_none() {
            match self.inbox.close {
                Some(_) if self.pen.is_server() => self.line.half_close().await,
                Some(_) | None => {}
            }
        }
        let patience = match is_helped {
            true => END_PATIENCE,
            false => UNHELPED_END_PATIENCE,
        };
        let deadline = Instant::now() + patience;
        while self.line.end.is_none() {
            if !self.line.receive_until(deadline).await {
                self.line.record.note("the suite has to end the connection");
                return;
            }
            self.inbox.take(self.line);
        }
        self.inbox.take(self.line);
    }
}

/// How long a subject that has been silent may take to answer a Close.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// How long a subject may take from its Close to the end of TCP: Python's `websockets` takes up
/// to 10 s when it waits in vain.
const END_PATIENCE: Duration = Duration::from_secs(12);

/// The same, when the suite does not do its part of the ending.
const UNHELPED_END_PATIENCE: Duration = Duration::from_secs(22);
