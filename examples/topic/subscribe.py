"""Follows skywire.events: python3 subscribe.py [SERVERS [AFTER_SEQ [FROM_TIME]]]

pip install confluent-kafka. Times are ISO 8601. See "Subscribe to the topic" in the README.
"""
import json
import struct
import sys
from datetime import datetime

from confluent_kafka import Consumer

arguments = dict(enumerate(sys.argv))
servers = arguments.get(1, "localhost:9092")
after = int(arguments.get(2, 0))
start = arguments.get(3)


def begin(consumer, partitions):
    """Goes on where the group has committed; where it has not, at the time, or at the beginning."""
    if start:
        millis = int(datetime.fromisoformat(start).timestamp() * 1000)
        new = [p for p in consumer.committed(partitions, 10) if p.offset < 0]
        for partition in new:
            partition.offset = millis
        by_time = {p.partition: p for p in consumer.offsets_for_times(new, 10)} if new else {}
        partitions = [by_time.get(p.partition, p) for p in partitions]
    consumer.assign(partitions)


def handle(record):
    headers = {name: value.decode() for name, value in record.headers()}
    seq = struct.unpack(">q", record.key())[0]
    if headers["event_type"] == "gap":
        print(f"lost for good: between {seq} and {headers['to_seq']}, {headers['reason']}", flush=True)
    elif record.value() is None or seq <= after:
        return  # a watermark, or whatever else is added later; or known already
    else:
        event = json.loads(record.value())
        late = f" (replayed: {headers['replay']})" if "replay" in headers else ""
        print(seq, event["event_type"], event["repo"], event["collection"], late, flush=True)


consumer = Consumer({
    "bootstrap.servers": servers,
    "group.id": "example-python",
    "isolation.level": "read_committed",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
})
consumer.subscribe(["skywire.events"], on_assign=begin)
try:
    while True:
        records = consumer.consume(500, timeout=1)
        for record in records:
            if record.error():
                raise RuntimeError(record.error())
            handle(record)
        if records:  # after the work: a crash in between repeats it, and never leaves any out
            consumer.commit(asynchronous=False)
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
