//! An extension under another name: the same in all but the name.

use alloc::vec;

use sockeye_frame::Rsv;

use super::*;
use crate::extension::{DecodeError, EncodeError, FrameStart, FrameToSend};

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

impl ClientExtension for Unmarked {
    fn name(&self) -> &str {
        "unmarked"
    }

    fn offers(&self) -> Vec<Offer> {
        vec![Offer::new("unmarked")]
    }

    fn accept(&self, answer: &Offer) -> Result<Box<dyn Extension>, NegotiationError> {
        assert_eq!(
            answer.name(),
            "unmarked",
            "shown a name that is not its own"
        );
        Ok(Box::new(Self))
    }
}

#[test]
fn a_client_goes_by_its_own_name_and_is_shown_no_other() {
    for names in [&["x-a-unmarked"][..], &["x-a-unmarked", "x-b-unmarked"]] {
        let extension: Arc<dyn ClientExtension> = Arc::new(Unmarked);
        let prefixed = Prefixed {
            extension,
            names: names.iter().map(|&name| name.into()).collect(),
        };
        assert_eq!(prefixed.name(), "unmarked");
        for &name in names.iter().chain(&["unmarked"]) {
            assert!(prefixed.accept(&Offer::new(name)).is_ok());
        }
    }
}

#[test]
fn what_says_nothing_of_messages_encoded_alone_allows_none() {
    assert_eq!(Unmarked.alone_key(), None);
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
