/**
 * Syntax diagrams as SVG. A box has a width and a line that goes through it from left to right; `up` and `down` are how far it reaches
 * above and below that line. `draw` returns SVG with the line beginning at (x, y).
 */
export interface Box {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  readonly draw: (x: number, y: number) => string;
}

const characterWidth = 7.8;
const padding = 10;
const halfHeight = 12;
const gap = 12;
const radius = 8;
const rowGap = 8;

const line = (x: number, y: number, to: number): string => (x === to ? "" : `<path d="M${x} ${y}H${to}"/>`);

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Nothing: the line goes through. */
export const nothing: Box = { width: 0, up: 0, down: 0, draw: () => "" };

/** A word of the language, or a kind of token. */
export function terminal(text: string, kind: "literal" | "token"): Box {
  return textBox(text, (inner) => `<g class="${kind}">${inner}</g>`, halfHeight);
}

/** The name of another rule, as a link to it. */
export function reference(name: string): Box {
  return textBox(name, (inner) => `<a class="rule" href="#${name}">${inner}</a>`, 3);
}

function textBox(text: string, wrap: (inner: string) => string, corner: number): Box {
  const width = round(text.length * characterWidth + 2 * padding);
  return {
    width,
    up: halfHeight,
    down: halfHeight,
    draw: (x, y) =>
      wrap(
        `<rect x="${x}" y="${y - halfHeight}" width="${width}" height="${2 * halfHeight}" rx="${corner}"/>` +
          `<text x="${round(x + width / 2)}" y="${y + 4.5}">${escape(text)}</text>`,
      ),
  };
}

/** Boxes one after the other; a long row goes on in the next line. */
export function sequence(boxes: readonly Box[], maxWidth = Infinity): Box {
  const items = boxes.filter((box) => box !== nothing);
  if (items.length === 0) return nothing;
  if (items.length === 1) return items[0]!;
  const rows = breakRows(items, maxWidth);
  return rows.length === 1 ? row(items) : stack(rows.map((each) => row(each)));
}

function breakRows(items: readonly Box[], maxWidth: number): Box[][] {
  const rows: Box[][] = [[]];
  let used = 0;
  for (const item of items) {
    if (used > 0 && used + gap + item.width > maxWidth) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)!.push(item);
    used += (used > 0 ? gap : 0) + item.width;
  }
  return rows;
}

function row(items: readonly Box[]): Box {
  return {
    width: round(items.reduce((sum, { width }) => sum + width, 0) + gap * (items.length - 1)),
    up: Math.max(...items.map(({ up }) => up)),
    down: Math.max(...items.map(({ down }) => down)),
    draw(x, y) {
      let at = x;
      return items
        .map((item, index) => {
          const before = index === 0 ? "" : line(at, y, (at = round(at + gap)));
          const drawn = item.draw(at, y);
          at = round(at + item.width);
          return before + drawn;
        })
        .join("");
    },
  };
}

/** Rows below each other, the end of each leading back to the start of the next. */
function stack(rows: readonly Box[]): Box {
  const width = round(Math.max(...rows.map((each) => each.width)) + 4 * radius);
  const offsets = [0];
  rows.slice(1).forEach((each, index) => {
    offsets.push(offsets[index]! + rows[index]!.down + 2 * rowGap + each.up);
  });
  const last = rows.length - 1;
  return {
    width,
    up: rows[0]!.up,
    down: offsets[last]! + rows[last]!.down,
    draw(x, y) {
      const left = x + 2 * radius;
      const parts = rows.map((each, index) => {
        const top = y + offsets[index]!;
        const end = round(left + each.width);
        const lead = index === 0 ? line(x, top, left) : "";
        return lead + each.draw(left, top) + (index === last ? back(end, top) : wrap(end, top, index));
      });
      return parts.join("");

      function wrap(end: number, top: number, index: number): string {
        const middle = top + rows[index]!.down + rowGap;
        const next = y + offsets[index + 1]!;
        return `<path d="M${end} ${top}h${radius}V${middle}H${left - radius}V${next}h${radius}"/>`;
      }
      function back(end: number, bottom: number): string {
        return `<path d="M${end} ${bottom}H${x + width - radius}V${y}h${radius}"/>`;
      }
    },
  };
}

/** One of several boxes: the first on the line, the others below it. */
export function choice(boxes: readonly Box[]): Box {
  if (boxes.length === 1) return boxes[0]!;
  const inner = Math.max(...boxes.map(({ width }) => width));
  const [first] = boxes;
  const offsets = [0];
  for (let index = 1; index < boxes.length; index++) {
    offsets.push(offsets[index - 1]! + boxes[index - 1]!.down + rowGap + Math.max(boxes[index]!.up, radius));
  }
  return {
    width: round(inner + 4 * radius),
    up: first!.up,
    down: offsets.at(-1)! + boxes.at(-1)!.down,
    draw: (x, y) => boxes.map((box, index) => branch(box, x, y, offsets[index]!, inner)).join(""),
  };
}

function branch(box: Box, x: number, y: number, offset: number, inner: number): string {
  const left = x + 2 * radius;
  const right = round(left + inner);
  const end = round(left + box.width);
  const body = box.draw(left, y + offset) + line(end, y + offset, right);
  if (offset === 0) return line(x, y, left) + body + line(right, y, right + 2 * radius);
  const arc = `${radius} ${radius} 0 0`;
  return (
    `<path d="M${x} ${y}a${arc} 1 ${radius} ${radius}V${y + offset - radius}a${arc} 0 ${radius} ${radius}"/>` +
    body +
    `<path d="M${right} ${y + offset}a${arc} 0 ${radius} ${-radius}V${y + radius}a${arc} 1 ${radius} ${-radius}"/>`
  );
}

/** A box that may be left out. */
export const optional = (box: Box): Box => choice([nothing, box]);

/** A box once or more, with another between the turns. */
export function loop(box: Box, separator: Box = nothing): Box {
  const inner = Math.max(box.width, separator.width);
  const offset = box.down + rowGap + Math.max(separator.up, radius);
  return {
    width: round(inner + 4 * radius),
    up: box.up,
    down: offset + separator.down,
    draw(x, y) {
      const left = x + 2 * radius;
      const right = round(left + inner);
      const at = round(left + (inner - separator.width) / 2);
      const arc = `${radius} ${radius} 0 0`;
      return (
        line(x, y, left) +
        box.draw(left, y) +
        line(round(left + box.width), y, right + 2 * radius) +
        `<path d="M${right} ${y}a${arc} 1 ${radius} ${radius}V${y + offset - radius}a${arc} 1 ${-radius} ${radius}"/>` +
        line(right, y + offset, round(at + separator.width)) +
        separator.draw(at, y + offset) +
        line(at, y + offset, left) +
        `<path d="M${left} ${y + offset}a${arc} 1 ${-radius} ${-radius}V${y + radius}a${arc} 1 ${radius} ${-radius}"/>`
      );
    },
  };
}

/** A whole diagram with its begin and end. */
export function diagram(box: Box, title: string): string {
  const margin = 16;
  const width = round(box.width + 4 * margin);
  const height = round(box.up + box.down + margin);
  const y = box.up + margin / 2;
  const end = round(box.width + 3 * margin);
  return (
    `<svg role="img" aria-label="${escape(title)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    `<path d="M${margin} ${y - 8}v16M${margin} ${y}H${2 * margin}"/>${box.draw(2 * margin, y)}` +
    `<path d="M${round(box.width + 2 * margin)} ${y}H${end}M${end} ${y - 8}v16"/></svg>`
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
