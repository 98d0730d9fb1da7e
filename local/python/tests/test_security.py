"""The exceptions of the rules for security."""

import unittest

from security import EXCEPTIONS, differences


class Differences(unittest.TestCase):
    """A finding needs an exception, and an exception needs a finding."""

    def test_an_explained_finding_is_no_difference(self):
        findings = {"CKV_1": {"UsersTable", "NamesTable"}, "CKV_2": {"WebBucket"}}
        exceptions = {"CKV_1": (["*Table"], "…"), "CKV_2": (["WebBucket"], "…")}
        self.assertEqual(list(differences(findings, exceptions)), [])

    def test_a_new_finding_is_a_difference(self):
        findings = {"CKV_1": {"UsersTable", "MediaBucket"}, "CKV_2": {"WebBucket"}}
        found = dict(differences(findings, {"CKV_1": (["*Table"], "…")}))
        self.assertEqual(found, {"CKV_1": "applies to MediaBucket", "CKV_2": "applies to WebBucket"})

    def test_an_exception_without_a_finding_is_a_difference(self):
        found = dict(differences({"CKV_1": {"A"}}, {"CKV_1": (["A", "B"], "…"), "CKV_2": (["C"], "…")}))
        unused = "has an exception that explains nothing:"
        self.assertEqual(found, {"CKV_1": f"{unused} B", "CKV_2": f"{unused} C"})

    def test_each_exception_has_a_reason(self):
        for rule, (patterns, reason) in EXCEPTIONS.items():
            self.assertTrue(patterns and reason.endswith("."), rule)


if __name__ == "__main__":
    unittest.main()
