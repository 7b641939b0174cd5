//! The expression language: text to a tree of names, numbers and operators.
//!
//! What names mean is not known here. Expressions come from people and from files, so length and
//! nesting are bounded, and every error says at which character it is.

/// Longest expression in bytes.
const LENGTH_MAX: usize = 2_000;
/// Deepest nesting of parentheses, calls and signs.
const DEPTH_MAX: usize = 32;

/// Why a text is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {message}")]
pub struct ExpressionError {
    /// Position of the fault, counted from 1.
    pub at: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Number(f64),
    Text(String),
    Name { name: String, at: usize },
    Call { function: String, arguments: Vec<Expr>, at: usize },
    Negate(Box<Expr>),
    Not(Box<Expr>),
    Binary { operator: Operator, left: Box<Expr>, right: Box<Expr> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Equal,
    Differs,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// Operators by rising binding strength; those of one level associate to the left.
const LEVELS: [&[(&str, Operator)]; 5] = [
    &[("or", Operator::Or)],
    &[("and", Operator::And)],
    &[
        ("=", Operator::Equal),
        ("<>", Operator::Differs),
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide)],
];

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Text(String),
    Word(String),
    Symbol(&'static str),
    End,
}

/// Reads an expression.
pub(crate) fn parse(text: &str) -> Result<Expr, ExpressionError> {
    if text.len() > LENGTH_MAX {
        return Err(error(1, format!("an expression has at most {LENGTH_MAX} characters, not {}", text.len())));
    }
    let mut parser = Parser { tokens: tokens(text)?, next: 0, depth: 0 };
    let expression = parser.level(0)?;
    match parser.peek() {
        Token::End => Ok(expression),
        other => Err(error(parser.at(), format!("expected an operator, found {}", describe(other)))),
    }
}

fn error(at: usize, message: impl Into<String>) -> ExpressionError {
    ExpressionError { at, message: message.into() }
}

fn describe(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("the number {number}"),
        Token::Text(text) => format!("the text '{text}'"),
        Token::Word(word) => format!("\"{word}\""),
        Token::Symbol(symbol) => format!("\"{symbol}\""),
        Token::End => "the end".to_owned(),
    }
}

fn tokens(text: &str) -> Result<Vec<(Token, usize)>, ExpressionError> {
    const SYMBOLS: [&str; 14] = ["<>", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", ",", ";"];
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(&first) = chars.get(next) {
        let at = next + 1;
        let run = |wanted: fn(char) -> bool| chars[next..].iter().take_while(|&&c| wanted(c)).collect::<String>();
        if first.is_whitespace() {
            next += 1;
            continue;
        }
        let token = if first.is_ascii_digit() || first == '.' {
            let digits = run(|c| c.is_ascii_digit() || c == '.');
            next += digits.len();
            Token::Number(digits.parse().map_err(|_| error(at, format!("\"{digits}\" is not a number")))?)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let word = run(|c| c.is_ascii_alphanumeric() || c == '_');
            next += word.len();
            Token::Word(word)
        } else if first == '\'' {
            let inside: String = chars[next + 1..].iter().take_while(|&&c| c != '\'').collect();
            next += inside.chars().count() + 2;
            if next > chars.len() {
                return Err(error(at, "this text has no closing '"));
            }
            Token::Text(inside)
        } else {
            let here = |symbol: &&&str| symbol.chars().eq(chars[next..].iter().copied().take(symbol.len()));
            let Some(symbol) = SYMBOLS.iter().find(here) else {
                return Err(error(at, format!("\"{first}\" has no meaning in an expression")));
            };
            next += symbol.len();
            Token::Symbol(symbol)
        };
        found.push((token, at));
    }
    found.push((Token::End, chars.len() + 1));
    Ok(found)
}

struct Parser {
    tokens: Vec<(Token, usize)>,
    next: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        &self.tokens[self.next].0
    }

    fn at(&self) -> usize {
        self.tokens[self.next].1
    }

    /// Takes the token; the end is never passed.
    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn is(&self, symbol: &str) -> bool {
        match self.peek() {
            Token::Symbol(found) => *found == symbol,
            Token::Word(word) => word.eq_ignore_ascii_case(symbol),
            Token::Number(_) | Token::Text(_) | Token::End => false,
        }
    }

    fn level(&mut self, level: usize) -> Result<Expr, ExpressionError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(&(_, operator)) = operators.iter().find(|(symbol, _)| self.is(symbol)) {
            self.take();
            let right = self.level(level + 1)?;
            left = Expr::Binary { operator, left: Box::new(left), right: Box::new(right) };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, ExpressionError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(error(self.at(), format!("more than {DEPTH_MAX} levels of parentheses")));
        }
        let expression = if self.is("-") {
            self.take();
            Expr::Negate(Box::new(self.unary()?))
        } else if self.is("not") {
            self.take();
            Expr::Not(Box::new(self.unary()?))
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn primary(&mut self) -> Result<Expr, ExpressionError> {
        let at = self.at();
        match self.take() {
            Token::Number(number) => Ok(Expr::Number(number)),
            Token::Text(text) => Ok(Expr::Text(text)),
            Token::Symbol("(") => {
                let inside = self.level(0)?;
                self.close(at)?;
                Ok(inside)
            }
            Token::Word(function) if self.is("(") => {
                self.take();
                let arguments = self.arguments(at)?;
                Ok(Expr::Call { function, arguments, at })
            }
            Token::Word(name) => Ok(Expr::Name { name, at }),
            other => Err(error(at, format!("expected an item, a number or \"(\", found {}", describe(&other)))),
        }
    }

    fn arguments(&mut self, opened_at: usize) -> Result<Vec<Expr>, ExpressionError> {
        let mut arguments = Vec::new();
        if self.is(")") {
            self.take();
            return Ok(arguments);
        }
        loop {
            arguments.push(self.level(0)?);
            if !self.is(",") && !self.is(";") {
                break;
            }
            self.take();
        }
        self.close(opened_at)?;
        Ok(arguments)
    }

    fn close(&mut self, opened_at: usize) -> Result<(), ExpressionError> {
        if self.is(")") {
            self.take();
            return Ok(());
        }
        let found = describe(self.peek());
        Err(error(self.at(), format!("expected \")\" for the parenthesis of character {opened_at}, found {found}")))
    }
}
