//! Errors: line, column and a sentence.

use rule_language::Rule;

use super::support::{bare, evaluate, evaluate_for};

#[track_caller]
fn assert_error(code: &str, line: u32, column: u32, message: &str) {
    let error = evaluate(code).expect_err(code);
    assert_eq!((error.message.as_str(), error.line, error.column), (message, line, column), "{code}");
}

#[test]
fn a_misspelled_name_has_a_suggestion() {
    for (code, column, message) in [
        ("picture.camrea == 'x'", 9, "`camrea` is not a field of `picture`. Did you mean `camera`?"),
        ("picture.ISO > 1", 9, "`ISO` is not a field of `picture`. Did you mean `iso`?"),
        (
            "picture.fstop > 1",
            9,
            "`fstop` is not a field of `picture`. Use a field, such as `camera`, `place` or `year`.",
        ),
        (
            "picture.location",
            9,
            "`location` is not a field of `picture`. Use a field, such as `camera`, `place` or `year`.",
        ),
        (
            "picture.altitude",
            9,
            "`altitude` is not a field of `picture`. Use a field, such as `camera`, `place` or `year`.",
        ),
        (
            "def rule(p): return p.location",
            23,
            "`location` is neither a field of `picture` nor a method. Use a field, such as `camera`, `place` or `year`.",
        ),
        ("pictur.iso > 1", 1, "`pictur` is not defined. Did you mean `picture`?"),
        ("iso > 1", 1, "`iso` is not defined. Write `picture.iso`."),
        ("sorted_([1]) == [1]", 1, "`sorted_` is not defined. Did you mean `sorted`?"),
        (
            "picture.place.startswiht('N')",
            15,
            "Rules have no method `startswiht`. Did you mean `startswith`?",
        ),
        ("picture.place.lower == 'x'", 15, "Call the method with parentheses: `lower()`."),
        ("picture.place() == 'x'", 9, "`place` is a field, not a method. Remove the parentheses."),
        ("print(picture)", 1, "Rules have no `print`. Remove it."),
        ("zip([1], [2]) == []", 1, "Rules have no `zip`. Remove it."),
        ("ValueError", 1, "Rules have no `ValueError`. Remove it."),
        ("bytes > 1", 1, "`bytes` is not defined. Write `picture.bytes`."),
        ("picture.caption.contains('x')", 17, "Texts have no method `contains`. Write `\"x\" in …`."),
        ("[1].append(2)", 5, "Rules have no `append`, because lists cannot change. Make a new list instead."),
    ] {
        assert_error(code, 1, column, message);
    }
}

#[test]
fn what_the_language_lacks_is_refused_with_advice() {
    for (code, message) in [
        ("import os", "Rules cannot import modules. Remove the import."),
        ("from os import path", "Rules cannot import modules. Remove the import."),
        ("class A: pass", "Rules cannot define classes. Use functions and variables."),
        ("try:\n    1\nexcept: 2", "Rules cannot handle exceptions. Test the value with `if` instead."),
        ("raise 1", "Rules cannot raise exceptions. Return True or False instead."),
        ("assert True", "Rules cannot raise exceptions. Return True or False instead."),
        ("with picture: pass", "Rules cannot use `with`. Remove it."),
        ("global x", "Functions cannot change outer variables. Return the value instead."),
        ("async def f(): pass", "Rules cannot wait for anything. Remove the word."),
        ("del picture", "Rules cannot delete variables. Remove the line."),
        ("@cache\ndef rule(p): return True", "Rules cannot use `@`. Remove it."),
        ("lambda: True", "Rules cannot use `lambda`. Define a function with `def` instead."),
        (
            "if True: pass",
            "Loops and `if` can only be in a function. Write `def rule(picture):` above, and indent the lines.",
        ),
        ("return True", "`return` can only be in a function. Write only the condition."),
        ("break", "`break` can only be in a loop. Remove it."),
        ("*[1], 2", "Rules cannot unpack with `*`. Write each element."),
        ("b'x' == 1", "Rules have no bytes. Remove the `b` before the quote."),
        ("1j == 1", "Rules have no complex numbers. Remove the `j`."),
        ("true", "Write `True` instead of `true`."),
        ("null == 1", "Write `None` instead of `null`."),
        ("picture.iso is null", "Write `None` instead of `null`."),
        ("picture.iso is Not None", "Write `not` instead of `Not`."),
        ("picture.year == 2023 AND True", "Write `and` instead of `AND`."),
        ("(True OR False)", "Write `or` instead of `OR`."),
        ("NOT True", "Write `not` instead of `NOT`."),
        ("NOT(True)", "Write `not` instead of `NOT`."),
        ("picture.iso IN [1]", "Write `in` instead of `IN`."),
        ("picture.iso Is None", "Write `is` instead of `Is`."),
        ("f'{1 IF True else 2}' == '1'", "Write `if` instead of `IF`."),
        ("Def rule(picture): return True", "Write `def` instead of `Def`."),
        ("def rule(picture): Return True", "Write `return` instead of `Return`."),
        ("Else: True", "Write `else` instead of `Else`."),
        ("!True", "Write `not` instead of `!`."),
        ("“x” == 'x'", "Use straight quotes around a text: `\"` or `'`."),
        ("True !in [True]", "Write `not` instead of `!`."),
        ("", "The rule is empty. Write a condition, for example `picture.year == 2023`."),
        ("# A comment", "The rule is empty. Write a condition, for example `picture.year == 2023`."),
        ("x = 1", "The rule has no result. End it with a condition, for example `picture.year == 2023`."),
    ] {
        let error = Rule::parse(code).expect_err(code);
        assert_eq!(error.message, message, "{code}");
        assert!(error.line == 1, "{code}");
    }
}

#[test]
fn errors_of_syntax_name_the_place() {
    for (code, line, column, message) in [
        ("picture.iso = 1", 1, 1, "Rules cannot change a picture. Write `==` to compare."),
        ("(picture.iso = 1)", 1, 14, "Write `==` to compare."),
        ("picture.iso => 3", 1, 13, "Write `>=` instead of `=>`."),
        ("picture.iso =< 3", 1, 13, "Write `<=` instead of `=<`."),
        ("picture.iso =! 3", 1, 13, "Write `!=` instead of `=!`."),
        (
            "'a' = picture.camera",
            1,
            1,
            "Only a variable can be on the left side of `=`. Write `==` to compare.",
        ),
        (
            "picture.iso > 1\nand picture.iso < 5",
            2,
            1,
            "Put parentheses around a condition of several lines.",
        ),
        (
            "picture.iso > 1\n    and picture.iso < 5",
            2,
            5,
            "Put parentheses around a condition of several lines.",
        ),
        (
            "picture.iso is not None and\npicture.iso > 1",
            1,
            28,
            "Expected a value, found the end of the line. Put parentheses around a condition of several lines.",
        ),
        (
            "def rule(p):\n    return p.iso or\n        p.year",
            2,
            20,
            "Expected a value, found the end of the line. Put parentheses around a condition of several lines.",
        ),
        ("picture.iso and\n", 1, 16, "Expected a value, found the end of the line."),
        (
            "picture.iso > 1\npicture.iso < 5",
            1,
            1,
            "The result of this line is not used. Connect the conditions with `and` or `or`.",
        ),
        ("(picture.iso > 1", 1, 1, "This `(` is never closed. Add `)`."),
        ("picture.iso > 1)", 1, 16, "This `)` closes nothing. Remove it."),
        ("picture.iso >", 1, 14, "Expected a value, found the end of the line."),
        ("'früh' == ", 1, 11, "Expected a value, found the end of the line."),
        ("picture.iso > 1 && picture.iso < 5", 1, 18, "Write `and` instead of `&&`."),
        ("picture.place == 'Oslo", 1, 18, "This text has no end. Close it with `'`."),
        ("def rule(picture)\n    return True", 1, 18, "Add `:` at the end of this line."),
        ("def rule(picture):\nreturn True", 2, 1, "Indent the next line, for example by four spaces."),
        (
            "def rule(picture):\n    if True:\n        return True\n  return False",
            4,
            3,
            "The indentation differs from the lines above. Use the same spaces as one of them.",
        ),
        (
            "def rule(picture):\n    x = 1\n      y = 2\n    return True",
            3,
            7,
            "This line has more spaces at its start than the line above. Remove them.",
        ),
        (
            "def rule(picture, x):\n    return True",
            1,
            5,
            "The function `rule` has one parameter. Write `def rule(picture):`.",
        ),
        (
            "def rule(picture=None):\n    return True",
            1,
            18,
            "The parameter of `rule` has no default value. Remove `=` and the value.",
        ),
        (
            "def check(picture):\n    return True",
            1,
            5,
            "No function has the name `rule`. Write `def rule(picture):`, or add a line that calls `check(picture)`.",
        ),
        (
            "def rule(p):\n    def f(): pass\n    return True",
            2,
            5,
            "Functions can only be at the top level. Move this one to the start of a line.",
        ),
        (
            "def rule(p):\n    return picture.iso > 1",
            2,
            12,
            "`picture` is not defined here. Add it to the parameters of the function.",
        ),
        ("f'{picture.camrea}' == 'x'", 1, 12, "`camrea` is not a field of `picture`. Did you mean `camera`?"),
        ("f'{1 # }' == 'x'", 1, 3, "This `{` has no `}`. Add it, or write `{{` for a brace."),
        ("f'{1:.2f}' == 'x'", 1, 5, "A text cannot have a format after `:`. Use `round()` instead."),
        (
            "f'{picture.year!r}' == 'x'",
            1,
            16,
            "Remove `!r`: a text with the prefix `f` has no conversions here.",
        ),
        ("f'{picture){6400}' == 'x'", 1, 3, "This `{` has no `}`. Add it, or write `{{` for a brace."),
        ("True\\\n", 1, 5, "No line follows this `\\`. Remove it."),
        ("f'{1' == 'x'", 1, 3, "This `{` has no `}`. Add it, or write `{{` for a brace."),
        (
            "picture.camera is 'x'",
            1,
            16,
            "`is` can only compare with None, True or False. Write `==` or `!=`.",
        ),
        ("99999999999999999999 > 1", 1, 1, "The number is too large. Whole numbers have at most 64 bits."),
        ("9223372036854775808 > 1", 1, 1, "The number is too large. Whole numbers have at most 64 bits."),
        (
            "-9223372036854775808 ** 2 > 1",
            1,
            2,
            "The number is too large. Whole numbers have at most 64 bits.",
        ),
        ("\"\\d\" == 'd'", 1, 2, "This `\\` does not start an escape sequence. Write `\\\\`."),
        ("'a'.count(x for x in 'a') == 1", 1, 11, "Put this list into square brackets: `[… for … in …]`."),
        (
            "def sum(x): return x == 1\nsum(x for x in [1])",
            2,
            5,
            "Put this list into square brackets: `[… for … in …]`.",
        ),
        (
            "def f(x): return True\nf(x for x in [1])",
            2,
            5,
            "Put this list into square brackets: `[… for … in …]`.",
        ),
        ("x: int = 3", 1, 2, "Variables have no types. Remove the `:` and the type."),
        ("picture.iso > 1; True", 1, 16, "Rules cannot use `;`. Write each statement on a line of its own."),
    ] {
        assert_error(code, line, column, message);
    }
}

#[test]
fn errors_of_evaluation_name_the_place() {
    for (code, line, column, message) in [
        (
            "sorted([{1, 2}, {3}]) == []",
            1,
            1,
            "`sorted` needs sets of which each contains the previous ones.",
        ),
        ("picture.camera > 3", 1, 1, "`>` cannot compare a text with a number. Convert one of them first."),
        (
            "def rule(p):\n    return p.camera + 3 == 1",
            2,
            12,
            "`+` does not work for a text and a number. Convert the other value with `str()`.",
        ),
        ("any(x=[1])", 1, 1, "`any` takes one list."),
        ("1 / 0 == 1", 1, 1, "The rule divides by 0. Test the value first."),
        ("9223372036854775807 + 1 > 1", 1, 1, "The number is too large. Whole numbers have at most 64 bits."),
        ("--9223372036854775808 > 1", 1, 1, "The number is too large. Whole numbers have at most 64 bits."),
        ("[1, 2][5] == 1", 1, 1, "The index 5 is too large: a list has 2 elements. Test `len()` first."),
        ("[1][5] == 1", 1, 1, "The index 5 is too large: a list has 1 element. Test `len()` first."),
        ("[1]['a'] == 1", 1, 1, "An index is a whole number, not a text."),
        ("picture['iso'] == 1", 1, 1, "A picture has no elements with an index. Write `picture.iso`."),
        (
            "picture['size'] == 1",
            1,
            1,
            "A picture has no elements with an index. Write `picture.` and the name of the field.",
        ),
        (
            "picture[0] == 1",
            1,
            1,
            "A picture has no elements with an index. Write `picture.` and the name of the field.",
        ),
        (
            "str(picture) == ''",
            1,
            1,
            "Rules cannot convert a picture to text. Use its fields, such as `picture.camera`.",
        ),
        ("str([1]) == ''", 1, 1, "Rules cannot convert a list to text. Use its elements."),
        ("str(len) == ''", 1, 1, "Rules cannot convert a function to text. Call it with parentheses."),
        (
            "sum([1, None]) == 1",
            1,
            1,
            "`sum` cannot add None. Leave it out, for example with `if x is not None`.",
        ),
        ("sum(['a']) == 'a'", 1, 1, "`sum` cannot add texts. Use `\"\".join(…)`."),
        ("{'a': 1}['b'] == 1", 1, 1, "The dictionary has no key for the text \"b\". Use `get()`."),
        ("picture.iso.lower() == 'x'", 1, 1, "A number has no method `lower`."),
        (
            "picture.iso() == 1 if False else picture.iso[0]",
            1,
            9,
            "`iso` is a field, not a method. Remove the parentheses.",
        ),
        (
            "int('x') == 1",
            1,
            1,
            "`int()` needs a text that is a whole number. Test it first with `isdigit()`.",
        ),
        ("{[1]} == {1}", 1, 1, "A set or a key of a dictionary cannot contain a list. Use a tuple instead."),
        (
            "def rule(p):\n    x = [1]\n    x += [2]\n    return True",
            3,
            5,
            "A list cannot change. Write `x = x + …`.",
        ),
        (
            "def rule(p):\n    if p.iso == 1:\n        x = 1\n    return x == 1",
            4,
            12,
            "`x` has no value here. Assign one before.",
        ),
        (
            "def rule(p):\n    a, b = 1, 2, 3\n    return True",
            2,
            5,
            "This assigns 3 values to 2 variables. Write one variable for each value.",
        ),
        ("(a, b) = [1]\na", 1, 1, "This assigns 1 value to 2 variables. Write one variable for each value."),
        ("def f(a, b): return True\nf(1)", 2, 1, "The call of `f` lacks `b`. Add it."),
        (
            "def f(a): return True\nf(1, 2)",
            2,
            1,
            "`f` has 1 parameter, but the call has 2 arguments. Remove 1 argument.",
        ),
        (
            "def rule(p):\n    if p.iso == 1:\n        return True",
            1,
            5,
            "`rule` ends without `return` for this picture. Add `return False` at its end.",
        ),
        (
            "def rule(p):\n    p.iso > 3",
            1,
            5,
            "`rule` ends without `return` for this picture. Add `return False` at its end.",
        ),
        (
            "picture",
            1,
            1,
            "The result is a picture. A rule gives True or False: compare a field, for example `picture.year == 2023`.",
        ),
        ("def f(size): return True\nf(sizes=2)", 2, 1, "`f` has no parameter `sizes`. Did you mean `size`?"),
        (
            "def f(n): return f(n + 1)\nf(0)",
            1,
            18,
            "The functions call each other too deeply. Use a loop instead.",
        ),
    ] {
        assert_error(code, line, column, message);
    }
}

#[test]
fn a_result_that_is_not_a_boolean_is_an_error() {
    for (code, message) in [
        (
            "picture.iso",
            "the number 6400 for this picture, but it must give True or False. Compare the value, for example with `==` or `>`.",
        ),
        (
            "picture.camera and picture.lens",
            "the text \"85.0 mm f/1.8\" for this picture, but it must give True or False. Compare the value, for example with `==` or `>`.",
        ),
        (
            "def rule(p):\n    rule = None\n    return rule",
            "None for this picture, but it must give True or False. Compare with None, for example `picture.place is not None`.",
        ),
        (
            "def rule(p):\n    return",
            "None for this picture, but it must give True or False. Write `return False`.",
        ),
        (
            "len",
            "a function for this picture, but it must give True or False. Call the function with parentheses.",
        ),
    ] {
        let error = evaluate(code).expect_err(code);
        assert_eq!(error.message, format!("The rule gives {message}"), "{code}");
    }
}

#[test]
fn a_missing_value_is_explained() {
    for (code, message) in [
        (
            "picture.iso > 3200",
            "`picture.iso` is None for this picture. Test it first: `picture.iso is not None and …`.",
        ),
        (
            "2000 < picture.year",
            "`picture.year` is None for this picture. Test it first: `picture.year is not None and …`.",
        ),
        (
            "'x' in picture.place",
            "`picture.place` is None for this picture. Test it first: `picture.place is not None and …`.",
        ),
        (
            "picture.place.lower() == 'x'",
            "`picture.place` is None for this picture. Test it first: `picture.place is not None and …`.",
        ),
        (
            "picture.width * 2 > 1",
            "`picture.width` is None for this picture. Test it first: `picture.width is not None and …`.",
        ),
        (
            "len(picture.caption) > 1",
            "`picture.caption` is None for this picture. Test it first: `picture.caption is not None and …`.",
        ),
        (
            "sum([picture.iso]) > 1",
            "`sum` cannot add None. Leave it out, for example with `if x is not None`.",
        ),
        (
            "round(picture.latitude) == 1",
            "`picture.latitude` is None for this picture. Test it first: `picture.latitude is not None and …`.",
        ),
        (
            "[c for c in picture.camera] == []",
            "`picture.camera` is None for this picture. Test it first: `picture.camera is not None and …`.",
        ),
        (
            "picture.iso and picture.iso > 1",
            "The rule gives None for this picture, but it must give True or False. A field without a value is None: test it with `is not None`.",
        ),
    ] {
        let error = evaluate_for(code, &bare()).expect_err(code);
        assert_eq!(error.message, message, "{code}");
    }
}
