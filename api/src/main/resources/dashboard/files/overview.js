// What is seen first: the way of the data, and the figures of now.
import { element, serverNow, show, time } from './elements.js';
import { bytes, dayName, duration, rate, UNKNOWN, whole } from './format.js';
import { lettersTile } from './letters.js';

const by = id => document.getElementById(id);
const DAY = 86_400_000;
const MARKS = { ok: '✓', warn: '!', bad: '✕', unknown: '?' };

/** true, false or unknown, in words. */
const judged = (value, good, bad) =>
  value === true ? ['ok', good] : value === false ? ['bad', bad] : ['unknown', 'not known'];

function stages(snapshot) {
  const { health, figures } = snapshot;
  const known = snapshot.last_health ?? health;
  const progress = figures?.progress;
  const cursor = known.ingester.cursor_seq;
  const watermark = known.last_seq || null;
  const waiting = cursor !== null && watermark !== null ? Math.max(0, cursor - watermark) : null;
  return [
    { id: 'relay', name: 'Relay', state: judged(health.relay.connected, 'connected', 'not connected'), facts: [
      ['host', known.relay.host ?? UNKNOWN],
      ['last frame', { at: known.relay.last_frame_at }],
    ] },
    { id: 'ingester', name: 'Ingester', state: judged(health.ingester.reporting, 'reporting', 'silent'), facts: [
      ['behind the relay', duration(known.ingester.behind_seconds)],
      ['cursor', whole(cursor)],
      ['reported', { at: known.ingester.reported_at }],
    ] },
    { id: 'kafka', name: 'Kafka', state: judged(health.kafka.reachable, 'reachable', 'not reachable'), facts: [
      ['topic', progress?.topic ?? UNKNOWN],
      ['partitions', progress?.topic ? whole(progress.partitions.length) : UNKNOWN],
    ] },
    { id: 'sink', name: 'Sink', state: sinkState(health), facts: [
      ['yet to store', waiting === null ? UNKNOWN : `${whole(waiting)} seqs`],
      ['running', whole(known.sink.instances)],
      ['counts and routes', streamsState(health.streams)],
      ['reported', { at: known.sink.seen_at }],
    ] },
    { id: 'database', name: 'PostgreSQL', state: judged(health.database.reachable, 'reachable', 'not reachable'), facts: [
      ['readable up to', whole(watermark)],
      ['newest event', { at: progress?.newest_readable_at }],
    ] },
  ];
}

function sinkState({ sink, streams }) {
  if (sink.alive && sink.problem) {
    return ['bad', 'cannot store'];
  }
  if (sink.alive && streams.problem) {
    return ['warn', isOfStoring(streams.problem) ? 'storing, but no counts' : 'storing, not counting'];
  }
  return judged(sink.alive, 'storing', 'silent');
}

/** Not running without a problem: it starts, or shares out its work. Not known: none is wanted, or nobody tells. */
function streamsState({ running, problem }) {
  if (problem && isOfStoring(problem)) {
    return 'not stored';
  }
  if (problem) {
    return running ? 'stopped at a sink' : 'stopped';
  }
  return running === null ? UNKNOWN : running ? 'working' : 'starting';
}

/** Events are counted and sent on, and counts do not reach PostgreSQL. */
function isOfStoring(problem) {
  return problem.startsWith('counts are not stored: ');
}

/** A late stage works, and is what to look at. */
function shownState(stage, where) {
  const [state, words] = stage.state;
  return stage.id === where && state === 'ok' ? ['warn', 'behind'] : [state, words];
}

/** isLost: it is not known how things are now. */
export function showPipeline(snapshot, isLost) {
  const shown = stages(snapshot).map(stage => {
    const [state, words] = shownState(stage, snapshot.where);
    return isLost
      ? { ...stage, state: 'unknown', words: state === 'unknown' ? words : `was ${words}`, here: false }
      : { ...stage, state, words, here: stage.id === snapshot.where };
  });
  show(by('pipeline'), shown, all => all.map(stage => element('li', { class: 'stage', 'data-state': stage.state, id: `stage-${stage.id}` },
    element('h3', {}, stage.name, stage.here && element('span', { class: 'here' }, 'look here')),
    element('p', { class: 'stage-state' }, element('span', { class: 'mark', 'aria-hidden': 'true' }, MARKS[stage.state]), stage.words),
    element('dl', {}, ...stage.facts.map(([name, value]) => element('div', {},
      element('dt', {}, name),
      element('dd', {}, typeof value === 'string' ? value : time(value.at))))))));
}

export function showTiles(snapshot) {
  const known = snapshot.last_health ?? snapshot.health;
  const { figures, disk } = snapshot;
  const storage = figures?.storage;
  const rates = figures?.progress.rates;
  const cursor = known.ingester.cursor_seq;
  const waiting = cursor !== null && known.last_seq ? Math.max(0, cursor - known.last_seq) : null;
  const gaps = known.gaps;
  const tiles = [
    ['Events a second', rates ? `${rates.estimated ? '≈ ' : ''}${rate(rates.total)}` : UNKNOWN, rates ? `readable, last ${whole(rates.seconds)} s` : 'counting'],
    ['Behind the relay', known.lag_seconds === null ? 'not known' : duration(known.lag_seconds), 'up to 30 s is fine', known.lag_seconds > 30 ? 'warn' : ''],
    ['Yet to store', waiting === null ? UNKNOWN : whole(waiting), 'seqs, from Kafka to PostgreSQL'],
    ['Readable up to', known.last_seq ? whole(known.last_seq) : UNKNOWN, 'seq, the watermark'],
    ['Gaps', gaps ? whole(gaps.count) : UNKNOWN, 'events lost for good', gaps?.count && serverNow() - Date.parse(gaps.latest[0].detected_at) < DAY ? 'warn' : ''],
    ['Dead letters', ...lettersTile(known.dead_letters)],
    ['Database', bytes(storage?.database_bytes), `${whole(storage?.event_days)} days of events`],
    disk ? diskTile(disk) : dayTile(storage),
  ];
  show(by('now'), tiles, all => all.map(([name, value, hint, state]) => element('div', { class: 'tile', 'data-state': state },
    element('dt', {}, name), element('dd', {}, element('span', { class: 'value' }, value), element('span', { class: 'muted hint' }, hint)))));
}

const diskTile = disk =>
  ['Disk free', bytes(disk.free_bytes), `of ${bytes(disk.total_bytes)}, data folder`, disk.free_bytes < disk.total_bytes * 0.1 ? 'warn' : ''];

/** The newest day that has begun: those to come have their partitions already. */
function dayTile(storage) {
  const newest = storage?.days.find(one => one.from !== null && Date.parse(one.from) <= serverNow());
  if (!newest) {
    return ['Newest day', UNKNOWN, 'no day of events yet'];
  }
  const oldest = storage.days.at(-1);
  return ['Newest day', bytes(newest.bytes), `${dayName(newest)}; the oldest, ${dayName(oldest)}: ${bytes(oldest.bytes)}`];
}
