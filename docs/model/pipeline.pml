/*
 * The way of an event from the relay to a reader, with everything that may go wrong on it: a model
 * for Spin. README.md tells what each step stands for, `check` verifies it.
 *
 * Four parts hand on to each other, as in the program: an ingester publishes to Kafka, a sink
 * stores in PostgreSQL, a reader pages through the api. Each part begins with what it keeps and
 * ends with its process. A step is `atomic`: anything may happen between two steps, nothing within
 * one. A promise is an assertion at the place where it would be broken.
 */

/* ---- Bounds ---------------------------------------------------------------------------------- */

#ifndef EVENTS
#define EVENTS 3 /* what the relay sends: seqs 1 to EVENTS; 6 at most, sets of them are bytes */
#endif

/*
 * What goes wrong at most: of all kinds together, in any order, at any step. Nothing in the model
 * goes round in a circle but for a disturbance, so that it must come to rest when they are spent.
 */
#ifndef INGEST_DISTURBANCES
#define INGEST_DISTURBANCES 1 /* crashes, cut connections, lost answers, two that lead, timeouts */
#endif
#ifndef STORE_DISTURBANCES
#define STORE_DISTURBANCES 1 /* crashes, rebalances */
#endif

#define PAGE 2 /* the reader's limit */

/*
 * Each session publishes watermarks, each event may have a transaction of its own, and each
 * disturbance may leave a whole batch aborted. To overrun it is an error.
 */
#if defined(CURSOR_SET_AHEAD) || defined(CURSOR_SET_BACK)
#define OPERATOR
#define SESSIONS (3 + INGEST_DISTURBANCES)
#else
#define SESSIONS (1 + INGEST_DISTURBANCES)
#endif
#define SLOTS ((EVENTS + 3) * SESSIONS + 2 * EVENTS)

byte ingestDisturbances = INGEST_DISTURBANCES;
byte storeDisturbances = STORE_DISTURBANCES;

#define INGEST_DISTURBED ingestDisturbances > 0 -> ingestDisturbances--
#define STORE_DISTURBED storeDisturbances > 0 -> storeDisturbances--

/* ---- Promises -------------------------------------------------------------------------------- */

/* Says in the trail which one it was. */
#define PROMISE(holds, words) \
  if :: (holds) -> skip :: else -> printf(words); assert(false) fi

#define BIT(seq) (1 << (seq))
#define UP_TO(seq) (BIT((seq) + 1) - 2) /* the seqs 1 to seq, as a set */
#define ABOVE(seq) (255 & ~(BIT((seq) + 1) - 1))

byte inTopic; /* the set of events that are committed in their partition */
byte inTable; /* the set of events that have a committed row */

byte i, last, shown, base; /* scratch within one step, 0 between steps */

/* ---- The relay ------------------------------------------------------------------------------- */

/*
 * It has all events from the beginning: that some come late is the same as an ingester that takes
 * fewer of them. Every way in which repos, and with them events, fall into partitions is tried.
 */
byte ofPartition[2]; /* the set of events whose repo is in the partition */

inline chooseRepos() {
  i = 1;
  do
  :: i <= EVENTS ->
     if
     :: ofPartition[0] = ofPartition[0] | BIT(i)
     :: ofPartition[1] = ofPartition[1] | BIT(i)
     fi;
     i++
  :: else -> break
  od;
  i = 0
}

/* ---- Kafka: the log -------------------------------------------------------------------------- */

#define OPEN_IN(id) (id)
#define IS_OPEN(state) ((state) <= 1)
#define COMMITTED 2
#define ABORTED 3
#define MARKER 4 /* a transaction's end: takes an offset, and no consumer sees it */

typedef Partition {
  byte seq[SLOTS];       /* 0: a watermark record, or a marker */
  byte watermark[SLOTS]; /* 0: none */
  byte state[SLOTS];
  byte end;
  byte stable;           /* the last stable offset: read_committed reads up to here */
  byte shown             /* the offset behind the last record that read_committed shows */
}

Partition log[2];
byte committedCursor; /* the last committed record of the cursor topic; 0: none */
bool byOperator;      /* it was set by hand, and says nothing of what is in the topic */

inline append(p, newSeq, newWatermark, newState) {
  assert(log[p].end < SLOTS);
  log[p].seq[log[p].end] = newSeq;
  log[p].watermark[log[p].end] = newWatermark;
  log[p].state[log[p].end] = newState;
  log[p].end++
}

#ifdef READS_UNCOMMITTED
#define IS_SETTLED(state) true
#define IS_SHOWN(state) ((state) != MARKER)
#else
#define IS_SETTLED(state) !IS_OPEN(state)
#define IS_SHOWN(state) ((state) == COMMITTED)
#endif

inline findStable(p) {
  do
  :: log[p].stable < log[p].end && IS_SETTLED(log[p].state[log[p].stable]) ->
     log[p].stable++;
     if
     :: IS_SHOWN(log[p].state[log[p].stable - 1]) -> log[p].shown = log[p].stable
     :: else -> skip
     fi
  :: else -> break
  od
}

/* ---- PostgreSQL ------------------------------------------------------------------------------ */

/*
 * A transaction is one step. Whoever has moved a partition's row holds its lock until the commit:
 * another's compare-and-set waits, and then finds what was committed. A crash leaves nothing.
 */
typedef Progress {
  byte nextOffset;
  byte watermark /* 0: nothing known, minus infinity */
}

Progress sinkProgress[2];

#define LOWER(a, b) ((a) < (b) -> (a) : (b))

#ifdef UNKNOWN_IGNORED
#define READABLE_WATERMARK ( \
    sinkProgress[0].watermark == 0 -> sinkProgress[1].watermark : \
    (sinkProgress[1].watermark == 0 -> sinkProgress[0].watermark : \
     LOWER(sinkProgress[0].watermark, sinkProgress[1].watermark)))
#else
#define READABLE_WATERMARK LOWER(sinkProgress[0].watermark, sinkProgress[1].watermark)
#endif

/* ---- What a sink keeps ----------------------------------------------------------------------- */

typedef Share {
  bool mine;
  byte nextOffset; /* where the partition is, as this sink last stored or read it */
  byte watermark;
  byte to;         /* the batch's end; nextOffset when it has nothing of this partition */
  byte first       /* the offset of the batch's first record, kept by a break only */
}

#define OUTDATED 254 /* as nextOffset: behind what the table has, and of no use */

Share share[4]; /* sink 0's of both partitions, then sink 1's */

/*
 * Markers and aborted records count as read as soon as what is before them has been. Whether they
 * really have been makes no difference, but for the break that trips over them.
 */
inline passUnseen(p, offset) {
#ifdef COMPARE_WITH_RECORD
  skip
#else
  do
  :: offset < log[p].stable && !IS_SHOWN(log[p].state[offset]) -> offset++
  :: else -> break
  od
#endif
}

inline passUnseenInShare(p, s) {
  if
  :: share[s].mine && share[s].nextOffset != OUTDATED ->
     passUnseen(p, share[s].nextOffset);
     passUnseen(p, share[s].to)
  :: else -> skip
  fi
}

/*
 * What every sink is past, and the table too, nobody reads again: the log forgets it and counts
 * its offsets from there. That is for the model only: pasts that no longer differ become one.
 */
#ifdef TELL_OFFSETS
byte forgotten[2];
#define OFFSET(p, offset) (forgotten[p] + (offset))
#else
#define OFFSET(p, offset) (offset)
#endif

inline trimShare(s) {
  if
  :: share[s].mine && share[s].nextOffset != OUTDATED ->
     share[s].nextOffset = share[s].nextOffset - base;
     share[s].to = share[s].to - base
  :: else -> skip
  fi
}

inline trim(p) {
#ifdef INGEST_ONLY
  base = log[p].stable;
#elif defined(READS_UNCOMMITTED)
  base = 0; /* what is still open has its promises to come */
#else
  passUnseen(p, sinkProgress[p].nextOffset);
  passUnseenInShare(p, p);
  passUnseenInShare(p, 2 + p);
  base = sinkProgress[p].nextOffset;
  base = (share[p].mine && share[p].nextOffset < base -> share[p].nextOffset : base);
  base = (share[2 + p].mine && share[2 + p].nextOffset < base -> share[2 + p].nextOffset : base);
#endif
  if
  :: base > 0 ->
     last = 0;
     do
     :: last + base < log[p].end ->
        log[p].seq[last] = log[p].seq[last + base];
        log[p].watermark[last] = log[p].watermark[last + base];
        log[p].state[last] = log[p].state[last + base];
        last++
     :: last + base >= log[p].end && last < log[p].end ->
        log[p].seq[last] = 0;
        log[p].watermark[last] = 0;
        log[p].state[last] = 0;
        last++
     :: else -> break
     od;
     log[p].end = log[p].end - base;
     log[p].stable = log[p].stable - base;
     log[p].shown = (log[p].shown > base -> log[p].shown - base : 0);
#ifndef INGEST_ONLY
     sinkProgress[p].nextOffset = sinkProgress[p].nextOffset - base;
     trimShare(p);
     trimShare(2 + p);
#endif
#ifdef TELL_OFFSETS
     forgotten[p] = forgotten[p] + base;
#endif
     base = 0
  :: else -> skip
  fi;
  last = 0;
  base = 0
}

/* ---- Kafka: transactions --------------------------------------------------------------------- */

/*
 * A producer's epoch is good for one thing: to tell whether another has come since under the same
 * transactional.id, which all ingesters of a relay share. So the model keeps whose epoch is valid.
 */
#ifdef NO_FENCING
#define TRANSACTIONAL_IDS 2
#define ID me
#else
#define TRANSACTIONAL_IDS 1
#define ID 0
#endif

#define NOBODY 2

#define NONE 0
#define ONGOING 1
#define COMMITTING 2 /* decided; each partition learns it from a marker of its own */
#define ABORTING 3

typedef Transaction {
  byte epochOf = NOBODY;
  byte state;
  byte unmarked; /* the set of partitions that have records and no marker yet */
  byte cursor    /* its record for the cursor topic; 0: none */
}

Transaction transaction[TRANSACTIONAL_IDS];

#define FENCED (transaction[ID].epochOf != me)
/* A transaction's first record waits until the one before is marked everywhere. */
#define MAY_SEND (!FENCED && transaction[ID].state <= ONGOING)
#define AWAITS_MARKER(p) \
  (transaction[id].state >= COMMITTING && (transaction[id].unmarked & BIT(p)))

inline fenceAndAbort(id) {
  transaction[id].epochOf = NOBODY;
  transaction[id].state = ABORTING
}

/* Promises of the topic, asked record by record in the order of the offsets. */
inline becomesVisible(p) {
  if
  :: log[p].seq[i] != 0 ->
#ifndef CURSOR_SET_BACK
     PROMISE(!(inTopic & BIT(log[p].seq[i])), "broken: no event is twice in the topic\n");
     PROMISE(!(inTopic & ofPartition[p] & ABOVE(log[p].seq[i])),
             "broken: a repo's events are in order in their partition\n");
#endif
     inTopic = inTopic | BIT(log[p].seq[i])
  :: else -> skip
  fi;
  PROMISE(!(UP_TO(log[p].watermark[i]) & ofPartition[p] & ~inTopic),
          "broken: a watermark comes after every event of its partition that it covers\n")
}

/* The cursor topic has its marker last. Nobody reads it before all of them are written. */
inline complete() {
  if
  :: transaction[id].state == COMMITTING && transaction[id].cursor != 0 ->
     committedCursor = transaction[id].cursor;
     byOperator = false;
     PROMISE(!(UP_TO(committedCursor) & ~inTopic),
             "broken: every event at or below the cursor is in the topic\n")
  :: else -> skip
  fi;
  transaction[id].cursor = 0;
  transaction[id].state = NONE
}

inline mark(p) {
  if
  :: transaction[id].state == COMMITTING -> printf("kafka: partition %d shows the transaction\n", p)
  :: else -> printf("kafka: partition %d hides the aborted transaction\n", p)
  fi;
  do
  :: i < log[p].end ->
     if
     :: log[p].state[i] == OPEN_IN(id) && transaction[id].state == COMMITTING ->
        log[p].state[i] = COMMITTED;
        becomesVisible(p)
     :: log[p].state[i] == OPEN_IN(id) && transaction[id].state == ABORTING ->
        log[p].state[i] = ABORTED
     :: else -> skip
     fi;
     i++
  :: else -> break
  od;
  append(p, 0, 0, MARKER);
  findStable(p);
  trim(p);
  transaction[id].unmarked = transaction[id].unmarked & ~BIT(p);
  if
  :: transaction[id].unmarked == 0 -> complete()
  :: else -> skip
  fi;
  i = 0
}

/* ---- The ingester, and its standby ----------------------------------------------------------- */

bool leads[2]; /* what each of them believes */

/* All that an ingester has is lost, whatever ends its session. It begins anew from the cursor. */
inline stepDown() {
  leads[me] = false;
  from = 0;
  to = 0;
  goto standby
}

#define INGESTER_MAY_CRASH \
  atomic { INGEST_DISTURBED -> printf("ingester %d: crashes\n", me); stepDown() }

#define INGESTER_FINDS_ITSELF_FENCED \
  atomic { FENCED -> printf("ingester %d: is fenced\n", me); stepDown() }

inline readCursor() {
  from = committedCursor;
  to = committedCursor;
  printf("ingester %d: reads the cursor %d\n", me, from)
}

inline takeFrames() {
  to = from + 1;
  do
  :: to < EVENTS -> to++
  :: break
  od;
  printf("ingester %d: takes the frames up to %d\n", me, to)
}

#ifdef WATERMARK_ON_FIRST
#define MAY_CARRY (last == 0)
#else
#define MAY_CARRY true
#endif

#ifdef NO_WATERMARK_RECORDS
#define SENDS_WATERMARK_RECORD false
#else
#define SENDS_WATERMARK_RECORD (last == 0)
#endif

/* The first batch has no events, and raises nothing to where an operator wants to go on. */
#ifdef OPERATOR_TRUSTED
#define RAISES_TO to
#else
#define RAISES_TO (from == to && byOperator -> 0 : to)
#endif

#ifdef BATCH_REVERSED
#define EVENT(i) (from + 1 + to - (i))
#else
#define EVENT(i) (i)
#endif

/* The partition's share of the batch. Its last event carries the watermark, or a record does. */
inline send(p) {
  last = 0;
  i = from + 1;
  do
  :: i <= to ->
     if
     :: (ofPartition[p] & BIT(EVENT(i))) && MAY_CARRY -> last = i
     :: else -> skip
     fi;
     i++
  :: else -> break
  od;
  i = from + 1;
  do
  :: i <= to ->
     if
     :: (ofPartition[p] & BIT(EVENT(i))) && i == last ->
        append(p, EVENT(i), to, OPEN_IN(ID));
        printf("ingester %d: sends event %d with watermark %d to partition %d\n",
               me, EVENT(i), to, p)
     :: (ofPartition[p] & BIT(EVENT(i))) && i != last ->
        append(p, EVENT(i), 0, OPEN_IN(ID));
        printf("ingester %d: sends event %d to partition %d\n", me, EVENT(i), p)
     :: else -> skip
     fi;
     i++
  :: else -> break
  od;
  if
  :: SENDS_WATERMARK_RECORD ->
     append(p, 0, RAISES_TO, OPEN_IN(ID));
     printf("ingester %d: sends watermark %d to partition %d\n", me, RAISES_TO, p)
  :: else -> skip
  fi;
  findStable(p);
  transaction[ID].state = ONGOING;
  transaction[ID].unmarked = transaction[ID].unmarked | BIT(p);
  i = 0;
  last = 0
}

inline sendCursorAndCommit() {
#ifdef CURSOR_FIRST
  committedCursor = to;
  printf("ingester %d: writes the cursor %d\n", me, to);
  PROMISE(!(UP_TO(committedCursor) & ~inTopic),
          "broken: every event at or below the cursor is in the topic\n");
  from = to;
#elif !defined(CURSOR_OUTSIDE)
  transaction[ID].cursor = (from < to -> to : 0);
  from = to;
#endif
  transaction[ID].state = COMMITTING;
  printf("ingester %d: commits what it has up to %d\n", me, to)
}

proctype Ingester(bit me) {
  byte from, to; /* the batch is what is above from, up to to; between batches both are equal */

  /* One leads and the other waits, but for the while in which neither knows of the other. */
standby:
end_standby:
  if
  :: atomic { leads[me] || !leads[1 - me] -> leads[me] = true }
  :: atomic {
       !leads[me] && leads[1 - me] && INGEST_DISTURBED ->
       leads[me] = true;
       printf("ingester %d: believes that it leads as well\n", me)
     }
  fi;

#ifdef CURSOR_BEFORE_INIT
  atomic { readCursor() };
#endif

  /* What is open is aborted and its producer fenced; what is decided is completed first. */
  do
  :: atomic {
       transaction[ID].state == ONGOING ->
       printf("ingester %d: finds a transaction open, fences its producer\n", me);
       fenceAndAbort(ID)
     }
  :: atomic {
       transaction[ID].state == NONE ->
       printf("ingester %d: has opened its publisher, which fences others\n", me);
       transaction[ID].epochOf = me;
       break
     }
  :: INGESTER_MAY_CRASH
  od;

#ifndef CURSOR_BEFORE_INIT
  if
  :: atomic { readCursor() }
  :: INGESTER_MAY_CRASH
  fi;
#endif

  if
  :: atomic { MAY_SEND -> d_step { send(0) } }
  :: INGESTER_FINDS_ITSELF_FENCED
  :: INGESTER_MAY_CRASH
  fi;

sentToPartition0:
  if
  :: atomic { MAY_SEND -> d_step { send(1) } }
  :: INGESTER_FINDS_ITSELF_FENCED
  :: INGESTER_MAY_CRASH
  fi;
  if
  :: atomic { MAY_SEND -> sendCursorAndCommit() }
  :: INGESTER_FINDS_ITSELF_FENCED
  :: INGESTER_MAY_CRASH
  fi;

#ifdef CURSOR_OUTSIDE
  if
  :: atomic {
       from < to && transaction[ID].state == NONE ->
       from = to;
       committedCursor = to;
       printf("ingester %d: writes the cursor %d\n", me, to)
     }
  :: from == to -> skip
  :: INGESTER_MAY_CRASH
  fi;
#endif

end_awaitsFrames:
  if
  :: atomic {
       from < EVENTS && MAY_SEND ->
       takeFrames();
       d_step { send(0) };
       goto sentToPartition0
     }
  :: INGESTER_FINDS_ITSELF_FENCED
  :: atomic {
       INGEST_DISTURBED ->
       printf("ingester %d: crashes, or hears nothing more from Kafka or the relay\n", me);
       stepDown()
     }
  fi
}

/*
 * Kafka's own part outlives the ingesters. Partitions learn the outcome one after the other, so
 * that a consumer sees a transaction in one of them and not yet in another.
 */
proctype Coordinator(bit id) {
end:
  do
  :: atomic { AWAITS_MARKER(0) -> d_step { mark(0) } }
  :: atomic { AWAITS_MARKER(1) -> d_step { mark(1) } }
  :: atomic {
       transaction[id].state == ONGOING && INGEST_DISTURBED ->
       printf("kafka: the transaction has taken too long, its producer is fenced\n");
       fenceAndAbort(id)
     }
  od
}

#ifdef OPERATOR
/* ---- The operator ---------------------------------------------------------------------------- */

/* `cursor set` fences whoever leads, like an ingester that opens its publisher. */
inline setCursor(seq) {
  transaction[0].epochOf = NOBODY;
  committedCursor = seq;
  byOperator = true;
  printf("operator: sets the cursor to %d\n", seq)
}

proctype Operator() {
  byte before;

#ifdef CURSOR_SET_AHEAD
  /* A slip: the relay has not got so far. The ingester says so, and it is set right again. */
  atomic { transaction[0].state == NONE -> before = committedCursor; setCursor(EVENTS + 1) };
  atomic { transaction[0].state == NONE -> setCursor(before) }
#else
  /* On purpose, with --replay: the topic repeats what comes after it. */
end:
  atomic {
    transaction[0].state == NONE && committedCursor > 0 ->
    before = committedCursor - 1;
    setCursor(before)
  }
#endif
}
#endif

/* ---- The sinks ------------------------------------------------------------------------------- */

bit assignedTo[2]; /* partition to sink, as the group has it; a sink learns it when it polls */

#define OF(p) share[2 * me + p]
#define OF_OTHER(p) share[2 * (1 - me) + p]
#define HAS_NEWS(p) (OF(p).mine && assignedTo[p] == me && log[p].shown > OF(p).nextOffset)
#define IN_BATCH(p) (OF(p).to > OF(p).nextOffset)

/* Compare-and-set from the position that this sink last stored or read. */
#ifdef NO_COMPARE_AND_SET
#define MAY_ADVANCE(p) true
#else
#ifdef COMPARE_WITH_RECORD
#define MAY_ADVANCE(p) (!IN_BATCH(p) || sinkProgress[p].nextOffset == OF(p).first)
#else
#define MAY_ADVANCE(p) (!IN_BATCH(p) || sinkProgress[p].nextOffset == OF(p).nextOffset)
#endif
#endif
#define MAY_STORE (MAY_ADVANCE(0) && MAY_ADVANCE(1))

inline onAssigned(p) {
  OF(p).mine = true;
  OF(p).nextOffset = sinkProgress[p].nextOffset;
  OF(p).watermark = sinkProgress[p].watermark;
  OF(p).to = OF(p).nextOffset;
  printf("sink %d: reads partition %d from offset %d\n", me, p, OFFSET(p, OF(p).nextOffset))
}

inline forget(p) {
  OF(p).mine = false;
  OF(p).nextOffset = 0;
  OF(p).watermark = 0;
  OF(p).to = 0;
  OF(p).first = 0;
  trim(p)
}

inline toNextRecord(p) {
  do
  :: IS_SHOWN(log[p].state[OF(p).to]) -> OF(p).to++; break
  :: else -> OF(p).to++
  od
}

/* One record at least, up to any record. */
inline fetch(p) {
  toNextRecord(p);
#ifdef COMPARE_WITH_RECORD
  OF(p).first = OF(p).to - 1;
#endif
  do
  :: log[p].shown > OF(p).to -> toNextRecord(p)
  :: break
  od;
  passUnseen(p, OF(p).to);
  printf("sink %d: has polled partition %d up to offset %d\n", me, p, OFFSET(p, OF(p).to))
}

/* The rows. What the watermark covers is stored already: it is left out. */
inline copy(p) {
  i = OF(p).nextOffset;
  do
  :: i < OF(p).to && IS_SHOWN(log[p].state[i]) ->
     if
     :: log[p].seq[i] > OF(p).watermark ->
        printf("sink %d: stores event %d\n", me, log[p].seq[i]);
        PROMISE(!(inTable & BIT(log[p].seq[i])), "broken: no event is twice in the table\n");
        PROMISE(inTopic & BIT(log[p].seq[i]), "broken: what is in the table is in the topic\n");
        inTable = inTable | BIT(log[p].seq[i])
     :: log[p].seq[i] != 0 && log[p].seq[i] <= OF(p).watermark ->
        printf("sink %d: leaves out event %d, which its watermark covers\n", me, log[p].seq[i]);
        PROMISE(inTable & BIT(log[p].seq[i]),
                "broken: what the sink leaves out is in the table already\n")
     :: else -> skip
     fi;
     OF(p).watermark =
       (log[p].watermark[i] > OF(p).watermark -> log[p].watermark[i] : OF(p).watermark);
     i++
  :: i < OF(p).to && !IS_SHOWN(log[p].state[i]) -> i++
  :: else -> break
  od;
  i = 0
}

/*
 * The other sink's batch can no longer be stored, whatever is in it: one such batch is like any
 * other. For the model only.
 */
inline outdate(p) {
#ifndef NO_COMPARE_AND_SET
  if
  :: OF_OTHER(p).to > OF_OTHER(p).nextOffset && OF_OTHER(p).nextOffset < OF(p).nextOffset ->
     OF_OTHER(p).nextOffset = OUTDATED;
     OF_OTHER(p).to = OUTDATED + 1;
     OF_OTHER(p).watermark = 0;
     OF_OTHER(p).first = 0
  :: else -> skip
  fi
#else
  skip
#endif
}

inline advance(p) {
  if
  :: IN_BATCH(p) ->
     OF(p).nextOffset = OF(p).to;
     OF(p).first = 0;
     sinkProgress[p].nextOffset = OF(p).nextOffset;
     sinkProgress[p].watermark = OF(p).watermark;
     printf("sink %d: commits partition %d up to offset %d with watermark %d\n",
            me, p, OFFSET(p, OF(p).nextOffset), OF(p).watermark);
     outdate(p);
     trim(p)
  :: else -> skip
  fi
}

inline storeAtOnceOrHold() {
#ifdef OFFSETS_AFTER
  goto held
#else
  if
  :: storeDisturbances > 0 -> goto held
  :: storeDisturbances == 0 && MAY_STORE -> d_step { copy(0); copy(1); advance(0); advance(1) }
  :: storeDisturbances == 0 && !MAY_STORE ->
     printf("sink %d: has lost a partition, rolls back\n", me);
     d_step { forget(0); forget(1) }
  fi
#endif
}

#define SINK_MAY_CRASH \
  atomic { \
    STORE_DISTURBED -> \
    printf("sink %d: crashes\n", me); \
    d_step { forget(0); forget(1) }; \
    goto poll }

/* Nothing is stored, and everything is read anew. */
#define SINK_FINDS_A_PARTITION_LOST \
  atomic { \
    !MAY_STORE -> \
    printf("sink %d: has lost a partition, rolls back\n", me); \
    d_step { forget(0); forget(1) }; \
    goto poll }

proctype Sink(bit me) {
poll:
end_poll:
  do
  :: atomic { assignedTo[0] == me && !OF(0).mine -> d_step { onAssigned(0) } }
  :: atomic { assignedTo[1] == me && !OF(1).mine -> d_step { onAssigned(1) } }
  :: atomic { assignedTo[0] != me && OF(0).mine -> d_step { forget(0) } }
  :: atomic { assignedTo[1] != me && OF(1).mine -> d_step { forget(1) } }
  :: atomic {
       HAS_NEWS(0) ->
       fetch(0);
       if
       :: HAS_NEWS(1) -> fetch(1)
       :: true -> skip
       fi;
       storeAtOnceOrHold()
     }
  :: atomic { HAS_NEWS(1) -> fetch(1); storeAtOnceOrHold() }
  :: atomic {
       (OF(0).mine || OF(1).mine) && STORE_DISTURBED ->
       printf("sink %d: crashes\n", me);
       d_step { forget(0); forget(1) }
     }
  od;

  /*
   * A sink may be held up here for long, and wake up when its partitions are another's. When no
   * rebalance can come any more, what happens between a poll and its commit changes neither.
   */
held:
  if
#ifdef OFFSETS_AFTER
  :: atomic { MAY_STORE -> d_step { copy(0); copy(1) } };
     if
     :: atomic { MAY_STORE -> d_step { advance(0); advance(1) } }
     :: SINK_FINDS_A_PARTITION_LOST
     :: SINK_MAY_CRASH
     fi
#else
  :: atomic { MAY_STORE -> d_step { copy(0); copy(1); advance(0); advance(1) } }
#endif
  :: SINK_FINDS_A_PARTITION_LOST
  :: SINK_MAY_CRASH
  fi;
  goto poll
}

/*
 * A sink that polls takes part in the rebalance and gives its partition up before another gets it.
 * One that holds a batch hears of it when it polls again.
 */
inline rebalance(p) {
  if
  :: !(share[2 * assignedTo[p] + p].to > share[2 * assignedTo[p] + p].nextOffset) ->
     share[2 * assignedTo[p] + p].mine = false;
     share[2 * assignedTo[p] + p].nextOffset = 0;
     share[2 * assignedTo[p] + p].watermark = 0;
     share[2 * assignedTo[p] + p].to = 0;
     trim(p)
  :: else -> skip
  fi;
  assignedTo[p] = 1 - assignedTo[p];
  printf("group: gives partition %d to sink %d\n", p, assignedTo[p])
}

proctype Group() {
end:
  do
  :: atomic { STORE_DISTURBED -> d_step { rebalance(0) } }
  :: atomic { STORE_DISTURBED -> d_step { rebalance(1) } }
  od
}

/* ---- The reader, through the api ------------------------------------------------------------- */

byte since;         /* the reader's own: it has every event up to here */
byte pageWatermark; /* the api's, during one request; 0: none */

/* The rows above since, up to the watermark, as many as a page takes. */
inline showPage(rows) {
  shown = 0;
  i = since + 1;
  do
  :: i <= pageWatermark && shown < PAGE ->
     if
     :: rows & BIT(i) ->
        printf("reader: gets event %d\n", i);
        PROMISE(i == since + 1, "broken: the reader gets every event, in order\n");
        since = i;
        shown++
     :: else -> skip
     fi;
     i++
  :: else -> break
  od;
  if
  :: shown < PAGE ->
     PROMISE(since == pageWatermark, "broken: the reader gets every event, in order\n");
     since = pageWatermark
  :: else -> skip
  fi;
  pageWatermark = 0;
  shown = 0;
  i = 0
}

/*
 * A request that finds nothing new is left out. The reader is through when it has everything: to
 * come to rest before is an invalid end state, which is how the model tells that something is
 * missing or held back for ever.
 */
proctype Reader() {
#ifdef WATERMARK_AFTER_ROWS
  byte rows;
#endif

  do
  :: atomic { since == EVENTS -> break }
#ifdef WATERMARK_IGNORED
  :: atomic {
       inTable & ABOVE(since) ->
       d_step {
         pageWatermark = EVENTS;
         do
         :: !(inTable & BIT(pageWatermark)) -> pageWatermark--
         :: else -> break
         od;
         showPage(inTable)
       }
     }
#else
#ifdef WATERMARK_AFTER_ROWS
  :: atomic { since < EVENTS && rows != inTable -> rows = inTable };
     atomic {
       READABLE_WATERMARK > since ->
       pageWatermark = READABLE_WATERMARK;
       printf("api: has read the rows, reads the watermark %d\n", pageWatermark);
       d_step { showPage(rows) };
       rows = 0
     }
#else
  :: atomic {
       READABLE_WATERMARK > since ->
       d_step {
         pageWatermark = READABLE_WATERMARK;
         printf("api: reads the watermark %d\n", pageWatermark);
         PROMISE(!(UP_TO(pageWatermark) & ~inTable),
                 "broken: every event at or below the watermark is in the table\n")
       }
     };
     if
     :: atomic { d_step { showPage(inTable) } }
     :: atomic {
          STORE_DISTURBED ->
          printf("api: crashes, and the reader asks again\n");
          pageWatermark = 0
        }
     fi
#endif
#endif
  od
}

#ifdef LTL
ltl everythingIsRead { <> (since == EVENTS) }
#endif

/* ---- The whole ------------------------------------------------------------------------------- */

/* Stands for the sinks when the topic is looked at alone. */
proctype Topic() {
  inTopic == UP_TO(EVENTS)
}

init {
  atomic {
    chooseRepos();
    leads[0] = true;
    assignedTo[1] = 1;
#ifdef OPERATOR
    run Operator();
#endif
    run Ingester(0);
    run Ingester(1);
    run Coordinator(0);
#ifdef NO_FENCING
    run Coordinator(1);
#endif
#ifdef INGEST_ONLY
    run Topic()
#else
    run Sink(0);
    run Sink(1);
    run Group();
    run Reader()
#endif
  }
}
