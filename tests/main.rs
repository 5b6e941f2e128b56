//! The one integration-test binary: stories end to end, faults, conformance, and the shape of the tree.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod complaints;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod forge;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod tree;

#[cfg(test)]
use lockstep_tests::world;
