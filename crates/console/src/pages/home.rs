//! Home: in five seconds, whether all is in step, how late, what needs somebody, and what is left.

use askama::Template;

use crate::view::{Answer, Shell, page as draw};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
}

pub(super) async fn page(shell: Shell) -> Answer {
    draw(&Home { shell })
}
