"""Updates of a stack of the last release."""

import copy
import json
import unittest

from .expanded import complete_stack
from .identities import RELEASED, identities, problems

# The deletion policy of resources with the data of members.
KEPT = {"Retain", "RetainExceptOnCreate"}


class Upgrades(unittest.TestCase):
    """No update replaces a resource with data, and none fails because a name is taken."""

    @classmethod
    def setUpClass(cls):
        cls.released = json.loads(RELEASED.read_text())
        cls.stack = complete_stack()
        cls.now = identities(cls.stack)

    def test_the_last_release_can_be_updated(self):
        self.assertEqual(problems(self.released, self.now), [])

    def test_data_of_members_outlives_its_resource(self):
        kept = [id for id, resource in self.stack.resources.items() if resource.get("DeletionPolicy") in KEPT]
        self.assertIn("PicturesTable", kept)
        for id in kept:
            self.assertEqual(self.stack.resources[id].get("UpdateReplacePolicy"), "Retain", id)

    def changed(self, change):
        """Returns the problems of a change of the resources."""
        now = copy.deepcopy(self.now)
        change(now)
        return problems(self.now, now)

    def test_finds_a_renamed_table(self):
        [problem] = self.changed(lambda now: now.update(Photos=now.pop("PicturesTable")))
        self.assertEqual(problem, "PicturesTable is missing")

    def test_finds_a_replaced_plan_of_developer_keys(self):
        # It would not contain the existing keys.
        problem = self.changed(lambda now: now.update(Plan=now.pop("KeysPlan")))[0]
        self.assertEqual(problem, "KeysPlan is missing")
        [problem] = self.changed(lambda now: now["KeysPlan"]["fixed"].update(UsagePlanName="other"))
        self.assertTrue(problem.startswith("KeysPlan changes from"), problem)

    def test_finds_a_changed_key(self):
        def change(now):
            now["FeedsTable"]["fixed"]["KeySchema"][0]["AttributeName"] = "feed"

        [problem] = self.changed(change)
        self.assertTrue(problem.startswith("FeedsTable changes from"), problem)

    def test_finds_a_second_index(self):
        # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
        self.assertEqual(self.changed(lambda now: now["PicturesTable"]["indexes"].append("One")), [])
        [problem] = self.changed(lambda now: now["PicturesTable"]["indexes"].extend(["One", "Two"]))
        self.assertTrue(problem.startswith("PicturesTable changes more than one index"), problem)

    def test_finds_another_stream(self):
        change = self.changed(lambda now: now["FeedsTable"].update(stream={"StreamViewType": "KEYS_ONLY"}))
        self.assertTrue(change[0].startswith("FeedsTable changes its stream from"), change)
        self.assertEqual(self.changed(lambda now: now["WatchesTable"].update(stream={"StreamViewType": "KEYS_ONLY"})), [])

    def test_finds_a_renamed_subscription(self):
        # SNS returns the existing subscription. Then CloudFormation deletes it as the old resource.
        id = next(id for id, found in self.now.items() if found["type"] == "AWS::SNS::Subscription")
        self.assertEqual(self.changed(lambda now: now.update(Renamed=now.pop(id))), [f"Renamed has the name of {id}"])

    def test_finds_a_renamed_function(self):
        [problem] = self.changed(lambda now: now.update(Renamed=now.pop("FeedFunction")))
        self.assertEqual(problem, "Renamed has the name of FeedFunction")

    def test_allows_new_and_deleted_resources_without_data(self):
        self.assertEqual(self.changed(lambda now: now.pop("FeedFunction")), [])
        new = {"type": "AWS::DynamoDB::Table", "fixed": {}, "unique": {}, "indexes": [], "stream": None}
        self.assertEqual(self.changed(lambda now: now.update(CatalogsTable=new)), [])


if __name__ == "__main__":
    unittest.main()
