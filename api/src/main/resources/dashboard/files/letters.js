// Dead letters, as ingester (stage decode) and sinks (store) tell how many they have kept.
import { element, note, serverNow, table, time } from './elements.js';
import { clock, whole } from './format.js';

const DAY = 86_400_000;
const STAGES = { decode: 'the ingester', store: 'the sinks' };

/** The stages that are known. */
const told = letters => Object.keys(STAGES).filter(stage => letters?.[stage]).map(stage => ({ stage, ...letters[stage] }));

/** Value, hint and state of the tile. */
export function lettersTile(letters) {
  const stages = told(letters);
  if (stages.length === 0) {
    return ['not known', 'nobody tells', ''];
  }
  const last = Math.max(...stages.map(one => (one.last_at ? Date.parse(one.last_at) : 0)));
  const count = stages.reduce((sum, one) => sum + one.count, 0);
  const whose = stages.map(one => STAGES[one.stage]).join(' and ');
  const hint = last > 0 ? `of ${whose}, the latest at ${clock(last, serverNow())}` : `of ${whose}`;
  return [whole(count), hint, serverNow() - last < DAY ? 'warn' : ''];
}

/** What the card has. */
export function lettersCard(letters) {
  const known = told(letters);
  const rows = known
    .flatMap(({ stage, by_reason: reasons }) => Object.entries(reasons).map(([reason, count]) => ({ stage, reason, count })))
    .sort((one, other) => other.count - one.count);
  return [
    known.length > 0 && rows.length === 0 && note('None.'),
    rows.length > 0 && table('Dead letters, by reason', [
      { name: 'reason', cell: row => element('code', {}, row.reason) },
      { name: 'stage', cell: row => row.stage },
      { name: 'kept', number: true, cell: row => whole(row.count) },
    ], rows),
    element('p', { class: 'muted' }, ...since(letters?.decode, 'The ingester has counted its own since it leads', 'What the ingester has kept is not known. ')),
    element('p', { class: 'muted' }, ...since(letters?.store, 'The sinks have counted theirs since they were started, the first', 'What the sinks have kept is not known. ')),
    element('p', { class: 'muted' }, 'To see all and replay them: ', element('code', {}, './skywire dead-letters list'), '.'),
  ];
}

function since(stage, words, unknown) {
  if (!stage) {
    return [unknown];
  }
  return [`${words}, `, time(stage.since), ...(stage.last_at ? ['; the latest ', time(stage.last_at)] : []), '.'];
}
