//! The plain pages that the wire writes itself.

use crate::markup::escaped;

/// A page with this title, which is its heading too, and this content, which is HTML.
pub(super) fn document(title: &str, content: &str) -> String {
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{content}\
         </main>\n</body>\n</html>\n"
    )
}
