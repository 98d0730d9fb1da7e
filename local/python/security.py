"""Checks the template with the rules of checkov for security. Usage: security.py CHECKOV

Prints each finding that EXCEPTIONS does not explain, and each exception that explains nothing.
Then exits with 1.
"""

import collections
import fnmatch
import json
import pathlib
import subprocess
import sys
import tempfile

from template_tests.expanded import Stack, complete_stack

ENCRYPTED = "AWS encrypts it at rest with a key of its own, free of charge. A KMS key costs money for each request."
NO_ACCESS_LOG = "An access log contains the addresses of visitors and costs money. Each function logs its calls without them."

# The reason why each rule does not apply, or is not worth its price, by the resources that it does
# not apply to: a list of logical ids, or patterns of them.
EXCEPTIONS = {
    # Encryption with a KMS key.
    "CKV_AWS_26": (["ActivityTopic", "AlarmsTopic", "RebuildTopic", "SmartAlbumsTopic", "UploadsTopic"], "SNS encrypts no messages without a KMS key. They contain ids and no text of members, and are deleted after delivery."),
    "CKV_AWS_27": (["*Queue", "*DeadLetters", "StreamFailures"], "SSE-SQS encrypts it, which this rule does not know."),
    "CKV_AWS_119": (["*Table"], ENCRYPTED),
    "CKV_AWS_158": (["*Logs"], ENCRYPTED),
    "CKV_AWS_173": (["*Function"], f"{ENCRYPTED} The variables contain names and limits, and no secrets."),
    # Functions.
    "CKV_AWS_115": (["*Function"], "AWS requires that an account keeps 100 executions unreserved, and new accounts have 10. The parameters ReservedConcurrency and WorkerConcurrency set limits."),
    "CKV_AWS_116": (["*Function"], "The dead letters belong to the queues, and StreamFailures to the streams and the schedule. The API waits for its replies."),
    "CKV_AWS_117": (["*Function"], "No function uses anything in a VPC, and a NAT gateway has an hourly price."),
    # Logs, traces and caches.
    "CKV_AWS_18": (["MediaBucket", "WebBucket"], NO_ACCESS_LOG),
    "CKV_AWS_76": (["Apiv1Stage"], NO_ACCESS_LOG),
    "CKV_AWS_86": (["WebDistribution"], NO_ACCESS_LOG),
    "CKV_AWS_95": (["LiveStage"], NO_ACCESS_LOG),
    "CKV_AWS_73": (["Apiv1Stage"], "The lines of all functions about a picture have its id (`cargo dev trace`). X-Ray costs money for each trace."),
    "CKV_AWS_120": (["Apiv1Stage"], "The cache of API Gateway has an hourly price, and almost all replies depend on the caller."),
    # The web app.
    "CKV_AWS_21": (["WebBucket"], "`cargo dev publish` uploads its files again, and keeps replaced ones for 30 days."),
    "CKV_AWS_68": (["WebDistribution"], "It serves public files. A web ACL has a monthly price. RequestsPerAddress adds one to the API."),
    "CKV_AWS_174": (["WebDistribution"], "CloudFront's own certificate allows no minimum version of TLS. With WebDomain, it is TLS 1.2."),
    "CKV_AWS_192": (["AddressLimit"], "No function runs Java."),
    # Data.
    "CKV_AWS_28": (
        [f"{name}Table" for name in ("Connections", "Deadlines", "Feeds", "Quotas", "Receipts", "Secrets", "Watches")],
        "Its rows expire or can be rebuilt. The tables that are kept can be restored to a point in time.",
    ),
}  # fmt: skip


def findings_of(checkov, stacks):
    """Returns the findings of checkov in stacks: the logical ids and the title of each rule, by its
    id.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, stack in stacks.items():
            (pathlib.Path(folder) / f"{name}.json").write_text(json.dumps({"Resources": stack.resources}))
        # Without `--skip-download`, checkov asks its vendor for further rules.
        command = [checkov, "--directory", folder, "--framework", "cloudformation", "--output", "json"]
        command += ["--quiet", "--compact", "--skip-download", "--soft-fail"]
        report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
        sys.exit("checkov could not read the template.")
    found = collections.defaultdict(set)
    titles = {}
    for check in report["results"]["failed_checks"]:
        found[check["check_id"]].add(check["resource"].rpartition(".")[2])
        titles[check["check_id"]] = check["check_name"]
    return found, titles


def differences(findings, exceptions):
    """Yields a pair for each rule whose findings differ from its exceptions: its id, and what
    differs.
    """
    for rule in sorted(findings.keys() | exceptions.keys()):
        ids = findings.get(rule, set())
        patterns = exceptions.get(rule, ([], ""))[0]
        new = {id for id in ids if not any(fnmatch.fnmatchcase(id, pattern) for pattern in patterns)}
        if new:
            yield rule, f"applies to {', '.join(sorted(new))}"
        unused = [pattern for pattern in patterns if not fnmatch.filter(ids, pattern)]
        if unused:
            yield rule, f"has an exception that explains nothing: {', '.join(unused)}"


def main(checkov):
    """Prints all differences and exits with 1 if there are any."""
    findings, titles = findings_of(checkov, {"default": Stack(), "complete": complete_stack()})
    found = list(differences(findings, EXCEPTIONS))
    for rule, difference in found:
        print(f"{rule} {difference}. {titles.get(rule, '')}".rstrip())
    if found:
        sys.exit("Change template.yaml, or the exceptions in local/python/security.py.")
    count = sum(map(len, findings.values()))
    print(f"{count} findings of {len(EXCEPTIONS)} rules, all explained in local/python/security.py.")


if __name__ == "__main__":
    main(sys.argv[1])
