//! What people do in the console, against both vendors.

mod mending;
mod provider;
mod remote;
mod setting_up;
