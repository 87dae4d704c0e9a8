use super::MaskKey;

#[test]
fn the_example_of_the_rfc() {
    // RFC 6455 §5.7: a single-frame masked text message "Hello"
    let mut data = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
    MaskKey::from([0x37, 0xfa, 0x21, 0x3d]).apply(0, &mut data);
    assert_eq!(&data, b"Hello");
}
