"""Sends calls to another implementation of DynamoDB."""

import json
import os
import socket
import time

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from .comparison import Answer

# Seconds to wait until a table is active.
TIMEOUT = 120
# The members of a request that select a part of the rows.
PAGING = ("Limit", "ExclusiveStartKey", "Segment", "TotalSegments")


class EndpointError(Exception):
    """The other implementation cannot be used. Contains a message for the developer."""


class Endpoint:
    """An implementation of DynamoDB at a URL. Signs the calls with the credentials of the
    developer, or with placeholders if there are none.
    """

    def __init__(self, url):
        session = botocore.session.get_session()
        credentials = session.get_credentials() or Credentials("test", "test")
        region = session.get_config_variable("region") or os.environ.get("AWS_REGION") or "us-east-1"
        self.url = url.rstrip("/") + "/"
        self.signature = SigV4Auth(credentials, "dynamodb", region)
        # Without this option, each call on an open connection waits 40 ms for an acknowledgement.
        self.http = URLLib3Session(socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)])

    def send(self, operation, body):
        """Sends a call, whose input is a JSON text, and returns the answer."""
        headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"}
        request = AWSRequest("POST", self.url, data=body.encode(), headers=headers)
        self.signature.add_auth(request)
        try:
            answer = self.http.send(request.prepare())
        except Exception as error:
            raise EndpointError(f"{self.url} does not answer: {error}") from error
        try:
            output = json.loads(answer.content or b"{}")
        except ValueError:
            output = {"message": answer.text}
        return Answer(answer.status_code, output)

    def call(self, operation, **request):
        """Sends a call that must succeed, and returns its output."""
        answer = self.send(operation, json.dumps(request))
        if answer.status >= 400:
            raise EndpointError(f"{operation} at {self.url} failed: {json.dumps(answer.output)}")
        return answer.output

    def create_table(self, definition):
        """Creates a table and waits until it is active."""
        self.call("CreateTable", **definition)
        deadline = time.monotonic() + TIMEOUT
        while self.call("DescribeTable", TableName=definition["TableName"])["Table"]["TableStatus"] != "ACTIVE":
            if time.monotonic() > deadline:
                raise EndpointError(f"The table {definition['TableName']} at {self.url} does not become active.")
            time.sleep(0.1)

    def delete_table(self, name):
        """Deletes a table."""
        self.call("DeleteTable", TableName=name)

    def read(self, table, key):
        """Reads a row. Returns None if it does not exist."""
        return self.call("GetItem", TableName=table, Key=key, ConsistentRead=True).get("Item")

    def write(self, table, key, item):
        """Stores a row, or deletes it if `item` is None."""
        if item is None:
            self.call("DeleteItem", TableName=table, Key=key)
        else:
            self.call("PutItem", TableName=table, Item=item)

    def read_all(self, operation, request):
        """Sends a scan or a query without its limit and position, and returns all pages as one
        answer.
        """
        request = {name: part for name, part in request.items() if name not in PAGING}
        items = []
        while True:
            answer = self.send(operation, json.dumps(request))
            if answer.status >= 400:
                return answer
            items += answer.output.get("Items", [])
            request["ExclusiveStartKey"] = answer.output.get("LastEvaluatedKey")
            if not request["ExclusiveStartKey"]:
                return Answer(answer.status, {"Items": items, "Count": len(items)})
