#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::fuzzing;

fuzz_target!(|bytes: &[u8]| {
    if let Err(breach) = fuzzing::saml_response(bytes) {
        panic!("{breach}");
    }
});
