//! Rules that attack the parser, the evaluator or the machine. Each ends quickly, in little memory
//! and on a small stack, with a sentence.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use domain::{ContentType, Picture, PictureId, PictureKey, UserId, Visibility};
use peak_alloc::PeakAlloc;
use rule_language::{Budget, MAX_CODE_BYTES, PictureFields, Rule};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// The limits of each attack in processor time and memory, also without optimization.
const MAX_TIME: Duration = Duration::from_secs(1);
const MAX_MEGABYTES: f32 = 16.0;
/// Half of the stack of a thread of the standard library.
const STACK_BYTES: usize = 1 << 20;

const STEPS: &str = "The rule takes too many steps";
const MEMORY: &str = "The rule takes too much memory";
const TOO_LARGE: &str = "The number is too large";
const NESTED: &str = "nested too deeply";
const TOO_LONG: &str = "This expression is too long";
const DEEP_CALLS: &str = "call each other too deeply";
const NO_NAME: &str = "is not defined";
const NO_BUILTIN: &str = "Rules have no `";
const NO_FIELD: &str = "is not a field of `picture`";
const NO_METHOD: &str = "Rules have no method";
const ASCII: &str = "Names can only have the letters a to z";

/// Returns the body of a function `rule`.
fn body(lines: &str) -> String {
    format!("def rule(picture):\n    {}\n    return True", lines.replace('\n', "\n    "))
}

/// Repeats a text until it has nearly the maximum length of a rule, and appends an end.
fn fill(text: &str, end: &str) -> String {
    text.repeat((MAX_CODE_BYTES - end.len()) / text.len()) + end
}

/// Returns as many opening and closing parts as a rule can have, around a value.
fn nest(open: &str, value: &str, close: &str) -> String {
    let count = (MAX_CODE_BYTES - value.len()) / (open.len() + close.len());
    open.repeat(count) + value + &close.repeat(count)
}

/// Returns a tuple whose tree has 10^12 elements, of which most are shared.
fn shared(element: &str) -> String {
    (0..6).fold(element.to_owned(), |inner, _| format!("(({inner},) * 99,)"))
}

fn indent(line: &str) -> String {
    let lines: Vec<_> = (0..72).map(|i| " ".repeat(i + 1) + line).collect();
    format!("def rule(p):\n{}\n{}pass", lines.join("\n"), " ".repeat(73))
}

/// Endless loops and recursion.
fn loops() -> Vec<(String, &'static str)> {
    vec![
        (body("while True: pass"), STEPS),
        (body("while 1:\n    x = 1"), STEPS),
        (format!("def rule(p):\n while 1:\n{}", "  pass\n".repeat(560)), STEPS),
        (format!("def rule(p):\n s = p.id\n while 1: {}", "a=".repeat(2000) + "s"), STEPS),
        ("any(round(1.2345678901234567e308, 40) < 0 for i in range(99999))".into(), STEPS),
        ("any(round(5e-324, 323) < 0 for i in range(99999))".into(), STEPS),
        ("any(str(1.2345678901234567e-300) == '' for i in range(99999))".into(), STEPS),
        (body("x = 0\nwhile x < 10 ** 12:\n    x += 1"), STEPS),
        (body("for i in range(10 ** 18): pass"), STEPS),
        (body("for i in range(0, 10 ** 18, 1):\n    continue"), STEPS),
        (body("for i in range(1000):\n    for j in range(1000):\n        for k in range(1000): pass"), STEPS),
        ("any(False for i in range(10 ** 15))".into(), STEPS),
        ("all(i >= 0 for i in range(10 ** 15))".into(), STEPS),
        ("sum(i for i in range(10 ** 15)) > 0".into(), STEPS),
        ("[0 for a in range(9999) for b in range(9999) if False] == []".into(), STEPS),
        ("any(any(any(False for c in range(999)) for b in range(999)) for a in range(999))".into(), STEPS),
        ("def f(): return f()\nf()".into(), DEEP_CALLS),
        ("def f(n): return n + f(n + 1)\nf(0) == 0".into(), DEEP_CALLS),
        ("def a(): return b()\ndef b(): return a()\na()".into(), DEEP_CALLS),
        ("def f(n):\n    for i in range(9): f(n)\nf(0)".into(), DEEP_CALLS),
        (
            "def f(n):\n    if n > 0:\n        f(n - 1)\n        f(n - 1)\n    return True\nf(30)".into(),
            STEPS,
        ),
        ("def f(x): return sorted([x], key=f)\nf(1)".into(), DEEP_CALLS),
        ("def f(x): return max([1, 2], key=f)\nf(1)".into(), DEEP_CALLS),
        ("def f(x): return [f(y) for y in [x]]\nf(1)".into(), DEEP_CALLS),
        ("def f(x): return f'{f(x)}'\nf(1)".into(), DEEP_CALLS),
        ("def f(x): return x(x)\nf(f)".into(), DEEP_CALLS),
        ("def rule(picture): return rule(picture)".into(), DEEP_CALLS),
    ]
}

/// Large numbers, texts and lists.
fn sizes() -> Vec<(String, &'static str)> {
    vec![
        ("10 ** 10 ** 10 > 0".into(), TOO_LARGE),
        ("9 ** 9 ** 9 ** 9 > 0".into(), TOO_LARGE),
        ("2 ** 63 > 0".into(), TOO_LARGE),
        ("1 << 10 ** 9 > 0".into(), TOO_LARGE),
        ("-1 << 10 ** 18 > 0".into(), TOO_LARGE),
        ("1e308 ** 1e308 > 0".into(), TOO_LARGE),
        ("2.0 ** 10000 > 0".into(), TOO_LARGE),
        ("(-9223372036854775807 - 1) // -1 > 0".into(), TOO_LARGE),
        ("abs(-9223372036854775807 - 1) > 0".into(), TOO_LARGE),
        ("-(-9223372036854775807 - 1) > 0".into(), TOO_LARGE),
        ("(-9223372036854775807 - 1) % -1 == 1".into(), "ok False"),
        ("int(1e300) > 0".into(), TOO_LARGE),
        ("int('9' * 4000) > 0".into(), TOO_LARGE),
        ("round(1e300) > 0".into(), TOO_LARGE),
        ("float('1' * 400) == float('inf')".into(), "ok True"),
        ("float('nan') == 1".into(), "needs a text that is a number"),
        ("1e308 * 10 - 1e308 * 10 == 0".into(), "The result is not a number"),
        ("(-8) ** 0.5 == 1".into(), "The result is not a number"),
        (fill("9", " > 0"), TOO_LARGE),
        (format!("0x{} > 0", "f".repeat(4000)), TOO_LARGE),
        (format!("1e{} > 0", "9".repeat(4000)), "ok True"),
        ("len(range(-9223372036854775807, 9223372036854775807)) > 0".into(), "The range is too long"),
        ("'a' * 10 ** 9 == 'b'".into(), MEMORY),
        ("'' * 10 ** 18 == ''".into(), "ok True"),
        ("[] * 10 ** 18 == []".into(), "ok True"),
        ("[0] * 10 ** 18 == []".into(), MEMORY),
        ("(1, 2) * 9223372036854775807 == ()".into(), MEMORY),
        ("[[[0] * 99] * 99] * 99 == 0".into(), "ok False"),
        (body("s = 'a'\nfor i in range(99):\n    s = s + s"), MEMORY),
        (body("s = 'a'\nfor i in range(99):\n    s = f'{s}{s}'"), MEMORY),
        (body("s = 'a'\nfor i in range(99):\n    s += s"), MEMORY),
        (body("s = [0]\nfor i in range(99):\n    s = s + s"), MEMORY),
        (body("s = 'aa'\nfor i in range(99):\n    s = s.replace('a', s)"), MEMORY),
        (body("s = 'aa'\nfor i in range(99):\n    s = s.join(s)"), MEMORY),
        (body("s = 'ŉ'\nfor i in range(99):\n    s = (s + s).upper()"), STEPS),
        ("('a' * 9999).replace('', 'b' * 9999) == ''".into(), MEMORY),
        ("('a,' * 99999).split(',') == []".into(), MEMORY),
        ("list(range(10 ** 12)) == []".into(), MEMORY),
        ("sorted(range(10 ** 12)) == []".into(), MEMORY),
        ("set(range(10 ** 5)) == {1}".into(), STEPS),
        ("{i: i for i in range(10 ** 9)} == {}".into(), STEPS),
        ("{i for i in range(10 ** 9)} == {}".into(), STEPS),
        ("[i for i in range(10 ** 9)] == []".into(), STEPS),
        ("[[0] * 9999 for i in range(9999)] == []".into(), MEMORY),
        ("max([i for i in range(20000)], key=str) == 1".into(), STEPS),
        (body("a = [0]\nfor i in range(99):\n    a = [a, a]"), "Lists are nested too deeply"),
        (body("a = b = [0]\nfor i in range(18):\n    a, b = [a, a], [b, b]\nreturn a == b"), STEPS),
        (body("a = ()\nfor i in range(99999):\n    a = (a,)"), "Lists are nested too deeply"),
        (body("t = 'a' * 9999\nfor i in range(99999):\n    t + 'b' in t"), STEPS),
        (body("t = 'a' * 99999\nfor i in range(99999):\n    'b' in t"), STEPS),
        (body("t = 'a' * 99999\nfor i in range(99999):\n    t.count('a')"), STEPS),
        (body("t = 'a' * 99999\nfor i in range(99999):\n    t == 'a' * 99999"), STEPS),
        (body("t = ' ' * 99999\nfor i in range(99999):\n    t.strip(t)"), STEPS),
        (body("t = 'a' * 99999\nfor i in range(99999):\n    t[5]"), STEPS),
        (body("t = 'a' * 99999\nfor i in range(99999):\n    t[::-1]"), MEMORY),
        (body("t = 'a' * 99999\nfor i in range(99999):\n    int(t)"), "a whole number"),
    ]
}

/// Values that contain the same parts many times, and long texts that are read many times.
fn shared_values() -> Vec<(String, &'static str)> {
    let (a, b) = (shared("1"), shared("2"));
    let long = "t = 'a' * 400000\n";
    vec![
        (format!("{{{a}}} == 1"), "ok False"),
        (format!("{{{a}: 1}} == 1"), "ok False"),
        (format!("{a} in {{1}}"), "ok False"),
        (format!("{a} in {{1: 2}}"), "ok False"),
        (format!("{{1: 2}}.get({a}) is None"), "ok True"),
        (format!("{{1: 2}}[{a}] == 2"), "The dictionary has no key"),
        (format!("{{{}}} == 1", shared("[1]")), "cannot contain a list"),
        (format!("{{{a}, {a}}} == 1"), STEPS),
        (format!("{a} == {a}"), STEPS),
        (format!("{a} < {a}"), STEPS),
        (format!("{a} in [{a}]"), STEPS),
        (format!("[{a}].count({a}) == 1"), STEPS),
        (format!("[{a}] * 9 == [{a}] * 9"), STEPS),
        (format!("sorted([{a}, {a}]) == 1"), STEPS),
        (format!("max({a}, {a}) == 1"), STEPS),
        (format!("{a} == {b}"), "ok False"),
        (format!("str({a}) == ''"), "Rules cannot convert a tuple to text"),
        (format!("f'{{{a}}}' == ''"), "Rules cannot convert a tuple to text"),
        (format!("len({a}) == 1"), "ok True"),
        (body(&format!("for i in range(99):\n    x = {a}")), "ok True"),
        (body(&format!("{long}p = (t[1:] + 'b',) * 40000\nt.startswith(p)")), STEPS),
        (body(&format!("{long}p = ('b' + t[1:],) * 40000\nt.endswith(p)")), STEPS),
        (body("t = ('',) * 99999\nfor i in range(99):\n    'a'.startswith(('b',) * 99)"), "ok True"),
        (body("t = 'a' * 1999999\nfor i in range(99999):\n    len(t)"), STEPS),
        (body(&format!("{long}for i in range(9999):\n    t.find('b')")), STEPS),
        (body(&format!("{long}for i in range(9999):\n    t.replace('b', 'c')")), STEPS),
        (body(&format!("{long}for i in range(9999):\n    t.split('b')")), STEPS),
        (body(&format!("{long}for i in range(9999):\n    t < t + 'b'")), STEPS),
        (body(&format!("{long}u = t + 'b'\nfor i in range(9999):\n    t < u")), STEPS),
        (body(&format!("{long}for i in range(9999):\n    t.islower()")), STEPS),
        (body("t = '\u{1FBF9}' * 200000\nfor i in range(9999):\n    t.isdigit()"), STEPS),
        (body("''.join('a' * 500000)"), "ok True"),
        (body("list('a' * 500000)"), MEMORY),
        (body("sorted('a' * 500000)"), MEMORY),
        (body("max('a' * 500000)"), MEMORY),
        (body("set('a' * 500000)"), MEMORY),
        (body("[c for c in 'a' * 500000]"), STEPS),
        (body("('a,' * 100000).split(',')"), MEMORY),
        (body("int('1_' * 400000 + '1')"), TOO_LARGE),
        (body("float('1' * 999999)"), "ok True"),
    ]
}

/// Code that is hard to parse.
fn parser_bombs() -> Vec<(String, &'static str)> {
    vec![
        (nest("(", "1", ")"), NESTED),
        (nest("[", "1", "]"), NESTED),
        (nest("{", "1", "}"), NESTED),
        (nest("{1:", "1", "}"), NESTED),
        (nest("f(", "1", ")"), NESTED),
        (nest("x[", "1", "]"), NESTED),
        (nest("[x for x in ", "1", "]"), NESTED),
        (fill("(", ""), NESTED),
        (fill("[", ""), NESTED),
        (fill("{", ""), NESTED),
        (fill(")", ""), "Expected a value"),
        (fill("([{", ""), NESTED),
        (fill("not ", "1"), NESTED),
        (fill("-", "1"), NESTED),
        (fill("~", "1"), NESTED),
        (fill("1**", "1"), NESTED),
        (fill("1 if 1 else ", "1"), NESTED),
        (fill("1+", "1"), TOO_LONG),
        (fill("1*2+", "1"), TOO_LONG),
        (fill("1<", "2"), "ok False"),
        (fill("True and ", "True"), "ok True"),
        (fill("False or ", "True"), "ok True"),
        (fill("1,", "1"), "The rule gives a tuple"),
        ("x".to_owned() + &fill(".iso", "     "), TOO_LONG),
        ("f".to_owned() + &fill("()", "   "), TOO_LONG),
        (format!("x{}", fill("[0]", "  ")), TOO_LONG),
        (format!("'a'{}", fill(".lower()", "   ")), TOO_LONG),
        (fill("x=", "1"), "The rule has no result"),
        (fill("'a'", ""), "The rule gives a text"),
        (fill("#", ""), "The rule is empty"),
        (fill("\n", ""), "The rule is empty"),
        (fill("\\\n", ""), "No line follows"),
        (fill("f'{", ""), "This text has no end"),
        (fill("f'{f\"{", ""), "This text has no end"),
        (fill("'''", ""), "This text has no end"),
        (fill("if 1: ", "1"), "Start a new line"),
        (fill("def f(): ", "1"), "Start a new line"),
        (fill("lambda: ", "1"), "Rules cannot use `lambda`"),
        (indent("if 1:"), NESTED),
        (indent("while 1:"), NESTED),
        (indent("for x in [1]:"), NESTED),
        (body(&("if 0: pass\n".to_owned() + &"elif 0: pass\n".repeat(200) + "else: pass")), "ok True"),
        (format!("[{}] == []", "0 for x in [] ".repeat(200)), "Expected"),
        (format!("[0 {}] == []", "for x in [1] ".repeat(250)), TOO_LONG),
        (format!("[0 for x in [1] {}] == []", "if 1 ".repeat(700)), "ok False"),
        ((0..400).map(|i| format!("a{i}=1\n")).collect::<String>() + "True", "ok True"),
        ((0..430).map(|i| format!("a{i}\\\n=1\n")).collect::<String>() + "True", "ok True"),
        (
            format!("def f({}): pass\nTrue", (0..300).map(|i| format!("a{i},")).collect::<String>()),
            "too many parameters",
        ),
        ("x".repeat(MAX_CODE_BYTES + 1), "longer than 4096 bytes"),
        ("é".repeat(MAX_CODE_BYTES / 2), ASCII),
    ]
}

/// Access to what was not given.
fn introspection() -> Vec<(String, &'static str)> {
    let attributes = ["__class__", "__dict__", "__init__", "__getattribute__", "_secret", "owner_id", "gps"];
    let attributes = attributes.map(|name| (format!("picture.{name}"), NO_FIELD));
    let calls = ["__subclasses__", "mro", "__reduce__", "encode", "translate", "format_map"];
    let calls = calls.map(|name| (format!("''.{name}()"), NO_METHOD));
    let names = [
        "getattr",
        "setattr",
        "type",
        "vars",
        "dir",
        "globals",
        "locals",
        "object",
        "compile",
        "hash",
        "memoryview",
        "breakpoint",
        "super",
        "iter",
        "next",
        "map",
        "filter",
        "help",
    ];
    let names = names.map(|name| (format!("{name}(picture)"), NO_BUILTIN));
    let unknown = ["id", "__builtins__", "__name__"].map(|name| (format!("{name}(picture)"), NO_NAME));
    let others = [
        ("__import__('os').system('id')", NO_METHOD),
        ("eval('1')", "Rules have no `eval`"),
        ("exec('1')", "Rules have no `exec`"),
        ("open('/etc/passwd')", "Rules have no `open`"),
        ("'{0.__class__}'.format(picture)", "Rules have no `format`"),
        ("'%s' % picture", "Rules cannot format with `%`"),
        ("f'{picture}'", "Rules cannot convert a picture to text"),
        ("f'{picture.__class__}'", NO_FIELD),
        ("f'{picture!r}'", "has no conversions here"),
        ("str(len)", "Rules cannot convert a function to text"),
        ("(1).real", "neither a field of `picture` nor a method"),
        ("len.__self__", "neither a field of `picture` nor a method"),
        ("[c for c in ().__class__.__base__.__subclasses__()]", "neither a field of `picture` nor a method"),
        ("picture.id.iso", "A text has no field `iso`"),
        ("picture[0]", "A picture has no elements"),
        ("list(picture)", "Expected a list or a text, not a picture"),
        ("picture()", "A picture cannot be called"),
        ("None()", "None"),
        ("'a'()", "A text cannot be called"),
        ("import os", "Rules cannot import modules"),
        ("def rule(p):\n    import os", "Rules cannot import modules"),
        ("def rule(p):\n    try:\n        1\n    except: pass", "Rules cannot handle exceptions"),
        ("def rule(p):\n    raise p", "Rules cannot raise exceptions"),
        ("def rule(p):\n    global x", "cannot change outer variables"),
        ("def rule(p):\n    yield p", "Functions cannot generate values"),
        ("class A:\n    pass", "Rules cannot define classes"),
        ("rule = True\ndef rule(picture): return True\nrule = 1", "`rule` is not a function any more"),
        ("def rule(picture): return True\ndef rule(picture): return 1", "The rule gives the number 1"),
        ("len = 5\nlen(picture)", "A number cannot be called"),
        ("picture = 5\npicture.iso", "A number has no field"),
        ("True = 1", "Only a variable can be on the left side"),
        ("None = 1", "Only a variable can be on the left side"),
        ("(x := 1) == 1", "Rules cannot use `:=`"),
        ("print(*[1])", "Arguments cannot start with `*`"),
        ("sorted([1], key=5) == [1]", "A number cannot be called"),
        ("sorted([1, 'a', None]) == []", "have no order"),
        ("min() == 1", "`min` takes"),
        ("range(1, 2, 0) == 1", "The step of a range cannot be 0"),
        ("'abc'[::0] == ''", "The step of a slice cannot be 0"),
        ("[1, 2, 3][::-9223372036854775807] == [3]", "ok True"),
        ("'abc'[9223372036854775807:-9223372036854775807:-1] == 'cba'", "ok True"),
        ("'abc'[-9223372036854775807] == ''", "is too large"),
    ];
    let others = others.map(|(code, message)| (code.to_owned(), message));
    [&attributes[..], &calls, &names, &unknown, &others].concat()
}

/// Characters that look like others, or like nothing.
fn unicode() -> Vec<(String, &'static str)> {
    let invisible = "This invisible character is not allowed here";
    [
        ("ｐｉｃｔｕｒｅ.iso > 1", ASCII),
        ("рicture.iso > 1", ASCII),
        ("picture.isо > 1", ASCII),
        ("picture.ＩＳＯ > 1", ASCII),
        ("ªll([])", ASCII),
        ("𝐭𝐫𝐮𝐞", ASCII),
        ("picture.iso\u{200B} > 1", "is not allowed here"),
        ("picture.iso\u{A0}> 1", invisible),
        ("\u{202E}picture.iso > 1", "is not allowed here"),
        ("picture.iso > 1\0", invisible),
        ("picture.iso > 1\u{2028}True", invisible),
        ("\u{FEFF}True", "ok True"),
        ("picture.iso > １", ASCII),
        ("'\\ud800' == ''", "This escape sequence is not a character"),
        ("'\\U00110000' == ''", "This escape sequence is not a character"),
        ("'\\N{DIGIT ONE}' == ''", "does not start an escape sequence"),
        ("'\\", "This text has no end"),
        ("\\", "can only be at the end of a line"),
        ("'é'[0] == 'é' and len('é') == 1 and 'e\u{301}' != 'é'", "ok True"),
        ("'\u{202E}' == '\u{202E}'", "ok True"),
        ("f'{\u{202E}}'", "is not allowed here"),
        ("f'ééé{é}'", ASCII),
        ("\"é'é\"[1] == \"'\"", "ok True"),
    ]
    .map(|(code, message)| (code.to_owned(), message))
    .to_vec()
}

fn fields() -> PictureFields {
    let key = PictureKey { owner_id: UserId(uuid::Uuid::nil()), picture_id: PictureId(uuid::Uuid::nil()) };
    (&Picture::register(key, Visibility::Private, ContentType::Jpeg, 1)).into()
}

/// Returns the time that this thread was on a processor, or else the time since `start`.
fn thread_time(start: Instant) -> Duration {
    let counted = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let counted = counted.and_then(|text| text.split_whitespace().next()?.parse().ok());
    counted.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Parses and evaluates a rule. Returns `ok` with the result, or the message of the error.
fn run(code: &str) -> String {
    let picture = fields();
    let result = Rule::parse(code).and_then(|rule| rule.evaluate(&picture, &mut Budget::default()));
    match result {
        Ok(true) => "ok True".into(),
        Ok(false) => "ok False".into(),
        Err(error) => {
            let lines = code.lines().count() + 1;
            assert!((1..=lines).contains(&(error.line as usize)) && error.column >= 1, "{code}: {error}");
            assert!(error.message.ends_with(['.', '?']) && error.message.len() < 300, "{code}: {error}");
            error.message
        }
    }
}

// One test, so that each attack has the memory of the process to itself.
#[test]
fn each_attack_ends_with_a_sentence() {
    let attacks = [loops(), sizes(), shared_values(), parser_bombs(), introspection(), unicode()].concat();
    assert!(attacks.len() >= 60, "{}", attacks.len());
    let mut failures = Vec::new();
    for (code, expected) in attacks {
        let shown: String = code.chars().take(60).collect();
        ALLOCATOR.reset_peak_usage();
        let start = Instant::now();
        let attack = move || (run(&code), thread_time(start));
        let attack = thread::Builder::new().stack_size(STACK_BYTES).spawn(attack).unwrap();
        let (message, time) = attack.join().unwrap_or_else(|_| ("panic".into(), Duration::ZERO));
        let memory = ALLOCATOR.peak_usage_as_mb();
        if !message.contains(expected) || time > MAX_TIME || memory > MAX_MEGABYTES {
            failures.push(format!("{shown:?}: {message} ({time:?}, {memory} MB), expected {expected}"));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
