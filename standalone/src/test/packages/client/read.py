"""Reads all that an api has, with a client made of its /openapi.json: read.py API TOKEN."""

import sys

from skywire_client import AuthenticatedClient
from skywire_client.api.events import get_event, list_events
from skywire_client.api.state import get_health, get_stats, list_gaps

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2])
stranger = AuthenticatedClient(base_url=sys.argv[1], token="sky_" + "A" * 43)

since = 0
last = None
while True:
    page = list_events.sync(client=client, since=since, limit=100)
    for event in page.events:
        print("event", event.seq, event.event_type, event.repo)
        last = event
    since = page.max_seq
    if since == page.watermark_seq:
        break

assert get_event.sync(client=client, seq=last.seq).to_dict() == last.to_dict()
print("absent", int(get_event.sync_detailed(client=client, seq=2**62).status_code))
print("refused", int(list_events.sync_detailed(client=stranger, since=0).status_code))
print("gaps", list_gaps.sync(client=client, since=0).count)
print("by", *get_stats.sync(client=client, by="type").by)
assert get_health.sync(client=client).last_seq >= last.seq
