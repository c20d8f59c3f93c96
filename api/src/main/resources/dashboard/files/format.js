// Numbers and times as they are shown: with units and separators, times in UTC as in the logs.
const WHOLE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
export const UNKNOWN = '–';

const isNumber = value => typeof value === 'number' && Number.isFinite(value);

export const whole = value => (isNumber(value) ? WHOLE.format(value) : UNKNOWN);

/** With a decimal where it is small. */
export const rate = value =>
  isNumber(value) ? (value !== 0 && value < 9.95 ? TENTHS : WHOLE).format(value) : UNKNOWN;

/** For axes: no decimal that says nothing. */
const SHORT = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
export const decimal = value => SHORT.format(value);

export function bytes(value) {
  if (!isNumber(value)) {
    return UNKNOWN;
  }
  let power = 0;
  while (value >= 1024 && power < BYTES.length - 1) {
    value /= 1024;
    power++;
  }
  return `${(power > 0 && value < 99.95 ? TENTHS : WHOLE).format(value)} ${BYTES[power]}`;
}

export function duration(seconds) {
  if (!isNumber(seconds)) {
    return UNKNOWN;
  }
  if (seconds < 0.05) {
    return '0 s';
  }
  if (seconds < 9.95) {
    return `${TENTHS.format(seconds)} s`;
  }
  if (seconds < 120) {
    return `${WHOLE.format(seconds)} s`;
  }
  return longDuration(seconds);
}

function longDuration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${WHOLE.format(Math.floor(hours / 24))} days`;
}

/** How long ago, or in how long, by the server's clock. */
export function ago(at, now) {
  const seconds = (now - at) / 1000;
  const length = Math.abs(seconds) < 120 ? `${Math.round(Math.abs(seconds))} s` : longDuration(Math.abs(seconds));
  return seconds >= -1 ? `${seconds < 0 ? '0 s' : length} ago` : `in ${length}`;
}

/** The time of day, with its day unless that is today. */
export function clock(at, now) {
  const text = new Date(at).toISOString();
  const sameDay = text.slice(0, 10) === new Date(now).toISOString().slice(0, 10);
  return `${sameDay ? '' : `${text.slice(0, 10)} `}${text.slice(11, 19)} UTC`;
}

export const minute = at => new Date(at).toISOString().slice(11, 16);
const day = at => new Date(at).toISOString().slice(0, 10);

/** Of a partition of the events: the one before all days has no first instant. */
export const dayName = ({ from, partition }) => (from === null ? partition : day(from));
