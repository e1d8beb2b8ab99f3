//! From text to tree, by recursive descent; loosest first: `or`, `and`, `not`, comparisons, sums,
//! products, signs.

use super::Mistake;
use super::token::{Token, tokens};
use super::tree::{Comparison, Join, Node, Operator, Tree};

/// Parts within one another: a bound for the stack of all that walks a tree.
const MAX_DEPTH: usize = 64;

pub(super) fn parse(text: &str) -> Result<Tree, Mistake> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
    };
    let tree = parser.either()?;
    match parser.peek() {
        Token::End => Ok(tree),
        _ => Err(parser.mistake("an operator, or its end")),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        // The last is the end, which is never passed.
        &self.tokens[self.next].1
    }

    fn at(&self) -> usize {
        self.tokens[self.next].0
    }

    fn advance(&mut self) -> Token {
        let token = self.peek().clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        if found {
            self.advance();
        }
        found
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek().is(word);
        if found {
            self.advance();
        }
        found
    }

    fn mistake(&self, allowed: &str) -> Mistake {
        Mistake {
            at: self.at(),
            found: self.peek().describe(),
            allowed: allowed.to_owned(),
        }
    }

    /// Goes into a part of an expression, or one operator further along.
    fn deeper(&mut self) -> Result<(), Mistake> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Mistake {
                at: self.at(),
                found: "too much".to_owned(),
                allowed: format!("{MAX_DEPTH} operators and brackets at most"),
            });
        }
        Ok(())
    }

    fn join(&mut self, at: usize, node: Node) -> Result<Tree, Mistake> {
        self.deeper()?;
        Ok(Tree { at, node })
    }

    fn either(&mut self) -> Result<Tree, Mistake> {
        let mut left = self.both()?;
        loop {
            let at = self.at();
            if !self.take_word("or") {
                return Ok(left);
            }
            let right = self.both()?;
            let node = Node::Joined(Join::Or, Box::new(left), Box::new(right));
            left = self.join(at, node)?;
        }
    }

    fn both(&mut self) -> Result<Tree, Mistake> {
        let mut left = self.negation()?;
        loop {
            let at = self.at();
            if !self.take_word("and") {
                return Ok(left);
            }
            let right = self.negation()?;
            let node = Node::Joined(Join::And, Box::new(left), Box::new(right));
            left = self.join(at, node)?;
        }
    }

    fn negation(&mut self) -> Result<Tree, Mistake> {
        let at = self.at();
        if !self.take_word("not") {
            return self.comparison();
        }
        self.deeper()?;
        let inner = Box::new(self.negation()?);
        Ok(Tree {
            at,
            node: Node::Not(inner),
        })
    }

    fn comparison(&mut self) -> Result<Tree, Mistake> {
        let left = self.sum()?;
        let at = self.at();
        if self.take_word("is") {
            let negated = self.take_word("not");
            if !self.take_word("null") {
                return Err(self.mistake("`null`"));
            }
            let Node::Column(name) = left.node else {
                return Err(Mistake {
                    at,
                    found: "`is` behind what is no column".to_owned(),
                    allowed: "a column, such as `email is null`".to_owned(),
                });
            };
            let node = Node::IsNull(name, negated);
            return Ok(Tree { at: left.at, node });
        }
        let comparison = match self.peek() {
            Token::Sign("=") => Comparison::Equal,
            Token::Sign("<>" | "!=") => Comparison::Unequal,
            Token::Sign("<") => Comparison::Less,
            Token::Sign("<=") => Comparison::LessOrEqual,
            Token::Sign(">") => Comparison::Greater,
            Token::Sign(">=") => Comparison::GreaterOrEqual,
            _ => return Ok(left),
        };
        self.advance();
        let right = self.sum()?;
        let node = Node::Compared(comparison, Box::new(left), Box::new(right));
        Ok(Tree { at, node })
    }

    fn sum(&mut self) -> Result<Tree, Mistake> {
        let mut left = self.product()?;
        loop {
            let at = self.at();
            let operator = match self.peek() {
                Token::Sign("+") => Operator::Add,
                Token::Sign("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.product()?;
            let node = Node::Binary(operator, Box::new(left), Box::new(right));
            left = self.join(at, node)?;
        }
    }

    fn product(&mut self) -> Result<Tree, Mistake> {
        let mut left = self.signed()?;
        loop {
            let at = self.at();
            let operator = match self.peek() {
                Token::Sign("*") => Operator::Multiply,
                Token::Sign("/") => Operator::Divide,
                Token::Sign("%") => Operator::Remainder,
                word if word.is("div") => Operator::DivideWhole,
                _ => return Ok(left),
            };
            self.advance();
            let right = self.signed()?;
            let node = Node::Binary(operator, Box::new(left), Box::new(right));
            left = self.join(at, node)?;
        }
    }

    fn signed(&mut self) -> Result<Tree, Mistake> {
        let at = self.at();
        if !self.take_sign("-") {
            return self.operand();
        }
        self.deeper()?;
        let inner = Box::new(self.signed()?);
        Ok(Tree {
            at,
            node: Node::Negated(inner),
        })
    }

    fn operand(&mut self) -> Result<Tree, Mistake> {
        const WANTED: &str = "a number, a text in single quotes, the name of a column, or `(`";
        /// A column of such a name stands in double quotes.
        const KEYWORDS: [&str; 6] = ["and", "or", "not", "is", "null", "div"];
        let at = self.at();
        if self.take_sign("(") {
            self.deeper()?;
            let inner = self.either()?;
            return match self.take_sign(")") {
                true => Ok(inner),
                false => Err(self.mistake("an operator or `)`")),
            };
        }
        let node = match self.peek().clone() {
            Token::Number(digits) => Node::Number(digits),
            Token::Text(text) => Node::Text(text),
            Token::Quoted(name) => Node::Column(name),
            Token::Word(word) if KEYWORDS.iter().any(|key| word.eq_ignore_ascii_case(key)) => {
                return Err(self.mistake(WANTED));
            }
            Token::Word(word) => return self.word(at, word),
            Token::Sign(_) | Token::End => return Err(self.mistake(WANTED)),
        };
        self.advance();
        Ok(Tree { at, node })
    }

    /// A column, unless what follows makes it something else.
    fn word(&mut self, at: usize, word: String) -> Result<Tree, Mistake> {
        self.advance();
        let lower = word.to_ascii_lowercase();
        let node = match (lower.as_str(), self.peek().clone()) {
            ("date", Token::Text(text)) => {
                self.advance();
                Node::Date(text)
            }
            ("timestamp", Token::Text(text)) => {
                self.advance();
                Node::Moment(text)
            }
            (function, Token::Sign("(")) => {
                if function != "rows" {
                    return Err(Mistake {
                        at,
                        found: format!("`{word}(`"),
                        allowed: "`rows(table)`, the only function".to_owned(),
                    });
                }
                self.advance();
                let (Token::Word(table) | Token::Quoted(table)) = self.peek().clone() else {
                    return Err(self.mistake("the name of a table"));
                };
                self.advance();
                if !self.take_sign(")") {
                    return Err(self.mistake("`)`"));
                }
                Node::Rows(table)
            }
            ("true", _) => Node::Bool(true),
            ("false", _) => Node::Bool(false),
            _ => Node::Column(word),
        };
        Ok(Tree { at, node })
    }
}
