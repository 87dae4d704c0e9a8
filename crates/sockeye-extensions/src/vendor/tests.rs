//! An extension under another name: the same in all but the name.

use alloc::string::ToString;
use alloc::vec;

use super::*;
use crate::chain::Chain;
use crate::extension::Compress;
use crate::testing::{WHOLE, WHOLE_TO_SEND};

/// Writes down how it is used.
#[derive(Debug, Default)]
struct Recorder {
    calls: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Recorder {
    fn record(&self, call: &str) {
        self.calls.lock().expect("one thread").push(call.into());
    }
}

impl Extension for Recorder {
    fn name(&self) -> &str {
        "recorder"
    }

    fn rsv(&self) -> Rsv {
        Rsv::RSV3
    }

    fn begin_frame(&mut self, frame: &FrameStart) -> Result<bool, DecodeError> {
        self.record(&alloc::format!("begin_frame {:?}", frame.rsv));
        Ok(true)
    }

    fn decode(
        &mut self,
        payload: &[u8],
        end_of_frame: bool,
        max_bytes: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        self.record(&alloc::format!("decode {end_of_frame} {max_bytes}"));
        out.extend_from_slice(payload);
        Ok(())
    }

    fn encode(
        &mut self,
        frame: &FrameToSend,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        self.record(&alloc::format!("encode {:?}", frame.compress));
        out.extend_from_slice(payload);
        Ok(Some(Rsv::RSV3))
    }

    fn alone_key(&self) -> Option<u64> {
        Some(47)
    }

    fn pass_alone(&mut self) {
        self.record("pass_alone");
    }

    fn release_idle(&mut self) {
        self.record("release_idle");
    }
}

#[test]
fn every_call_reaches_the_extension() {
    let recorder = Recorder::default();
    let calls = recorder.calls.clone();
    let mut chain = Chain::default();
    let pushed = chain.push(boxed_as("x-vendor-recorder", Box::new(recorder)));
    assert_eq!(pushed, Ok(()));
    assert_eq!(chain.rsv(), Rsv::RSV3);
    assert_eq!(chain.alone_key(), Some(("x-vendor-recorder", 47)));

    let received = FrameStart {
        rsv: Rsv::RSV3,
        ..WHOLE
    };
    let to_send = FrameToSend {
        compress: Compress::Never,
        ..WHOLE_TO_SEND
    };
    let mut out = vec![];
    assert_eq!(chain.begin_frame(&received), Ok(true));
    assert_eq!(chain.decode(b"in ", true, 7, &mut out), Ok(()));
    assert_eq!(
        chain.encode(&to_send, b"out", &mut out),
        Ok(Some(Rsv::RSV3))
    );
    assert_eq!(out, b"in out");
    chain.pass_alone();
    chain.release_idle();
    assert_eq!(
        *calls.lock().expect("one thread"),
        [
            alloc::format!("begin_frame {:?}", Rsv::RSV3),
            "decode true 7".to_string(),
            "encode Never".to_string(),
            "pass_alone".to_string(),
            "release_idle".to_string(),
        ]
    );
}

/// Answers whatever is offered, and claims no bit that could conflict.
#[derive(Debug)]
struct Unmarked;

impl Extension for Unmarked {
    fn name(&self) -> &str {
        "unmarked"
    }

    fn rsv(&self) -> Rsv {
        Rsv::NONE
    }

    fn begin_frame(&mut self, _frame: &FrameStart) -> Result<bool, DecodeError> {
        Ok(false)
    }

    fn decode(
        &mut self,
        _payload: &[u8],
        _end_of_frame: bool,
        _max_bytes: usize,
        _out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        Ok(())
    }

    fn encode(
        &mut self,
        _frame: &FrameToSend,
        _payload: &[u8],
        _out: &mut Vec<u8>,
    ) -> Result<Option<Rsv>, EncodeError> {
        Ok(None)
    }
}

impl ServerExtension for Unmarked {
    fn name(&self) -> &str {
        "unmarked"
    }

    fn negotiate(&self, offer: &Offer) -> Option<(Offer, Box<dyn Extension>)> {
        assert_eq!(offer.name(), "unmarked", "shown a name that is not its own");
        Some((offer.clone(), Box::new(Self)))
    }
}

#[test]
fn without_bits_too_two_names_make_one_extension() {
    let extension: Arc<dyn ServerExtension> = Arc::new(Unmarked);
    let prefixed: Arc<dyn ServerExtension> = Arc::new(Prefixed {
        extension: extension.clone(),
        names: vec!["x-a-unmarked".into()],
    });
    let offers = [Offer::new("x-a-unmarked").flag("b"), Offer::new("unmarked")];
    // Also when somebody adds it plain beside.
    for known in [&[prefixed.clone()][..], &[prefixed, extension]] {
        let (answer, chain) = crate::negotiate(known, &offers);
        assert_eq!(answer, offers[..1]);
        assert!(chain.names().eq(["x-a-unmarked"]));
    }
}
