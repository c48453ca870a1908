//! Who sends the mails of threat protection in a secondary Region.
//!
//! SetRiskConfiguration, API reference: SourceArn and From of NotifyConfiguration are all that can
//! change there, and the other members must be given as they are (documented).
