//! What people do in the console, against both vendors.

mod mending;
mod setting_up;
