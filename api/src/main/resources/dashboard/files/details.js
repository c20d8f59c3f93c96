// What is looked at next: charts and tables.
import { bar, element, note, serverNow, show, table, time } from './elements.js';
import { BehindChart, HourChart } from './charts.js';
import { bytes, clock, dayName, duration, minute, rate, whole } from './format.js';
import { lettersCard } from './letters.js';

const SAMPLES_MAX = 900; // half an hour
const TOKENS_SHOWN = 50;
const by = id => document.getElementById(id);
const hour = new HourChart();
const behind = new BehindChart();
const samples = { times: [], behind: [] };

export function showDetails(snapshot) {
  const { figures } = snapshot;
  const known = snapshot.last_health ?? snapshot.health;
  showBehind(snapshot);
  showGaps(known.gaps);
  show(by('letters'), known.dead_letters, lettersCard);
  if (figures) {
    showHour(figures.statistics);
    showCollections(figures.statistics);
    showTypes(figures.progress.rates);
    showPartitions(figures.progress, known.ingester.cursor_seq);
    showStorage(figures.storage, snapshot.disk);
    showTokens(figures.tokens);
  }
}

function showHour(statistics) {
  const none = statistics.problem !== null;
  by('hour-chart').hidden = none;
  by('hour-legend').hidden = none;
  by('hour-details').hidden = none;
  if (none) {
    by('hour-summary').textContent = statistics.problem;
    return;
  }
  const { times, total } = hour.update(statistics.from, statistics.per_second_by_type);
  const least = total.indexOf(Math.min(...total));
  const most = total.indexOf(Math.max(...total));
  const at = index => minute(times[index] * 1000);
  by('hour-summary').textContent =
    `${rate(total.at(-1))} a second at ${at(total.length - 1)}; least ${rate(total[least])} at ${at(least)}, most ${rate(total[most])} at ${at(most)}.`;
  const types = Object.entries(statistics.per_second_by_type);
  const rows = times.map((seconds, index) => ({ at: minute(seconds * 1000), values: types.map(([, column]) => column[index]) })).reverse();
  show(by('hour-table'), rows, all => [...table('Events a second in each minute, by type', [
    { name: 'minute', cell: row => row.at },
    ...types.map(([type], index) => ({ name: type, number: true, cell: row => rate(row.values[index]) })),
  ], all).childNodes]);
}

function showBehind(snapshot) {
  samples.times.push(Date.parse(snapshot.at) / 1000);
  samples.behind.push(snapshot.health.lag_seconds);
  if (samples.times.length > SAMPLES_MAX) {
    samples.times.shift();
    samples.behind.shift();
  }
  behind.update(samples.times, samples.behind);
  by('behind-summary').textContent = trend();
  if (by('behind-details').open) {
    const rows = samples.times.map((at, index) => [clock(at * 1000, serverNow()), samples.behind[index]]).reverse().slice(0, 60);
    show(by('behind-table'), rows, all => [...table('How far behind', [
      { name: 'time', cell: row => row[0] },
      { name: 'behind', number: true, cell: row => (row[1] === null ? 'not known' : duration(row[1])) },
    ], all).childNodes]);
  }
}

/** Over the last minute that was seen here. */
function trend() {
  const now = samples.behind.at(-1);
  if (now === null) {
    return 'How far behind is not known now.';
  }
  const from = Math.max(0, samples.behind.length - 30);
  const before = samples.behind[from];
  const seconds = samples.times.at(-1) - samples.times[from];
  if (before === null || seconds < 10) {
    return `${duration(now)} behind.`;
  }
  const change = now - before;
  if (now <= 5 && before <= 5) {
    return `${duration(now)} behind, steadily.`;
  }
  if (Math.abs(change) < 1) {
    return `${duration(now)} behind, and neither catching up nor falling back.`;
  }
  return change > 0
    ? `${duration(now)} behind, and falling back by ${duration(change)} in ${duration(seconds)}.`
    : `${duration(now)} behind, and catching up: about ${duration((now * seconds) / -change)} to go.`;
}

function showCollections(statistics) {
  const most = Math.max(1, ...statistics.collections.map(one => one.ops));
  show(by('collections'), [statistics.problem, statistics.collections], ([problem, collections]) =>
    problem ? note(problem) : collections.length === 0 ? note('No op in the last hour.') : table('Top collections of the last hour, by ops', [
      { name: 'collection', cell: row => element('code', {}, row.collection) },
      { name: 'ops', number: true, cell: row => bar(whole(row.ops), row.ops / most) },
      { name: 'creates', number: true, wide: true, cell: row => whole(row.creates) },
      { name: 'updates', number: true, wide: true, cell: row => whole(row.updates) },
      { name: 'deletes', number: true, wide: true, cell: row => whole(row.deletes) },
    ], collections));
}

function showTypes(rates) {
  show(by('types'), rates, one => {
    if (!one) {
      return note('Counting what becomes readable from now on.');
    }
    const types = Object.entries(one.by_type);
    if (types.length === 0) {
      return note('Nothing has become readable in the last 10 s.');
    }
    const most = Math.max(...types.map(([, events]) => events));
    return table('Events a second that became readable, by type', [
      { name: 'type', cell: row => element('code', {}, row[0]) },
      { name: 'events a second', number: true, cell: row => bar(rate(row[1]), row[1] / most) },
    ], types);
  });
}

function showGaps(gaps) {
  show(by('gaps'), gaps, known => {
    if (!known) {
      return note('Not known.');
    }
    if (known.count === 0) {
      return note('None: no event was lost.');
    }
    return [
      known.count > known.latest.length ? note(`The latest ${known.latest.length} of ${whole(known.count)}.`) : null,
      table('Gaps, the latest first', [
        { name: 'of', cell: row => row.source },
        { name: 'after', number: true, cell: row => whole(row.from_seq) },
        { name: 'before', number: true, cell: row => whole(row.to_seq) },
        { name: 'reason', cell: row => row.reason },
        { name: 'noticed', cell: row => time(row.detected_at) },
      ], known.latest),
    ];
  });
}

function showPartitions(progress, cursor) {
  const rows = progress.partitions.map(one => ({
    ...one, waiting: one.watermark !== null && cursor !== null ? Math.max(0, cursor - one.watermark) : null,
  }));
  show(by('partitions'), rows, all => (all.length === 0 ? note('Nothing of a topic is stored yet.') : table('Partitions of the topic, and how far each is stored', [
    { name: 'partition', cell: row => String(row.partition) },
    { name: 'yet to store', number: true, cell: row => (row.waiting === null ? 'nothing stored' : `${whole(row.waiting)} seqs`) },
    { name: 'watermark', number: true, cell: row => whole(row.watermark) },
    { name: 'moved', cell: row => time(row.moved_at) },
  ], all)));
}

function showStorage(storage, disk) {
  const most = Math.max(1, ...storage.days.map(one => one.bytes));
  show(by('storage'), [storage, disk && bytes(disk.free_bytes)], () => [
    note(`The database has ${bytes(storage.database_bytes)}. ${disk
      ? `On the disk of the data folder, which has Kafka's topics too, ${bytes(disk.free_bytes)} of ${bytes(disk.total_bytes)} are free.`
      : 'How much is free on its disk, PostgreSQL does not tell: ask its host.'}`),
    storage.days.length === 0 ? note('There are no days yet.') : table('Days of events, the latest first', [
      { name: 'day', cell: row => dayName(row) },
      { name: 'rows, about', number: true, wide: true, cell: row => whole(row.rows) },
      { name: 'size', number: true, cell: row => bar(bytes(row.bytes), row.bytes / most) },
    ], storage.days),
    storage.event_days > storage.days.length ? note(`The latest ${storage.days.length - 1} of ${storage.event_days}, and the oldest.`) : null,
  ]);
}

function showTokens(tokens) {
  show(by('tokens'), tokens, all => (all.length === 0 ? note('There are none.') : [
    table('Tokens, those in use first', [
      { name: 'name', cell: row => row.name },
      { name: 'sees', cell: row => row.sees },
      { name: 'state', cell: row => state(row) },
      { name: 'requests a minute', number: true, cell: row => (row.requests_per_minute === null ? 'default' : whole(row.requests_per_minute)) },
      { name: 'last used', cell: row => time(row.last_used_at) },
      { name: 'created', cell: row => time(row.created_at) },
      { name: 'expires', cell: row => time(row.expires_at) },
    ], all.slice(0, TOKENS_SHOWN)),
    all.length > TOKENS_SHOWN ? note('There are more: ./skywire token list has all.') : null,
  ]));
}

function state(token) {
  if (!token.active) {
    return element('span', { class: 'muted' }, 'revoked');
  }
  return token.expires_at !== null && Date.parse(token.expires_at) <= serverNow()
    ? element('span', { class: 'muted' }, 'expired') : 'active';
}
