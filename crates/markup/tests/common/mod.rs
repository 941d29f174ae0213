//! What stands in cleaned HTML, as a browser's tokenizer sees it.

use std::cell::RefCell;

use estrad_markup::{ELEMENTS, attributes};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

#[derive(Default)]
struct Tokens(RefCell<Vec<Token>>);

impl TokenSink for Tokens {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        self.0.borrow_mut().push(token);
        TokenSinkResult::Continue
    }
}

/// Panics if there is anything in it that may not be shown.
pub(crate) fn assert_harmless(html: &str, came_from: &str) {
    let tokenizer = Tokenizer::new(Tokens::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let wrong = |what: &str| -> ! { panic!("{what} in {html:?}, which was {came_from:?}") };
    for token in tokenizer.sink.0.borrow().iter() {
        match token {
            Token::TagToken(tag) => {
                if !ELEMENTS.contains(&&*tag.name) {
                    wrong(&format!("<{}>", tag.name));
                }
                if tag.kind == TagKind::EndTag {
                    continue;
                }
                for attribute in &tag.attrs {
                    check_attribute(&tag.name, &attribute.name.local, &attribute.value)
                        .unwrap_or_else(|what| wrong(&what));
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) => wrong("a comment"),
            Token::ParseError(_)
            | Token::CharacterTokens(_)
            | Token::NullCharacterToken
            | Token::EOFToken => {}
        }
    }
}

fn check_attribute(element: &str, name: &str, value: &str) -> Result<(), String> {
    let generic = ["style", "title", "lang", "dir"].contains(&name);
    let rel = (element, name, value) == ("a", "rel", "noopener noreferrer");
    if name.starts_with("on") || !(generic || rel || attributes(element).contains(&name)) {
        return Err(format!("{name}={value:?}"));
    }
    let lower: String =
        value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>();
    let lower = lower.to_lowercase();
    let bad = match name {
        "href" | "src" | "poster" => {
            let inline = lower.starts_with("data:image/") && !lower.starts_with("data:image/svg");
            lower.contains("javascript:")
                || lower.contains("vbscript:")
                || (lower.starts_with("data:") && !(inline && name == "src" && element == "img"))
                || lower.starts_with("//")
        }
        "style" => {
            ["url", "expression", "position", "import", "behavior", "binding", "\\", "@", "/*"]
                .iter()
                .any(|bad| lower.contains(bad))
        }
        _ => false,
    };
    if bad { Err(format!("{name}={value:?}")) } else { Ok(()) }
}
