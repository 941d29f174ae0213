//! How much a parser would make of HTML, before any tree is built of it.
//!
//! A parser's work grows with the depth of the tree at each tag, and with elements that it makes up
//! itself: formatting that was left open is opened again in every paragraph, which makes millions of
//! elements of a few kilobytes. So it is parsed once into nothing but parents and counts, in small
//! pieces, and given up as soon as a bound is passed. It is the parser of the cleaner itself, set up
//! in the same way: what it counts is what will be there.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use html5ever::driver::{ParseOpts, Parser, parse_fragment};
use html5ever::interface::{ElementFlags, ExpandedName, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, QualName, local_name, ns};

use crate::{MAX_DEPTH, MAX_ELEMENTS, MAX_ESCAPED, MarkupError};

/// How many bytes are parsed between two looks at the counts.
const PIECE: usize = 1024;

/// Refuses HTML whose tree would pass a bound.
pub(crate) fn check(html: &str) -> Result<(), MarkupError> {
    let div = QualName::new(None, ns!(html), local_name!("div"));
    let mut parser = parse_fragment(Counts::new(), ParseOpts::default(), div, vec![], false);
    let mut rest = html;
    while !rest.is_empty() {
        let whole = (PIECE..rest.len()).find(|&end| rest.is_char_boundary(end));
        let end = whole.unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        parser.process(StrTendril::from_slice(piece));
        verdict(&parser)?;
        rest = after;
    }
    parser.finish()
}

fn verdict(parser: &Parser<Counts>) -> Result<(), MarkupError> {
    parser.tokenizer.sink.sink.verdict()
}

/// An element, or whatever else has a place in the tree.
struct Node {
    id: usize,
    name: QualName,
    contents: OnceCell<Rc<Self>>,
}

/// The tree without anything in it: who is whose parent.
struct Counts {
    parents: RefCell<Vec<Option<usize>>>,
    /// May hold some that have moved away since.
    children: RefCell<Vec<Vec<usize>>>,
    document: Rc<Node>,
    too_deep: Cell<bool>,
    escaped: Cell<usize>,
}

impl Counts {
    fn new() -> Self {
        let name = QualName::new(None, ns!(), local_name!(""));
        Self {
            parents: RefCell::new(vec![None]),
            children: RefCell::new(vec![Vec::new()]),
            document: Rc::new(Node { id: 0, name, contents: OnceCell::new() }),
            too_deep: Cell::new(false),
            escaped: Cell::new(0),
        }
    }

    fn verdict(&self) -> Result<(), MarkupError> {
        if self.too_deep.get() {
            Err(MarkupError::TooDeep)
        } else if self.parents.borrow().len() > MAX_ELEMENTS {
            Err(MarkupError::TooManyElements)
        } else if self.escaped.get() > MAX_ESCAPED {
            Err(MarkupError::TooManyEscaped)
        } else {
            Ok(())
        }
    }

    fn create(&self, name: QualName) -> Rc<Node> {
        let mut parents = self.parents.borrow_mut();
        parents.push(None);
        self.children.borrow_mut().push(Vec::new());
        Rc::new(Node { id: parents.len() - 1, name, contents: OnceCell::new() })
    }

    fn unnamed(&self) -> Rc<Node> {
        self.create(self.document.name.clone())
    }

    fn place(&self, child: usize, parent: usize) {
        let mut parents = self.parents.borrow_mut();
        parents[child] = Some(parent);
        self.children.borrow_mut()[parent].push(child);
        let above = std::iter::successors(Some(parent), |&id| parents[id]);
        // The document and the root are above all.
        if above.take(MAX_DEPTH + 2).count() > MAX_DEPTH + 1 {
            self.too_deep.set(true);
        }
    }

    fn text(&self, text: &str) {
        // The writer stops at all that share their first byte with the hard space.
        let stops = |c: &char| matches!(c, '&' | '<' | '>' | '"' | '\u{80}'..='\u{bf}');
        let escaped = text.chars().filter(stops);
        self.escaped.set(self.escaped.get() + escaped.count());
    }

    fn parent(&self, node: &Node) -> Option<usize> {
        self.parents.borrow()[node.id]
    }
}

impl TreeSink for Counts {
    type Handle = Rc<Node>;
    type Output = Result<(), MarkupError>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self::Output {
        self.verdict()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Rc<Node> {
        Rc::clone(&self.document)
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _: ElementFlags,
    ) -> Rc<Node> {
        attributes.iter().for_each(|attribute| self.text(&attribute.value));
        self.create(name)
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Node> {
        self.unnamed()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        self.unnamed()
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        match child {
            NodeOrText::AppendNode(child) => self.place(child.id, parent.id),
            NodeOrText::AppendText(text) => self.text(&text),
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &Rc<Node>,
        otherwise: &Rc<Node>,
        child: NodeOrText<Rc<Node>>,
    ) {
        if self.parent(element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(otherwise, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        let contents = target.contents.get_or_init(|| {
            let contents = self.unnamed();
            self.place(contents.id, target.id);
            contents
        });
        Rc::clone(contents)
    }

    fn same_node(&self, x: &Rc<Node>, y: &Rc<Node>) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Rc<Node>, new_node: NodeOrText<Rc<Node>>) {
        match (new_node, self.parent(sibling)) {
            (NodeOrText::AppendNode(node), Some(parent)) => self.place(node.id, parent),
            (NodeOrText::AppendText(text), _) => self.text(&text),
            (NodeOrText::AppendNode(_), None) => {}
        }
    }

    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Rc<Node>) {
        self.parents.borrow_mut()[target.id] = None;
    }

    fn reparent_children(&self, node: &Rc<Node>, new_parent: &Rc<Node>) {
        let children = std::mem::take(&mut self.children.borrow_mut()[node.id]);
        for child in children {
            if self.parents.borrow()[child] == Some(node.id) {
                self.place(child, new_parent.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded_exactly() {
        let nested = |depth| format!("{}x{}", "<div>".repeat(depth), "</div>".repeat(depth));
        assert_eq!(check(&nested(MAX_DEPTH)), Ok(()));
        assert_eq!(check(&nested(MAX_DEPTH + 1)), Err(MarkupError::TooDeep));
    }

    #[test]
    fn siblings_are_not_deep() {
        assert_eq!(check(&"<p>x".repeat(5_000)), Ok(()));
        assert_eq!(check(&"<ul><li>a<li>b</ul>".repeat(1_000)), Ok(()));
        assert_eq!(check(&"<br>".repeat(MAX_ELEMENTS + 1)), Err(MarkupError::TooManyElements));
    }

    #[test]
    fn elements_that_the_parser_makes_up_count() {
        let open: String = (0..300).map(|i| format!("<p><b title={i}>")).collect();
        assert!(check(&open).is_err());
        let open: String = (0..100).map(|i| format!("<b title={i}>")).collect();
        let open = format!("<p>{open}");
        assert_eq!(check(&(open + &"<p>x".repeat(3_000))), Err(MarkupError::TooManyElements));
        assert_eq!(check(&"<b></i><div></b>".repeat(300)), Err(MarkupError::TooDeep));
        assert_eq!(check(&"<table><td></p>".repeat(100)), Err(MarkupError::TooDeep));
        assert_eq!(check(&"<template>".repeat(300)), Err(MarkupError::TooDeep));
    }
}
