// The page: takes snapshots as they come and shows them, and says when none come.
import { element, serverNow, setServerNow, setText, tickAll } from './elements.js';
import { ago, clock } from './format.js';
import { showDetails } from './details.js';
import { showPipeline, showTiles } from './overview.js';

const SILENT_AFTER = 8_000; // The server sends something every 4 s at least.
const RETRY_MIN = 2_000;
const RETRY_MAX = 30_000;
const MARKS = { ok: '✓', degraded: '!', down: '✕', unknown: '?' };

const by = id => document.getElementById(id);
let last = null; // the newest snapshot
let heardAt = performance.now(); // when anything last came
let source = null;
let retry = RETRY_MIN;
let over = null; // why the session is over
let announced = '';

function connect() {
  source?.close();
  source = new EventSource('/dashboard/events');
  source.onmessage = event => {
    heardAt = performance.now();
    retry = RETRY_MIN;
    last = JSON.parse(event.data);
    setServerNow(Date.parse(last.at));
    show();
  };
  source.addEventListener('end', event => end(event.data));
  source.onerror = () => {
    // It tries again by itself, unless it was answered with anything but a stream.
    if (source.readyState === EventSource.CLOSED) {
      source.close();
      setTimeout(reconnect, retry * (0.5 + Math.random() / 2));
      retry = Math.min(RETRY_MAX, retry * 2);
    }
  };
}

async function reconnect() {
  if (over) {
    return;
  }
  try {
    const answer = await fetch('/dashboard/session');
    const session = await answer.json();
    if (answer.ok && !session.signed_in) {
      end(session.words);
      return;
    }
  } catch {
    // Not there either.
  }
  connect();
}

function end(words) {
  over = words || 'the session is over';
  source.close();
  showConnection();
}

function show() {
  const banner = by('state');
  banner.dataset.status = last.status;
  setText(by('state-mark'), MARKS[last.status] ?? MARKS.unknown);
  setText(by('sentence'), `${last.sentence}.`);
  const further = (last.health.problems ?? []).slice(1);
  const problems = by('problems');
  problems.hidden = further.length === 0;
  if (problems.dataset.key !== JSON.stringify(further)) {
    problems.dataset.key = JSON.stringify(further);
    problems.replaceChildren(...further.map(problem => element('li', {}, problem)));
  }
  document.title = `${MARKS[last.status]} ${last.status === 'ok' ? 'fine' : last.status} · Skywire`;
  showPipeline(last, false);
  showTiles(last);
  showDetails(last);
  announce(`${last.status} ${last.where}`, last.sentence);
  showConnection();
  tickAll();
}

/** Once for each state, not whenever a number in the sentence moves. */
function announce(state, words) {
  if (state !== announced) {
    announced = state;
    setText(by('announcement'), words);
  }
}

function showConnection() {
  const silence = performance.now() - heardAt;
  const isLost = over !== null || silence > SILENT_AFTER;
  by('connection').dataset.state = isLost ? 'lost' : last ? 'live' : 'none';
  setText(by('connection-words'), over ? 'signed out' : isLost ? 'no connection' : last ? 'live' : 'connecting');
  showAge();
  const notice = by('lost');
  document.body.classList.toggle('lost', isLost);
  if (!isLost) {
    notice.hidden = true;
    return;
  }
  notice.hidden = false;
  if (over) {
    if (notice.dataset.over !== over) {
      notice.dataset.over = over;
      notice.replaceChildren(`Nothing new comes: ${over}. `, element('a', { href: '/dashboard' }, 'Sign in again'));
    }
  } else {
    setText(notice, `No connection to the api since ${clock(serverNow() - silence, serverNow())}. It is tried again by itself.`);
  }
  const banner = by('state');
  if (banner.dataset.status !== 'unknown') {
    banner.dataset.status = 'unknown';
    setText(by('state-mark'), MARKS.unknown);
    setText(by('sentence'), `It is not known whether it is fine. The last that was heard: ${last ? last.sentence : 'nothing'}.`);
    document.title = '? no connection · Skywire';
    if (last) {
      showPipeline(last, true);
    }
    announce('lost', 'No connection to the api');
  }
}

/** How old what is shown is. */
function showAge() {
  if (!last) {
    return;
  }
  const now = serverNow();
  const readAt = last.figures ? Date.parse(last.figures.read_at) : null;
  const isOld = last.figures_problem !== null;
  let words = readAt === null ? 'There are no figures yet' : `Figures of ${clock(readAt, now)}, ${ago(readAt, now)}`;
  if (isOld) {
    words += `; none that are newer, since ${last.figures_problem.replace('; try again', '')}`;
  }
  setText(by('as-of'), `${words}.`);
  document.body.classList.toggle('old', isOld);
}

connect();
setInterval(() => {
  showConnection();
  tickAll();
}, 1_000);
addEventListener('online', () => source.readyState === EventSource.CLOSED && reconnect());
