// Makes elements. Whatever comes from outside becomes text, never markup.
import { ago, clock, UNKNOWN } from './format.js';

/** The server's clock, as far as the last snapshot told it. */
let offset = 0;
export const serverNow = () => performance.now() + offset;
export const setServerNow = at => {
  offset = at - performance.now();
};

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      made.setAttribute(key, value === true ? '' : value);
    }
  }
  made.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

/** A time as its age and itself; the age goes on by itself. */
export function time(iso, absence = 'never') {
  if (!iso) {
    return element('span', { class: 'muted' }, absence);
  }
  const made = element('time', { datetime: iso }, element('span', { class: 'age' }), ' ',
    element('span', { class: 'muted clock' }));
  tick(made);
  return made;
}

function tick(made) {
  const at = Date.parse(made.dateTime);
  const now = serverNow();
  setText(made.querySelector('.age'), ago(at, now));
  setText(made.querySelector('.clock'), clock(at, now));
}

export const tickAll = () => document.querySelectorAll('time').forEach(tick);

export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** Replaces what is in it only when that would be something else: nobody loses the place where they read. */
const shown = new WeakMap();
export function show(container, value, make) {
  const key = JSON.stringify(value);
  if (shown.get(container) !== key) {
    shown.set(container, key);
    container.replaceChildren(...[make(value)].flat().filter(Boolean));
  }
}

/**
 * A table. Roles are set since narrow screens show rows as blocks, which would end a table's semantics.
 * columns: {name, number, wide (left out where it is narrow), cell(row)}; those of two columns stay rows
 */
export function table(caption, columns, rows) {
  const head = element('tr', { role: 'row' }, ...columns.map(column =>
    element('th', { role: 'columnheader', scope: 'col', class: classes(column) }, column.name)));
  const body = rows.map(row => element('tr', { role: 'row' }, ...columns.map((column, index) => {
    const content = column.cell(row);
    return element(index === 0 ? 'th' : 'td',
      { role: index === 0 ? 'rowheader' : 'cell', scope: index === 0 && 'row', class: classes(column), 'data-label': column.name },
      content ?? UNKNOWN);
  })));
  const stays = columns.filter(column => !column.wide).length <= 2;
  return element('table', { role: 'table', class: stays ? 'rows short' : 'rows' },
    element('caption', { class: 'unseen' }, caption),
    element('thead', { role: 'rowgroup' }, head),
    element('tbody', { role: 'rowgroup' }, ...body));
}

const classes = column => [column.number && 'number', column.wide && 'wide'].filter(Boolean).join(' ') || null;

/** A share of the largest, as a bar behind a number. */
export function bar(text, share) {
  const fill = element('span', { class: 'bar-fill', 'aria-hidden': 'true' });
  fill.style.inlineSize = `${Math.max(1, Math.round(share * 100))}%`;
  return element('span', { class: 'bar-cell' }, fill, element('span', {}, text));
}

export const note = words => element('p', { class: 'muted' }, words);
