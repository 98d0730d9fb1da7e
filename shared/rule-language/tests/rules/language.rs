//! The language and the fields.

use domain::Picture;
use rule_language::{Budget, PictureFields, Rule, field_names};

use super::support::{bare, evaluate, evaluate_for, picture};

/// Rules that are true for the picture of these tests, here and in CPython.
pub const RULES: &[&str] = &[
    // A rule is an expression or a function.
    "picture.iso > 3200",
    "  picture.iso > 3200  # High ISO",
    "(
  picture.iso > 3200
  and picture.year >= 2020
)",
    "def rule(picture):
    return picture.iso > 3200
",
    "def rule(picture): return picture.iso > 3200",
    "\"\"\"Pictures at night.\"\"\"

def rule(p):
    '''A rule.'''
    return p.iso > 3200",
    "limit = 3200
picture.iso > limit",
    "CAMERAS = {'NIKON D850', 'NIKON Z 9'}

def rule(picture):
    return picture.camera in CAMERAS",
    "def is_high(iso, limit=3200):
    return iso > limit

def rule(picture):
    return is_high(picture.iso)",
    "def is_high(p):
    return p.iso > 3200
is_high(picture)",
    "def rule(picture):
	if picture.iso is None:
		return False
	return picture.iso > 3200",
    "def rule(picture):
    return picture.iso > 3200
",
    // The picture has its fields.
    "picture.id == '00000000-0000-0000-0000-000000000000'",
    "picture.caption == 'Fjord, früh am Morgen'",
    "picture.camera == 'NIKON D850' and picture.lens == '85.0 mm f/1.8'",
    "picture.iso == 6400 and picture.aperture == 1.8 and picture.focal_length == 85",
    "picture.exposure == 1 / 250",
    "picture.width == 6000 and picture.height == 4000 and picture.width > picture.height",
    "picture.taken == '2023-06-01T05:30:00+02:00'",
    "(picture.year, picture.month, picture.day, picture.hour) == (2023, 6, 1, 5)",
    "picture.place.endswith('Norway')",
    "60 < picture.latitude < 61 and 5 < picture.longitude < 6",
    "picture.content_type == 'image/jpeg' and picture.bytes == 12_345_678",
    "picture.visibility == 'friends'",
    // Statements of functions.
    // The sum of the odd numbers below 10, but 7.
    "def rule(picture):
    total = 0
    for i in range(100):
        if i % 2 == 0:
            continue
        elif i == 7:
            pass
        elif i > 9:
            break
        else:
            total += i
    else:
        return False
    return total == 1 + 3 + 5 + 9",
    "def rule(picture):
    n = 10
    while n > 3:
        n -= 2
    else:
        n = -n
    return n == -2",
    "def rule(picture):
    a, (b, c) = 1, (2, [3])
    d = e = c
    return (a, b, d[0], e) == (1, 2, 3, [3])",
    "def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
fib(12) == 144",
    "def rule(picture):
    words = [word for word in picture.place.lower().split(', ') if word]
    return words == ['bergen', 'norway']",
    "def area(width, height=1):
    return width * height
area(3) == 3 and area(height=4, width=2) == 8 and area(2, height=5) == 10",
    "def rule(picture):
    for i in range(3):
        for j in range(3):
            if i * j == 2:
                return (i, j) == (1, 2)
    return False",
    // Comprehensions have their own variables.
    "x = 5
[x for x in range(3)] == [0, 1, 2] and x == 5",
    "[(a, b) for a in range(3) for b in range(a) if a + b > 1] == [(2, 0), (2, 1)]",
    "{n % 3 for n in range(10)} == {0, 1, 2}",
    "{c: i for i, c in [(1, 'a'), (2, 'b')]} == {'a': 1, 'b': 2}",
    "any(n > 5 for n in [1, 10, None])",
    "not all(n < 5 for n in [1, 10, None])",
    "sum(n * n for n in range(4)) == 14",
    "', '.join(c.upper() for c in 'abc') == 'A, B, C'",
    "[x for x in [1, 2] if x for x in [3]] == [3, 3]",
    // Functions and methods.
    "sorted(['b', 'A', 'c'], key=str, reverse=True) == ['c', 'b', 'A']",
    "def last(t): return t[-1]
sorted([(1, 'b'), (2, 'a')], key=last)[0] == (2, 'a')",
    "sorted([[1], [0, 0]], key=any)[0] == [0, 0] and sorted(['bb', 'a'], key=len) == ['a', 'bb']",
    "-7 // 2 == -4 and -7 % 3 == 2 and 7 % -3 == -2 and -7.5 // 2 == -4.0 and 7.5 % -2 == -0.5",
    "2 ** 10 == 1024 and 2 ** -1 == 0.5 and -2 ** 2 == -4 and 7 / 2 == 3.5 and 6 / 2 == 3 and ~5 == -6",
    "9007199254740993 != 9007199254740992.0 and 9007199254740993 / 3 == 3002399751580331.0",
    "-9223372036854775808 == -9223372036854775807 - 1 and 2 ** -9223372036854775808 == 0.0",
    // Words in another case are names.
    "AND = true = 1
AND == true",
    "0.1 + 0.2 == 0.30000000000000004 and str(0.1 + 0.2) == '0.30000000000000004' and str(2.0) == '2.0'",
    "str(1e22) == '1e+22' and str(123456789012345.0) == '123456789012345.0' and str(1e-5) == '1e-05'",
    "1 == 1.0 == True and not '1' == 1 and [1, 2] < [1, 3] and (1, 'a') < (1, 'b') and 'Z' < 'a'",
    "1 < 2 < 3 and not 1 < 3 < 2 and 1 in (1, 2) and 3 not in {1, 2} and 'b' in 'abc' and '' in ''",
    "(0 or 'x') == 'x' and (1 and 0) == 0 and (None or False) is False and not (not [])  is False",
    "5 in range(0, 10, 5) and len(range(10, 0, -3)) == 4 and list(range(3)) == [0, 1, 2] and range(0) == range(1, 1)",
    "'a,b,,c'.split(',') == ['a', 'b', '', 'c'] and ' a  b '.split() == ['a', 'b'] and '-'.join('ab') == 'a-b'",
    "'xxaxx'.strip('x') == 'a' and 'aaa'.replace('a', 'b') == 'bbb' and 'abcb'.find('b') == 1 and 'a'.find('z') == -1",
    "{'a': 1} | {'b': 2, 'a': 3} == {'a': 3, 'b': 2}",
    "min(3, 1, 2) == 1 and max([1, 3, 2]) == 3 and min([], default=None) is None",
    "round(1e-50, 45) == 0.0 and round(5e-324, 323) == 0.0 and round(5e-324, 324) == 5e-324",
    "round(2.5) == 2 and round(3.5) == 4 and round(2.675, 2) == 2.67 and round(7, 2) == 7",
    "int('12') == 12 and int(-3.9) == -3 and float(' 1e3 ') == 1000.0 and str(1e16) == '1e+16'",
    "list('abc') == ['a', 'b', 'c'] and tuple([1]) == (1,) and len(set([1, 1.0, True])) == 1",
    "f'{picture.year}/{{{picture.iso}}}' == '2023/{6400}'",
    "'٣'.isdigit() and '²'.isdigit() and not '½'.isdigit() and not ''.isdigit()",
    "'Ä'.lower() == 'ä' and 'straße'.upper() == 'STRASSE' and len('🇳🇴') == 2",
    "'früh'[::-1] == 'hürf' and 'abc'[-2] == 'b' and 'abc'[1:] == 'bc' and [1, 2, 3][:-1] == [1, 2]",
    "{'a': 1}.get('b', 2) == 2 and {'a': 1}['a'] == 1 and 'a' in {'a': 1}",
    "{1, 2} | {3} == {1, 2, 3} and {1, 2} & {2} == {2} and {1} < {1, 2}",
];

#[test]
fn these_rules_are_true() {
    for code in RULES {
        assert_eq!(evaluate(code), Ok(true), "{code}");
    }
}

#[test]
fn a_field_without_a_value_is_none() {
    for name in field_names() {
        let code = format!("picture.{name} is None");
        let has_value = matches!(*name, "id" | "content_type" | "bytes" | "visibility");
        assert_eq!(evaluate_for(&code, &bare()), Ok(!has_value), "{name}");
    }
}

#[test]
fn the_fields_are_those_of_the_json() {
    let json = serde_json::to_value(bare()).unwrap();
    let mut names: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, field_names());
    let fields = PictureFields::from(&picture());
    let json = serde_json::to_string(&fields).unwrap();
    assert_eq!(serde_json::from_str::<PictureFields>(&json).unwrap(), fields);
}

#[test]
fn the_local_time_counts_and_not_utc() {
    let taken = Picture { taken_at: Some("2024-01-01T00:05:00+09:00".parse().unwrap()), ..picture() };
    assert_eq!(evaluate_for("(picture.year, picture.hour) == (2024, 0)", &(&taken).into()), Ok(true));
}

// Not in `RULES`, because CPython before 3.12 rounds after each addition.
#[test]
fn a_sum_of_floats_is_corrected_as_in_python() {
    for code in [
        "sum([0.1] * 10) == 1.0",
        "sum([1.0, 1e100, 1.0, -1e100]) == 2.0",
        "sum([0.1] * 10, 1) == 2.0",
        "sum([1e16, 1.0, 1, 1.0]) == 1e16 + 2",
        "str(sum([-0.0, -0.0], -0.0)) == '-0.0'",
        "sum([1e308, 1e308, -1e308]) == float('inf')",
        "sum([float('inf'), 1.0]) == float('inf')",
    ] {
        assert_eq!(evaluate(code), Ok(true), "{code}");
    }
}

#[test]
fn a_budget_can_last_for_several_pictures() {
    let rule = Rule::parse("sum(range(1000)) > 0").unwrap();
    let budget = &mut Budget::default();
    let count = (0..1000).take_while(|_| rule.evaluate(&bare(), budget).is_ok()).count();
    assert!((10..100).contains(&count), "{count}");
}

#[test]
fn rules_can_be_shared_by_threads() {
    fn assert_send_and_sync<T: Send + Sync>() {}
    assert_send_and_sync::<Rule>();
}
