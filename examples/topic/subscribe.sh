#!/bin/sh
# Follows skywire.events with kcat: subscribe.sh [SERVERS [FROM_TIME]]
# A line is key, headers and value. One without a value is a watermark, a gap, or whatever is added later: see event_type.
set -eu
servers=${1:-localhost:9092}
from=beginning
[ $# -lt 2 ] || from="s@$(date -d "$2" +%s)000" # GNU date
exec kcat -C -b "$servers" -t skywire.events -o "$from" -X isolation.level=read_committed -s key='>q' -f '%k %h %s\n'
