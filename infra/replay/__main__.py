"""Gives the recorder of a deployment event lines once more: all of the relay's log since some time, or the batches
that couldn't be recorded. Whatever was recorded already changes nothing. Exit status 1 when a batch fails again.

    python3 infra/replay STACK --from 2026-11-27T00:00:00Z [--until 2026-11-28T00:00:00Z]
    python3 infra/replay STACK --unrecorded

Needs boto3 (pip install boto3), and credentials that may read the log and the queue, and invoke the function."""

import argparse
import base64
import datetime
import gzip
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# Lambda takes 6 MB; a batch is to be done well before the function's timeout.
LINES, OCTETS = 2000, 1_000_000
# The function has its timeout to answer; who doesn't wait so long, and asks again, has the batch done twice at once.
PATIENTLY = Config(read_timeout=310, retries={"total_max_attempts": 1})


def main():
    given = arguments()
    session = boto3.Session(region_name=given.region, profile_name=given.profile)
    names = outputs(session, given.stack)
    recorder = Recorder(session.client("lambda", config=PATIENTLY), names["RecorderFunctionName"])
    if given.unrecorded:
        unrecorded(session.client("sqs"), names["UnrecordedLinesUrl"], recorder)
    else:
        replay(session.client("logs"), names["RelayLogGroup"], given, recorder)
    print(f"{recorder.batches} batches, {recorder.failed} failed", flush=True)
    sys.exit(1 if recorder.failed else 0)


def arguments():
    parser = argparse.ArgumentParser(prog="replay", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stack")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--from", dest="since", type=millis, metavar="TIME")
    which.add_argument("--unrecorded", action="store_true")
    parser.add_argument("--until", type=millis, metavar="TIME")
    parser.add_argument("--region")
    parser.add_argument("--profile")
    return parser.parse_args()


def millis(text):
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)).timestamp() * 1000)


def outputs(session, stack):
    found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in found}


class Recorder:
    def __init__(self, functions, name):
        self.functions, self.name = functions, name
        self.batches = self.failed = 0

    def give(self, event):
        self.batches += 1
        try:
            answer = self.functions.invoke(FunctionName=f"{self.name}:live", Payload=json.dumps(event))
            print(answer["Payload"].read().decode(), flush=True)
            done = "FunctionError" not in answer
        except (BotoCoreError, ClientError) as fault:
            print(fault, flush=True)
            done = False
        self.failed += not done
        return done

    def give_lines(self, events):
        batch = {"messageType": "DATA_MESSAGE", "logEvents": events}
        packed = gzip.compress(json.dumps(batch).encode())
        self.give({"awslogs": {"data": base64.b64encode(packed).decode()}})


def replay(logs, group, given, recorder):
    asked = {"logGroupName": group, "startTime": given.since}
    if given.until:
        asked["endTime"] = given.until
    events, octets = [], 0
    for page in logs.get_paginator("filter_log_events").paginate(**asked):
        for event in page["events"]:
            line = {"id": event["eventId"], "timestamp": event["timestamp"], "message": event["message"]}
            if events and (len(events) >= LINES or octets + len(event["message"]) > OCTETS):
                recorder.give_lines(events)
                events, octets = [], 0
            events.append(line)
            octets += len(event["message"])
    if events:
        recorder.give_lines(events)


def unrecorded(queues, url, recorder):
    failed = {}
    while True:
        # One at a time: ten could take longer than they stay hidden, and be given twice.
        found = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=2, VisibilityTimeout=600)
        if not found.get("Messages"):
            break
        message, = found["Messages"]
        # What fails once more stays in the queue, and may be seen again before the rest are done.
        seen = message["MessageId"] in failed
        if not seen and recorder.give(json.loads(message["Body"])["requestPayload"]):
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        else:
            failed[message["MessageId"]] = message["ReceiptHandle"]
    for receipt in failed.values():  # for the next run, which may come before they would be seen again
        queues.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)


if __name__ == "__main__":
    main()
