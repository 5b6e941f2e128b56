//! What people do in the console, against both vendors.

mod mending;
