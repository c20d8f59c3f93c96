// Two charts of uPlot, in the page's colours; behind each is a table with the same numbers.
/* global uPlot */
import { element } from './elements.js';
import { decimal, duration, minute, rate } from './format.js';

const HEIGHT = 200;
const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const utc = seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC');

/** Owns one uPlot: made again when its series or the theme change, otherwise given new data. */
class Chart {
  constructor(id, options) {
    this.box = document.getElementById(`${id}-chart`);
    this.legend = document.getElementById(`${id}-legend`);
    this.options = options;
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(this.box);
    document.addEventListener('themechange', () => {
      this.key = null;
      this.draw(...this.last ?? []);
    });
  }

  size() {
    return { width: Math.max(160, this.box.clientWidth), height: HEIGHT };
  }

  /** names of the series; data as uPlot takes it; values as the legend shows them */
  draw(names, data, values) {
    if (!names || data[0].length === 0) {
      return;
    }
    this.last = [names, data, values];
    this.values = values;
    const key = names.join('\n');
    if (this.key !== key || !this.plot) {
      this.key = key;
      this.plot?.destroy();
      this.plot = new uPlot(this.full(names), data, this.box);
      this.makeLegend(names);
    } else {
      this.plot.setData(data);
    }
    this.fillLegend(this.plot.cursor.idx);
  }

  full(names) {
    const axis = {
      stroke: colour('--muted'),
      font: '12px system-ui, sans-serif',
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    return {
      ...this.size(),
      padding: [8, 8, 0, 0],
      legend: { show: false },
      tzDate: utc,
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      axes: [
        { ...axis, space: 80, size: 28, values: (plot, ticks) => this.options.times(ticks) },
        { ...axis, size: 52, values: (plot, ticks) => ticks.map(decimal) },
      ],
      scales: { x: { time: true, range: (plot, first, last) => [Math.min(first, last - this.options.seconds), last] }, y: { range: (plot, least, most) => [0, Math.max(this.options.most, (most ?? 0) * 1.1)] } },
      hooks: { setCursor: [plot => this.fillLegend(plot.cursor.idx)], draw: [plot => this.drawLimit(plot)] },
      ...this.options.series(names),
    };
  }

  /** Dashed, once the values come near it. */
  drawLimit(plot) {
    const limit = this.options.limit;
    if (limit === undefined || plot.scales.y.max < limit) {
      return;
    }
    const { ctx, bbox } = plot;
    const y = plot.valToPos(limit, 'y', true);
    ctx.save();
    ctx.strokeStyle = colour('--warn');
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([6, 4]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }

  makeLegend(names) {
    this.cells = names.map(() => element('b'));
    this.legend.replaceChildren(...names.map((name, index) => {
      const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
      swatch.style.background = seriesColour(index);
      return element('span', { class: 'legend-entry' }, swatch, name, ' ', this.cells[index]);
    }));
  }

  /** The values under the pointer, else the newest. */
  fillLegend(index) {
    this.cells?.forEach((cell, series) => {
      const column = this.values[series];
      cell.textContent = this.options.value(column[index ?? column.length - 1]);
    });
  }
}

const seriesColour = index => colour(`--series-${(index % 7) + 1}`);

/** Events a second by type, one type on the other. */
export class HourChart extends Chart {
  constructor() {
    super('hour', {
      most: 1,
      seconds: 3_540,
      value: rate,
      times: ticks => ticks.map(tick => minute(tick * 1000)),
      series: names => ({
        // The first is on top of the others, so that each fill ends where the next one begins.
        series: [{}, ...names.map((name, index) => ({
          stroke: seriesColour(index), fill: `${seriesColour(index)}55`, width: 1.5, points: { show: false },
        }))],
        bands: names.slice(1).map((name, index) => ({ series: [index + 1, index + 2] })),
      }),
    });
  }

  update(from, perSecond) {
    const names = Object.keys(perSecond);
    const columns = Object.values(perSecond);
    const start = Date.parse(from) / 1000;
    const times = columns[0].map((unused, index) => start + index * 60);
    const stacked = columns.map((unused, first) =>
      times.map((unusedTime, at) => columns.slice(first).reduce((sum, column) => sum + column[at], 0)));
    this.draw(names, [times, ...stacked], columns);
    return { times, total: stacked[0] };
  }
}

/** How far behind, as it was seen here. */
export class BehindChart extends Chart {
  constructor() {
    super('behind', {
      most: 5,
      seconds: 60,
      limit: 30,
      value: duration,
      times: ticks => ticks.map(tick => new Date(tick * 1000).toISOString().slice(11, 19)),
      series: () => ({
        series: [{}, {
          stroke: seriesColour(0), fill: `${seriesColour(0)}33`, width: 1.5, points: { show: false }, spanGaps: false,
        }],
      }),
    });
  }

  update(times, behind) {
    // One point alone has no width to be drawn in.
    const [x, y] = times.length > 1 ? [times, behind] : [[times[0] - 1, times[0]], [null, behind[0]]];
    this.draw(['behind the relay'], [x, y], [y]);
  }
}
