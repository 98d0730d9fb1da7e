"""The means of an operator: alarms, the budget, the dashboard, deleted originals."""

import json
import re
import unittest

from .expanded import WORKSPACE, Stack, listed, statements

# https://aws.amazon.com/cloudwatch/pricing/
FREE_ALARMS = 10
FREE_METRICS = 10
# The metrics that the dashboard shows.
SHOWN = {
    "NumberOfMessagesPublished", "ReadyPictures", "FailedPictures", "ApproximateAgeOfOldestMessage",
    "IteratorAge", "Errors", "Throttles", "Duration", "Count", "4XXError", "5XXError", "Latency",
    "ConnectCount", "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "BucketSizeBytes",
}  # fmt: skip


class Alarms(unittest.TestCase):
    """Each alarm reaches somebody who knows what to do."""

    def alarms(self, **parameters):
        return Stack(parameters).of_type("AWS::CloudWatch::Alarm")

    def test_the_runbook_names_each_alarm(self):
        runbook = (WORKSPACE / "docs/operating.md").read_text()
        for id in self.alarms(AlarmEmail="operator@example.org"):
            self.assertTrue(f"`{id}`" in runbook, id)

    def test_each_alarm_publishes_to_the_topic_of_all_alarms(self):
        for id, alarm in self.alarms(AlarmEmail="operator@example.org").items():
            self.assertEqual((alarm["AlarmActions"], alarm["OKActions"]), (["<AlarmsTopic>"],) * 2, id)
            self.assertEqual(alarm["TreatMissingData"], "notBreaching", id)

    def test_the_alarms_are_free_by_default(self):
        self.assertLessEqual(len(self.alarms()), FREE_ALARMS)


class Budget(unittest.TestCase):
    """A budget exists only if it is wanted, and has a receiver."""

    def test_no_budget_exists_by_default(self):
        self.assertEqual(Stack().of_type("AWS::Budgets::Budget"), {})

    def test_a_budget_sends_emails_to_the_receiver_of_alarms(self):
        stack = Stack({"MonthlyBudget": 5, "AlarmEmail": "operator@example.org"})
        [budget] = stack.of_type("AWS::Budgets::Budget").values()
        self.assertEqual(budget["Budget"]["BudgetLimit"], {"Amount": 5, "Unit": "USD"})
        for notification in budget["NotificationsWithSubscribers"]:
            [subscriber] = notification["Subscribers"]
            self.assertEqual(subscriber, {"SubscriptionType": "EMAIL", "Address": "operator@example.org"})


class Dashboard(unittest.TestCase):
    """The dashboard shows what the stack does."""

    def setUp(self):
        self.stack = Stack({"AWS::StackName": "my-albumen"})
        [dashboard] = self.stack.of_type("AWS::CloudWatch::Dashboard").values()
        self.widgets = json.loads(dashboard["DashboardBody"])["widgets"]
        self.metrics = [metric for widget in self.widgets for metric in widget["properties"]["metrics"]]

    def searches(self):
        """Yields the namespace, the first dimension and the search term of each search."""
        for [metric, *_] in self.metrics:
            if isinstance(metric, dict):
                found = re.search(r"SEARCH\('\{([\w/]+),(\w+)[\w,]*\} (.*)', '\w+'\)", metric["expression"])
                yield found.groups()

    def test_shows_the_metrics_that_operators_need(self):
        names = [metric[1] for metric in self.metrics if len(metric) > 1]
        names += [re.search('MetricName="(\\w+)"', term)[1] for _, _, term in self.searches()]
        self.assertEqual(SHOWN - set(names), set())

    def test_each_widget_has_its_own_place(self):
        taken = set()
        for widget in self.widgets:
            x, y, width, height = (widget[key] for key in ("x", "y", "width", "height"))
            cells = {(x + i, y + j) for i in range(width) for j in range(height)}
            self.assertEqual(taken & cells, set(), widget["properties"]["title"])
            self.assertLessEqual(x + width, 24)
            taken |= cells

    def test_a_search_finds_the_names_of_the_stack_only(self):
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
        for namespace, dimension, term in self.searches():
            if namespace == "AWS/S3":
                self.assertIn('BucketName="<MediaBucket>"', term)
            else:
                self.assertTrue(term.endswith(f"{dimension}=my {dimension}=albumen"), term)

    def test_the_names_in_searches_begin_with_the_stack_name(self):
        for id, function in self.stack.of_type("AWS::Lambda::Function").items():
            self.assertTrue(function["FunctionName"].startswith("my-albumen-"), id)
        # CloudFormation generates the other names and begins them with the stack name.
        for kind, name in (("AWS::SQS::Queue", "QueueName"), ("AWS::DynamoDB::Table", "TableName")):
            self.assertEqual([id for id, found in self.stack.of_type(kind).items() if name in found], [])

    def test_can_be_omitted(self):
        self.assertEqual(Stack({"Dashboard": "no"}).of_type("AWS::CloudWatch::Dashboard"), {})

    def test_the_filters_of_logs_match_messages_of_their_function(self):
        filters = self.stack.of_type("AWS::Logs::MetricFilter")
        self.assertLessEqual(len(filters), FREE_METRICS)
        for id, properties in filters.items():
            function = re.fullmatch("<(.*)Logs>", properties["LogGroupName"])[1].lower()
            sources = (WORKSPACE / "functions" / function / "src").rglob("*.rs")
            code = "".join(path.read_text() for path in sources)
            message = re.fullmatch(r'\{ \$\.message = "(.*)" \}', properties["FilterPattern"])[1]
            self.assertIn(f'"{message}")', code, id)


class DeletedOriginals(unittest.TestCase):
    """A deleted original can be restored for some days, and then ends for good."""

    def setUp(self):
        self.bucket = Stack({"KeepDeletedDays": 9}).of_type("AWS::S3::Bucket")["MediaBucket"]
        self.rules = {rule["Id"]: rule for rule in self.bucket["LifecycleConfiguration"]["Rules"]}

    def test_the_bucket_keeps_versions(self):
        self.assertEqual(self.bucket["VersioningConfiguration"], {"Status": "Enabled"})

    def test_each_replaced_version_ends(self):
        ends = {
            rule["Prefix"]: rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
            for rule in self.rules.values()
            if "NoncurrentVersionExpiration" in rule
        }
        self.assertEqual(ends, {"originals/": 9, "renditions/": 1})
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
        [markers] = [rule for rule in self.rules.values() if rule.get("ExpiredObjectDeleteMarker")]
        self.assertNotIn("Prefix", markers)

    def test_no_current_object_ends(self):
        for id, rule in self.rules.items():
            self.assertEqual({"ExpirationInDays", "ExpirationDate"} & rule.keys(), set(), id)
            self.assertEqual(rule["Status"], "Enabled", id)

    def test_originals_move_to_the_tiers_at_once(self):
        # Objects below 128 KB stay, unless a filter of sizes says otherwise.
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
        transition = {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}
        self.assertEqual(self.rules["originals"]["Transitions"], [transition])
        self.assertNotIn("ObjectSizeGreaterThan", self.rules["originals"])
        self.assertNotIn("TransitionDefaultMinimumObjectSize", self.bucket["LifecycleConfiguration"])

    def test_only_thumbnail_deletes_versions_and_no_function_reads_them(self):
        stack = Stack()
        allowed = {
            (role, action, resource)
            for role in stack.of_type("AWS::IAM::Role")
            for statement in statements(stack, role)
            for action in listed(statement["Action"])
            for resource in listed(statement["Resource"])
            if re.search(r"^s3:.*(Version|\*)|^\*", action)
        }
        expected = {("ThumbnailRole", "s3:DeleteObjectVersion", "<MediaBucket.Arn>/originals/*")}
        self.assertEqual(allowed, expected)


if __name__ == "__main__":
    unittest.main()
