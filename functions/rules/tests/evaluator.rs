//! Tests the evaluator with real child processes.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::time::{Duration, Instant};

use rule_evaluator::{Evaluator, Outcome, Work};
use rule_language::PictureFields;

fn evaluator() -> Evaluator {
    let mut evaluator = Evaluator::current_program(Duration::from_secs(1)).unwrap();
    evaluator.0.path = env!("CARGO_BIN_EXE_rules").into();
    evaluator
}

/// Returns an evaluator that runs a script of the shell in place of the program.
fn shell(script: &str) -> Evaluator {
    let mut shell = evaluator();
    (shell.0.path, shell.0.arguments) = ("/bin/sh".into(), vec!["-c".into(), script.into()]);
    shell
}

/// Creates a rule for `number` pictures with long texts.
fn work(code: &str, number: usize) -> Work {
    let text = Some("Norway, ".repeat(200).as_str().into());
    let picture = PictureFields { caption: text.clone(), place: text, ..PictureFields::default() };
    Work { code: code.into(), pictures: vec![picture; number] }
}

async fn assert_fails(evaluator: &Evaluator, message: &str) {
    let outcome = evaluator.evaluate(&work("True", 2)).await.unwrap();
    assert_eq!(outcome.matches, [None, None]);
    let error = outcome.error.unwrap();
    assert!(error.message.contains(message), "{error}");
}

#[tokio::test]
async fn returns_the_outcome_of_the_child() {
    let outcome = evaluator().evaluate(&work("'norway' in picture.place.lower()", 120)).await.unwrap();
    assert_eq!(outcome, Outcome { matches: vec![Some(true); 120], error: None, evaluated: 120 });
}

#[tokio::test]
async fn attacks_by_rules_end_within_a_second_with_a_sentence() {
    for (attack, message) in [
        ("def rule(picture):\n    while True:\n        pass", "steps"),
        ("def f(x):\n    return f(x) + f(x)\ndef rule(picture):\n    return f(1)", ""),
        ("10 ** 10 ** 10", ""),
        ("'x' * 4000000 * 4000000 == ''", ""),
        ("def rule(picture):\n    t = 'x'\n    while True:\n        t = t + t", "memory"),
        ("def rule(picture):\n    t = [1]\n    while True:\n        t = t + t", ""),
        ("len([a for a in range(99999) for b in range(99999)]) > 0", "steps"),
        (&"(".repeat(4096), ""),
        (&"not ".repeat(1000), ""),
        (&"[".repeat(2000), ""),
        ("__import__('os').system('id')", ""),
        ("open('/etc/passwd')", ""),
        ("picture.__class__.__bases__", ""),
    ] {
        let start = Instant::now();
        let outcome = evaluator().evaluate(&work(attack, 120)).await.unwrap();
        let error = outcome.error.expect(attack);
        assert!(error.message.contains(message), "{attack}: {error}");
        assert!(!error.message.contains("could not be evaluated"), "{attack}: {error}");
        assert!(start.elapsed().as_millis() < 1_500, "{attack}: {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn the_parent_survives_each_end_of_the_child() {
    let ended = "could not be evaluated";
    assert_fails(&shell("kill -SEGV $$"), ended).await;
    assert_fails(&shell("exit 3"), ended).await;
    assert_fails(&shell("cat > /dev/null"), ended).await;
    assert_fails(
        &shell("cat > /dev/null; echo '{\"matches\":[true],\"error\":null,\"evaluated\":1}'"),
        ended,
    )
    .await;
    assert_fails(&shell("cat /dev/zero"), ended).await;
    assert_fails(&shell("exec sleep 1000"), "too slow for these pictures").await;
    let program = env!("CARGO_BIN_EXE_rules");
    assert_fails(&shell(&format!("{program} evaluate < /dev/null")), ended).await;
    assert_fails(&shell(&format!("ulimit -v 1000; exec {program} evaluate")), ended).await;
}

/// Returns an evaluator whose processes fail if the script of the shell ends them. Its variable
/// `input` contains the work.
fn unreliable(script: &str) -> Evaluator {
    let program = env!("CARGO_BIN_EXE_rules");
    let mut shell = shell(&format!("input=$(cat); {script} printf '%s' \"$input\" | {program} evaluate"));
    shell.0.max_time = Duration::from_secs(10);
    shell
}

/// Returns the path of a file that does not exist.
fn absent_file(name: &str) -> std::path::PathBuf {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::remove_file(&path).ok();
    path
}

#[tokio::test]
async fn only_the_picture_that_ends_its_process_has_no_result() {
    for index in [0, 137, 249] {
        let mut work = work("True", 250);
        work.pictures[index].camera = Some("poison".into());
        let evaluator = unreliable("case $input in *poison*) exit 3;; esac;");
        let outcome = evaluator.evaluate_all(&work.code, work.pictures).await.unwrap();
        let expected: Vec<_> = (0..250).map(|i| (i != index).then_some(true)).collect();
        assert_eq!((outcome.matches, outcome.evaluated), (expected, 250), "{index}");
        assert!(outcome.error.unwrap().message.contains("could not be evaluated"));
    }
}

#[tokio::test]
async fn a_process_that_fails_once_changes_no_result() {
    let invalid = r#"echo '{"matches":[],"error":null,"evaluated":0}'; exit 0"#;
    // A process without a processor has no time for the first picture.
    let stalled =
        r#"echo '{"matches":[null],"error":{"line":1,"column":1,"message":"X."},"evaluated":0}'; exit 0"#;
    for (name, failure) in
        [("ended", "exit 3"), ("invalid", invalid), ("stalled", stalled), ("slow", "exec sleep 1000")]
    {
        for number in [1, 120] {
            let file = absent_file(&format!("{name}-{number}"));
            let path = file.display();
            let mut evaluator = unreliable(&format!("test -e {path} || {{ : > {path}; {failure}; }};"));
            evaluator.0.max_time = Duration::from_secs(3);
            let Work { code, pictures } = work("True", number);
            let outcome = evaluator.evaluate_all(&code, pictures).await.unwrap();
            let expected = Outcome { matches: vec![Some(true); number], error: None, evaluated: number };
            assert_eq!(outcome, expected, "{name}");
            assert!(file.exists());
        }
    }
}

#[tokio::test]
async fn after_the_time_the_outcome_has_only_the_first_pictures() {
    let Work { code, pictures } = work("True", 250);
    let outcome = evaluator().evaluate_until(&code, pictures.clone(), Instant::now()).await.unwrap();
    assert_eq!(outcome, Outcome { matches: vec![], error: None, evaluated: 0 });
    let slow = unreliable("sleep 0.3;");
    let end = Instant::now() + Duration::from_millis(500);
    let outcome = slow.evaluate_until(&code, pictures, end).await.unwrap();
    assert!([100, 200].contains(&outcome.evaluated), "{}", outcome.evaluated);
    assert_eq!(outcome.matches, vec![Some(true); outcome.evaluated]);
}

#[tokio::test]
async fn an_error_in_the_code_is_that_of_each_picture() {
    let Work { code, pictures } = work("picture.", 250);
    let outcome = evaluator().evaluate_all(&code, pictures).await.unwrap();
    assert_eq!((outcome.matches, outcome.evaluated), (vec![None; 250], 250));
    assert!(!outcome.error.unwrap().message.contains("process"));
}

#[tokio::test]
async fn the_child_has_no_environment() {
    // The shell itself sets only these variables.
    let script = "cat > /dev/null; env | grep -q -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= || \
                  echo '{\"matches\":[true,false],\"error\":null,\"evaluated\":2}'";
    let outcome = shell(script).evaluate(&work("True", 2)).await.unwrap();
    assert_eq!(outcome.matches, [Some(true), Some(false)]);
}

#[cfg(target_os = "linux")]
mod restrictions {
    use super::*;
    use std::fs;
    use std::io::{Read, Write};
    use std::net::{TcpStream, UdpSocket};
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Child, Command, Stdio};
    use std::thread;

    /// The signal that ends a process after a refused system call.
    const SIGSYS: i32 = 31;

    /// Reads a clock that no vDSO reads without the system call.
    fn read_clock() {
        let _time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    }

    /// Does what a rule must never do, after the process was restricted as that of a rule.
    fn attack(name: &str) {
        let mut zeros = fs::File::open("/dev/zero").unwrap();
        let mut sink = fs::File::create("/dev/null").unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let parent = rustix::process::getppid().unwrap();
        // The first call finds the vDSO, for which it needs other system calls.
        read_clock();
        let _filter = rule_evaluator::restrict().unwrap();
        let result = match name {
            "nothing" => std::process::exit(0),
            "read a clock" => {
                read_clock();
                std::process::exit(0)
            }
            "read a file" => fs::read("/etc/passwd").map(|_| ()),
            "create a file" => fs::write("/tmp/albumen-rule", "x"),
            "delete a file" => fs::remove_file("/tmp/albumen-rule"),
            "list processes" => fs::read_dir("/proc").map(|_| ()),
            "read an open file" => zeros.read(&mut [0]).map(|_| ()),
            "write to an open file" => sink.write(b"x").map(|_| ()),
            "send by an open socket" => socket.send_to(b"x", "127.0.0.1:9").map(|_| ()),
            "connect" => TcpStream::connect("127.0.0.1:80").map(|_| ()),
            "open a socket" => UdpSocket::bind("127.0.0.1:0").map(|_| ()),
            "open a local socket" => UnixStream::pair().map(|_| ()),
            "start a thread" => thread::Builder::new().spawn(|| ()).map(|_| ()),
            "start a process" => Command::new("/bin/true").spawn().map(|_| ()),
            "signal the parent" => rustix::process::test_kill_process(parent).map_err(Into::into),
            "sleep" => {
                thread::sleep(Duration::from_millis(1));
                Ok(())
            }
            "raise a limit" => {
                use rustix::process::{Resource, getrlimit, setrlimit};
                setrlimit(Resource::Nofile, getrlimit(Resource::Nofile)).map_err(Into::into)
            }
            _ => panic!("{name} is unknown"),
        };
        std::process::exit(match result {
            Ok(()) => 1,
            Err(_) => 2,
        });
    }

    /// Runs in a process of its own, which [`starts_no_attack`] starts.
    #[test]
    #[ignore = "ends its process"]
    fn child() {
        let mut name = String::new();
        std::io::stdin().read_to_string(&mut name).unwrap();
        attack(&name);
    }

    fn run(attack: &str) -> std::process::ExitStatus {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "restrictions::child", "--ignored", "--nocapture"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(attack.as_bytes()).unwrap();
        child.wait().unwrap()
    }

    #[test]
    fn the_filter_refuses_what_a_rule_must_never_do() {
        assert_eq!(run("nothing").code(), Some(0), "the filter allows a process to end");
        assert_eq!(run("read a clock").code(), Some(0), "the filter allows the system call of a clock");
        for attack in [
            "read a file",
            "create a file",
            "delete a file",
            "list processes",
            "read an open file",
            "write to an open file",
            "send by an open socket",
            "connect",
            "open a socket",
            "open a local socket",
            "start a thread",
            "start a process",
            "signal the parent",
            "sleep",
            "raise a limit",
        ] {
            let status = run(attack);
            assert_eq!(status.signal(), Some(SIGSYS), "{attack}: {status}");
        }
    }

    #[tokio::test]
    async fn the_child_cannot_read_the_memory_of_its_parent() {
        use rustix::process::{DumpableBehavior, dumpable_behavior, geteuid};
        let script = "cat > /dev/null; cat /proc/$PPID/environ /proc/$PPID/maps > /dev/null 2>&1 || \
                      echo '{\"matches\":[true,false],\"error\":null,\"evaluated\":2}'";
        let shell = shell(script);
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        // The superuser can read the memory of each process.
        if !geteuid().is_root() {
            let outcome = shell.evaluate(&work("True", 2)).await.unwrap();
            assert_eq!(outcome.matches, [Some(true), Some(false)]);
        }
    }

    /// A child that waits for its rule.
    struct WaitingChild(Child);

    impl WaitingChild {
        fn read(&self, file: &str) -> String {
            fs::read_to_string(format!("/proc/{}/{file}", self.0.id())).unwrap()
        }
    }

    impl Drop for WaitingChild {
        fn drop(&mut self) {
            self.0.kill().unwrap();
            self.0.wait().unwrap();
        }
    }

    #[test]
    fn the_child_is_restricted_before_it_reads_the_rule() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rules"));
        let child = command.arg("evaluate").stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let child = WaitingChild(child);
        let start = Instant::now();
        // The filter is installed last.
        while !child.read("status").contains("Seccomp:\t2") {
            assert!(start.elapsed() < Duration::from_secs(10), "no filter is installed after 10 s");
            thread::sleep(Duration::from_millis(5));
        }
        assert!(child.read("status").contains("NoNewPrivs:\t1"));
        let limits = child.read("limits");
        for (name, max) in [
            ("Max cpu time", "2"),
            ("Max core file size", "0"),
            ("Max processes", "0"),
            ("Max open files", "0"),
            ("Max address space", "67108864"),
        ] {
            let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            assert_eq!(line.split_whitespace().take(2).collect::<Vec<_>>(), [max, max], "{name}");
        }
    }
}
