//! X.509 certificates of others (RFC 5280), as far as they are looked at: when they expire, and whose
//! key they hold. That a certificate is to be trusted is said elsewhere, so its signature, names and
//! extensions are passed over.

use der::asn1::{AnyRef, GeneralizedTime, UtcTime};
use der::{Decode, Reader, SliceReader, Tag};

/// What a certificate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Certificate<'a> {
    /// `notAfter`, in seconds since 1970.
    pub(crate) not_after: i64,
    /// `SubjectPublicKeyInfo`, in DER.
    pub(crate) public_key: &'a [u8],
}

impl<'a> Certificate<'a> {
    /// Reads a certificate in DER; none for what is none.
    pub(crate) fn read(der: &'a [u8]) -> Option<Self> {
        let mut reader = SliceReader::new(der).ok()?;
        let read = reader.sequence(|outer| {
            let read = outer.sequence(Self::fields)?;
            skip_rest(outer)?;
            Ok::<_, der::Error>(read)
        });
        read.ok()
    }

    /// `TBSCertificate` (4.1).
    fn fields(reader: &mut SliceReader<'a>) -> der::Result<Self> {
        // The version stands under a tag of its own, and may be missing.
        if matches!(Tag::peek(reader)?, Tag::ContextSpecific { .. }) {
            skip(reader)?;
        }
        for _ in ["serialNumber", "signature", "issuer"] {
            skip(reader)?;
        }
        let not_after = reader.sequence(|validity| {
            skip(validity)?;
            time(validity)
        })?;
        skip(reader)?;
        Tag::peek(reader)?.assert_eq(Tag::Sequence)?;
        let public_key = reader.tlv_bytes()?;
        skip_rest(reader)?;
        Ok(Self {
            not_after,
            public_key,
        })
    }
}

fn skip(reader: &mut SliceReader<'_>) -> der::Result<()> {
    AnyRef::decode(reader).map(drop)
}

fn skip_rest(reader: &mut SliceReader<'_>) -> der::Result<()> {
    reader.drain(reader.remaining_len())
}

/// `Time`: years of two digits are those from 1950 to 2049 (4.1.2.5.1).
fn time(reader: &mut SliceReader<'_>) -> der::Result<i64> {
    let since_1970 = if Tag::peek(reader)? == Tag::UtcTime {
        UtcTime::decode(reader)?.to_unix_duration()
    } else {
        GeneralizedTime::decode(reader)?.to_unix_duration()
    };
    // The library's years end at 9999.
    Ok(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..100)) {
            let _ = Certificate::read(&bytes);
        }
    }

    /// With the parts that are looked at, and as little as there can be of the others.
    #[test]
    fn both_forms_of_time_are_read_with_and_without_a_version() {
        let name = [0x30, 0];
        let key = [0x30, 3, 1, 1, 0xff];
        let with = |version: &[u8], time: &[u8]| {
            let validity = [&[0x17, 13][..], b"260101000000Z", time].concat();
            let fields = [
                version,
                &[2, 1, 1],
                &name,
                &name,
                &[0x30, u8::try_from(validity.len()).unwrap()],
                &validity,
                &name,
                &key,
            ]
            .concat();
            let fields = [&[0x30, u8::try_from(fields.len()).unwrap()], &fields[..]].concat();
            let outer = [&fields[..], &name, &[3, 1, 0]].concat();
            [&[0x30, u8::try_from(outer.len()).unwrap()], &outer[..]].concat()
        };
        let short = [&[0x17, 13][..], b"491231235959Z"].concat();
        let long = [&[0x18, 15][..], b"20500101000000Z"].concat();
        for (version, time, not_after) in [
            (&[0xa0, 3, 2, 1, 2][..], &short, 2_524_607_999),
            (&[], &long, 2_524_608_000),
        ] {
            let der = with(version, time);
            let read = Certificate::read(&der).unwrap();
            assert_eq!((read.not_after, read.public_key), (not_after, &key[..]));
            // Cut off anywhere, it is none.
            for len in 0..der.len() {
                assert_eq!(Certificate::read(&der[..len]), None, "{len}");
            }
        }
    }
}
